import { constant, type Claim, type Rule } from './claim';
import { begun, mayRunUnseen, queued, taken } from './helpers';
import type { About } from './cause';
import { VISIBILITY } from './settingsCures';

const REFUSAL = "It comes back again and again: read the worker's log before anything else.";

export const about: About = {
  meaning: 'it starts again and again without finishing',
  phrase: '{tasks} came back after {it|they} had started',
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['stop-crash-loop'] },
    held: { refusal: REFUSAL, advice: ['stop-crash-loop'] },
    running: { refusal: null, advice: ['stop-crash-loop'] },
  },
  cure: VISIBILITY,
};

/** A run that begins so long after the first one, without a retry or a page in between, is another delivery: seconds. */
const AGAIN_SECONDS = 5;

const loop = /* @__NO_SIDE_EFFECTS__ */ (verdict: Claim['verdict'], confidence: Claim['confidence']): Claim =>
  constant({
    verdict,
    cause: 'crash-loop',
    confidence,
    why: 'It started more than once, and its message came back: either it ends its worker, or it runs longer than the visibility timeout.',
    decidedBy: confidence === 'possible' ? 'ask the workers' : "check the workers' logs at its last run",
  });
const RUNS = loop('running', 'proven');
const LOOPS = { waiting: loop('waiting', 'likely'), held: loop('held', 'likely') };
const MAY_LOOP = { waiting: loop('waiting', 'possible'), held: loop('held', 'possible') };

/**
 * The task kills its worker each time it runs. With acks_late and reject_on_worker_lost its message comes back without limit.
 * The signs: the message was delivered before, and `last_run` is later than `started_at` although the task asked for no retry and no page.
 * A run longer than the visibility timeout leaves the same signs, so the claim is at most likely unless the workers were asked.
 */
export const crashLoop: Rule = {
  name: 'crash-loop',
  situations: [9],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const { row } = facts;
    const again = facts.messages.find((message) => message.redelivered);
    const moved = row.startedAt !== null && row.lastRun - row.startedAt > AGAIN_SECONDS;
    const once = (row.attempts ?? 1) <= 1 && !row.runs.inParts;
    if (!again || !begun(row) || !moved || !once) return undefined;
    if (facts.tasks.some(({ state }) => state === 'active')) return RUNS;
    const place = queued(facts).length > 0 && taken(facts).length === 0 ? 'waiting' : 'held';
    return world.workers.settled && !mayRunUnseen(row, world) ? LOOPS[place] : MAY_LOOP[place];
  },
};
