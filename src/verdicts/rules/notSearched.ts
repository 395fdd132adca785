import type { Claim, Rule } from '../claim';
import { ageSeconds, begun, MOVING_SECONDS, recordedStatus } from '../fingerprints';

/** Places where its message may be and that were not looked into: while there is one, nothing is lost. */
export const notSearched: Rule = {
  name: 'not-searched',
  situations: [3, 4, 8, 10, 23],
  apply: ({ row }, world) => {
    if (recordedStatus(row) || (row.status === 'PAUSED' && row.killed === true)) return undefined;
    const { broker, workers } = world;
    const claims: Claim[] = [];
    if (!broker.complete)
      claims.push({
        verdict: 'waiting',
        confidence: 'possible',
        why: `Its message may be in a queue: ${broker.incompleteBecause ?? broker.report.detail}.`,
        decidedBy: 'a complete search of the broker',
      });
    if (!workers.settled)
      claims.push({
        verdict: begun(row) ? 'running' : 'held',
        confidence: 'possible',
        why: begun(row)
          ? 'A worker may be running it: a task that is acknowledged early is in no queue.'
          : 'A worker may have it in its memory.',
        decidedBy: 'asking the workers (celeryTasks.askWorkers, --ask-workers)',
      });
    if (ageSeconds(row, world) < MOVING_SECONDS)
      claims.push({
        verdict: 'waiting',
        confidence: 'possible',
        why: 'It moved less than a minute ago: its message may be on its way.',
        decidedBy: 'looking again in a minute',
      });
    return claims;
  },
};
