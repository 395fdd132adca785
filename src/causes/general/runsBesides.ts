import { constant, type Claim, type Rule } from '../claim';
import { begun, mayRunUnseen, queued } from '../helpers';

const may = (why: string, decidedBy: string): Claim =>
  constant({ verdict: 'running', confidence: 'possible', evenIfSeen: true, why, decidedBy });
const ASK = 'ask the workers (celeryTasks.askWorkers, --ask-workers)';
const DELIVERED_AGAIN = may(
  'A worker may be running it: a message that is not acknowledged within the visibility timeout returns to the queue while its task runs.',
  ASK,
);
const BETWEEN_PAGES = may('A worker may be running it: a page sends the next one before it ends.', ASK);
const UNSEEN = may(
  'A worker that lost its connection to the broker may still be running it.',
  'look again later, or check the worker processes',
);

/**
 * A queued message does not say that the task does not run. A message that is delivered late is queued again while its first delivery
 * runs (kombu transport/redis.py `restore_visible`), and a page sends the message of the next one from its own body. A retry is sent when
 * its run is over.
 */
export const runsBesides: Rule = {
  name: 'runs-besides',
  situations: [9, 10, 17],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const { row, tasks } = facts;
    if (tasks.length > 0) return undefined;
    const messages = queued(facts).filter(({ libraryAttempts }) => libraryAttempts === null);
    const again = messages.some(({ redelivered }) => redelivered);
    if (messages.length === 0 || !(begun(row) || again)) return undefined;
    const { none, settled } = world.workers;
    // Workers are there, and nobody asked them: however long it lasts, one may have it.
    if (again && !none && !settled) return DELIVERED_AGAIN;
    if (!mayRunUnseen(row, world)) return undefined;
    if (none || settled) return UNSEEN;
    return again ? DELIVERED_AGAIN : BETWEEN_PAGES;
  },
};
