import type { Confidence } from '../diagnosis/verification';
import type { RowFacts, World } from '../evidence/facts';
import { begun } from './fingerprints';

/**
 * How sure a claim may be that rests on the messages and tasks that were seen of a row.
 * - `possible`: its message was delivered again after its run began, and nobody asked the workers: it may run now, whatever its message does.
 * - `likely`: its name and number fit and its arguments could not be compared, or its message is in a key that only looks like Celery's.
 */
export function surest(
  { row, messages, tasks }: Pick<RowFacts, 'row' | 'messages' | 'tasks'>,
  world: World,
): Confidence {
  const again = tasks.length === 0 && begun(row) && messages.some(({ redelivered }) => redelivered);
  if (again && mayStillRun(world)) return 'possible';
  // What a worker reports is nearer to the truth than the message that it has.
  const weak =
    tasks.length > 0
      ? tasks.some(({ match }) => match === 'number-and-name')
      : messages.some(({ match, inferred }) => match === 'number-and-name' || inferred === true);
  return weak ? 'likely' : 'proven';
}

/** Without an answer of every worker, one of them may run what its message no longer shows. */
function mayStillRun({ workers }: World): boolean {
  return !workers.settled || (!workers.asked && workers.recentlySeen !== null);
}
