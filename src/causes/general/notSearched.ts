import type { RowFacts, World } from '../../model/facts';
import { constant, type Claim, type Rule } from '../claim';
import { ageSeconds, begun, celeryName, mayRunUnseen, MOVING_SECONDS, savedTooSoonToHaveRun } from '../helpers';
import { signOfTouch } from '../sessionSigns';
import { countedPlaces } from './countedPlaces';

const ASK = 'ask the workers (celeryTasks.askWorkers, --ask-workers)';
const withWorker = (verdict: Claim['verdict'], why: string, decidedBy = ASK): Claim =>
  constant({ verdict, confidence: 'possible', why, decidedBy });
const MAY_RUN = withWorker(
  'running',
  'A worker may be running it: a message that is acknowledged early is in no queue.',
);
const MAY_BE_HELD = withWorker('held', 'A worker may have it in memory.');
const MAY_RUN_UNSEEN = withWorker(
  'running',
  'A worker that lost its connection to the broker, or that is shutting down, may still be running it.',
  'look again later, or check the worker processes',
);

/** The queues were searched before the workers were asked. */
const MAY_HAVE_SENT: readonly Claim[] = (['waiting', 'held'] as const).map((verdict) =>
  withWorker(verdict, 'It may have sent its retry or its next page during this check.', 'look again'),
);
const MAY_MOVE = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  why: 'Its row changed less than a minute ago: its message may be on its way.',
  decidedBy: 'look again in a minute',
});

/** Places where its message may be and that were not looked into: while there is one, nothing is lost. */
export const notSearched: Rule = {
  name: 'not-searched',
  situations: [3, 4, 8, 10, 23],
  for: 'any',
  apply: (facts, world) => {
    const { row } = facts;
    if (row.state === 'ended' && !row.runs.begunAfterEnd) return undefined;
    const { broker, workers } = world;
    const counted = broker.bounds && countedPlaces(facts, world, broker.bounds);
    const claims: Claim[] = [...(counted?.claims ?? [])];
    const notRead = placeNotRead(world) ?? (isLeft(claims) ? undefined : anotherBroker(facts, world));
    if (notRead) claims.push(notRead);
    if (ageSeconds(row, world) < MOVING_SECONDS) claims.push(MAY_MOVE);
    const mayRun = row.runs.mayRun && !savedTooSoonToHaveRun(row, world);
    const unseen = mayRun && mayRunUnseen(row, world) && !wasRolledBack(facts);
    // Where its message may be in a place that was not looked into, so may be the worker that took it.
    const left = isLeft(claims);
    if (!workers.settled || left) {
      if (left || counted?.mayBeHeld !== false) claims.push(MAY_BE_HELD);
      if (mayRun) claims.push(MAY_RUN);
    } else if (unseen) claims.push(MAY_RUN_UNSEEN);
    if (unseen && begun(row)) claims.push(...MAY_HAVE_SENT);
    return claims;
  },
};

/** Whether a place is left from which a worker may have taken its message meanwhile. */
function isLeft(claims: readonly Claim[]): boolean {
  return claims.some(({ kept }) => kept !== true);
}

/** Where its message may wait although it was not found, in a broker that was read in part or not counted to its end. */
function placeNotRead({ broker }: World): Claim | undefined {
  if (broker.contents === 'read' || broker.bounds) return undefined;
  return {
    verdict: 'waiting',
    confidence: 'possible',
    why: `Its message may be in a queue: ${broker.incompleteBecause ?? broker.report.detail}.`,
    decidedBy: broker.contents === 'counted' ? ASK : 'let the check search the whole broker',
  };
}

/** Why its message may wait in a broker that was not looked at. */
function anotherBroker({ row }: RowFacts, { workers, elsewhere }: World): Claim | undefined {
  if (workers.registered?.has(celeryName(row)) === false)
    return {
      verdict: 'waiting',
      confidence: 'possible',
      why: 'No worker that answered knows this task: its workers may use another broker.',
      decidedBy: 'ask the workers that run this task',
    };
  if (elsewhere === null) return undefined;
  return {
    verdict: 'waiting',
    confidence: 'possible',
    why: `${elsewhere}: its broker may be another one.`,
    decidedBy: 'find out which broker the workers of this project use',
  };
}

/** Whether its body was one transaction, which has come to its end. */
function wasRolledBack(facts: RowFacts): boolean {
  const touch = facts.session?.touch;
  const sign = touch && signOfTouch(touch, facts);
  return sign?.verdict === 'failed' && sign.confidence !== 'possible';
}
