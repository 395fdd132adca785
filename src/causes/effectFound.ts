import type { EffectSign } from '../model/effectFacts';
import { constant, type Claim, type Rule } from './claim';
import {
  begun,
  mayHaveAskedForRetry,
  mayRunUnseen,
  resumedNotBegun,
  retried,
  savedTooSoonToHaveRun,
  wasTaken,
} from './helpers';
import type { About } from './cause';

export const about: About = {
  meaning: 'its effects in the database show how it ended',
  phrase: null,
  verdicts: {
    finished: { refusal: null, advice: ['mark-done', 'confirm-finished'] },
    failed: { refusal: null, advice: ['read-failures'] },
  },
  cure: null,
};

/**
 * The claims about an effect of this strength.
 * @__NO_SIDE_EFFECTS__
 */
function claims(strength: EffectSign['strength']) {
  const claim = (verdict: Claim['verdict'], why: string, more: Partial<Claim> = {}): Claim =>
    constant({ verdict, confidence: strength, why, decidedBy: "check the worker's log", ...more });
  return {
    // Its own message was never published. Another row or an operator may have done the work, which proves nothing about this row.
    maybeByAnother: claim('finished', 'What it should do is done, perhaps by another row.', {
      confidence: 'possible',
      ifNowhere: 'anywhere',
      cause: 'effect-found',
    }),
    // One of its pages may have left that.
    maybeByPage: claim('finished', 'What it should do is done.', { confidence: 'possible' }),
    // A sign may come from another task, so it counts only when this one is nowhere. Proof also counts while its message may be somewhere.
    done: claim('finished', 'What it should do is done.', {
      ...(strength === 'proven' ? {} : { ifNowhere: 'anywhere' }),
      fallbackCause: 'effect-found',
    }),
    // The task may have left that and still be running.
    doneSoFar: claim('finished', 'What it should do is done.', {
      ifNowhere: 'anywhere',
      fallbackCause: 'effect-found',
    }),
    // Its message may be on its way again.
    failed: claim('failed', 'It ran, and its effects show that it failed.', {
      ifNowhere: 'anywhere',
      cause: 'effect-found',
    }),
  };
}

const CLAIMS = { proven: claims('proven'), likely: claims('likely') };

/** A missing effect is a sign and never proof, because somebody may have removed it. */
const absent = /* @__NO_SIDE_EFFECTS__ */ (
  verdict: Claim['verdict'],
  confidence: Claim['confidence'],
  why: string,
): Claim => constant({ verdict, confidence, ifNowhere: 'anywhere', why, decidedBy: "check the worker's log" });

const DONE_BY_ONE_OF_TWO = /* @__PURE__ */ constant<Claim>({
  verdict: 'finished',
  confidence: 'possible',
  cause: 'effect-found',
  ifNowhere: 'anywhere',
  why: 'What it should do is done, either by it or by the other row with the same arguments.',
  decidedBy: "check the workers' logs for both task ids",
});
const FAILED_ONE_OF_TWO = /* @__PURE__ */ constant<Claim>(DONE_BY_ONE_OF_TWO, {
  verdict: 'failed',
  why: 'The effects show that it failed, or that the other row with the same arguments did.',
});

const NOT_DONE = 'What it should do is not done.';
const NEVER_RAN = absent('lost', 'likely', NOT_DONE);
const MAYBE_LOST = absent('lost', 'possible', 'It asked for a retry, and the message of that retry is gone.');
const RAN_IN_VAIN = absent('failed', 'likely', 'It started, and what it should do is not done.');
const MAYBE_RAN_IN_VAIN = absent('failed', 'possible', 'It ran, and what it should do is not done.');

/** What the task left in the application's own tables, or did not leave there. The effect rule sets the strength. */
export const effectFound: Rule = {
  name: 'effect-found',
  situations: [5, 6, 7, 12, 13, 15, 16, 21, 22, 26],
  needs: ['effect'],
  for: 'any',
  apply: (facts, world) => {
    const { row, effect, rival } = facts;
    if (!effect || effect.says === 'cannot-say') return undefined;
    if (effect.says === 'not-executed') return notExecuted(facts, world);
    // One effect belongs to one row. If another row may have left it, it proves nothing about either.
    if (rival !== null && rival !== 'unsearched')
      return effect.says === 'executed' ? DONE_BY_ONE_OF_TWO : FAILED_ONE_OF_TWO;
    const claim = CLAIMS[rival === 'unsearched' ? 'likely' : effect.strength];
    if (effect.says === 'failed') return claim.failed;
    if (!row.runs.published) return claim.maybeByAnother;
    if (row.runs.inParts) return claim.maybeByPage;
    return mayRunUnseen(row, world) ? claim.doneSoFar : claim.done;
  },
};

const notExecuted: Rule['apply'] = ({ row, result }, world) => {
  if (row.runs.partsLeft) return undefined;
  if (!row.runs.published || resumedNotBegun(row)) return NEVER_RAN;
  const taken = wasTaken(result);
  if (begun(row) || taken) {
    // A retry that was killed and a retry whose message is gone leave the same traces, so the readings of the row's columns stand.
    if (!retried(row) && !mayHaveAskedForRetry(row, world)) return RAN_IN_VAIN;
    return taken && !begun(row) ? [MAYBE_RAN_IN_VAIN, MAYBE_LOST] : undefined;
  }
  // It may have run and failed before SCHEDULED was put back.
  return savedTooSoonToHaveRun(row, world) ? NEVER_RAN : undefined;
};
