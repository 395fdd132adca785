import type { Confidence } from '../model/verdict';
import type { RowFacts } from '../model/facts';

/**
 * How sure a claim may be that rests on the messages and tasks that were seen of a row: `likely` where its name and number fit and its
 * arguments could not be compared, or where its message is in a key that only looks like Celery's.
 */
export function surest({ messages, tasks }: Pick<RowFacts, 'messages' | 'tasks'>): Confidence {
  // What a worker reports is nearer to the truth than the message that it has.
  const weak =
    tasks.length > 0
      ? tasks.some(({ match }) => match === 'number-and-name')
      : messages.some(({ match, inferred }) => match === 'number-and-name' || inferred === true);
  return weak ? 'likely' : 'proven';
}
