import type { RowFacts, StuckRow, World } from '../../model/facts';
import { constant, type Claim, type Rule } from '../claim';
import {
  ageSeconds,
  ranAfterError,
  begun,
  celeryName,
  mayRunUnseen,
  MOVING_SECONDS,
  publishedNotBegun,
  recordedStatus,
  savedTooSoonToHaveRun,
} from '../rowState';
import { signOfTouch } from '../sessionSigns';

const ASK = 'asking the workers (celeryTasks.askWorkers, --ask-workers)';
const withWorker = (verdict: Claim['verdict'], why: string, decidedBy = ASK): Claim =>
  constant({ verdict, confidence: 'possible', why, decidedBy });
const MAY_RUN = withWorker('running', 'A worker may be running it: a task that is acknowledged early is in no queue.');
const MAY_BE_HELD = withWorker('held', 'A worker may have it in its memory.');
const MAY_RUN_UNSEEN = withWorker(
  'running',
  'A worker that lost its connection to the broker, or that is shutting down, may still be running it.',
  'looking again later, or the processes of the workers',
);

/** The queues were searched before the workers were asked. */
const MAY_HAVE_SENT: readonly Claim[] = (['waiting', 'held'] as const).map((verdict) =>
  withWorker(verdict, 'It may have sent its retry or its next page while this check looked.', 'looking again'),
);
const MAY_MOVE = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  why: 'It moved less than a minute ago: its message may be on its way.',
  decidedBy: 'looking again in a minute',
});

/** Places where its message may be and that were not looked into: while there is one, nothing is lost. */
export const notSearched: Rule = {
  name: 'not-searched',
  situations: [3, 4, 8, 10, 23],
  apply: (facts, world) => {
    const { row } = facts;
    if (recordedStatus(row) && !ranAfterError(row)) return undefined;
    const { broker, workers } = world;
    const claims: Claim[] = [];
    if (broker.contents !== 'read')
      claims.push({
        verdict: 'waiting',
        confidence: 'possible',
        why: `Its message may be in a queue: ${broker.incompleteBecause ?? broker.report.detail}.`,
        decidedBy: broker.contents === 'counted' ? ASK : 'a complete search of the broker',
      });
    else if (workers.registered?.has(celeryName(row)) === false)
      claims.push({
        verdict: 'waiting',
        confidence: 'possible',
        why: 'No worker that answered knows this task: its workers may use another broker.',
        decidedBy: 'asking the workers that run this task',
      });
    else if (world.elsewhere !== null)
      claims.push({
        verdict: 'waiting',
        confidence: 'possible',
        why: `${world.elsewhere}: its broker may be another one.`,
        decidedBy: 'the broker that the workers of this project use',
      });
    if (ageSeconds(row, world) < MOVING_SECONDS) claims.push(MAY_MOVE);
    const mayRun = begun(row) || ranAfterError(row) || mayHaveBegun(row, world);
    const unseen = mayRun && mayRunUnseen(row, world) && !wasRolledBack(facts);
    // Where its message may be in a place that was not looked into, so may be the worker that took it.
    if (!workers.settled || claims.length > 0) {
      claims.push(MAY_BE_HELD);
      if (mayRun) claims.push(MAY_RUN);
    } else if (unseen) claims.push(MAY_RUN_UNSEEN);
    if (unseen && begun(row)) claims.push(...MAY_HAVE_SENT);
    return claims;
  },
};

/** Whether its body was one transaction, which has come to its end. */
function wasRolledBack(facts: RowFacts): boolean {
  const touch = facts.session?.touch;
  const sign = touch && signOfTouch(touch, facts);
  return sign?.verdict === 'failed' && sign.confidence !== 'possible';
}

/** A run may go on although the first message's save has put SCHEDULED back, or somebody has paused its row. */
function mayHaveBegun(row: StuckRow, world: World): boolean {
  if (row.status === 'PAUSED') return row.killed !== true;
  return publishedNotBegun(row) && !savedTooSoonToHaveRun(row, world);
}
