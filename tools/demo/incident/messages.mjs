// @ts-check
/** The messages of the story, whatever broker they are in: where each row's message is, and messages of no row. */
import { uuid } from './kombu-message.mjs';

/** @typedef {import('./kombu-message.mjs').Message} Message */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} task
 * @property {string} args
 * @property {string} kwargs
 * @property {string} task_id
 * @property {number} priority
 * @property {string} queue
 * @property {number} attempts
 * @property {number} last_run
 * @property {number} situation
 * @property {number} age seconds since it was published
 */

/** The library's RETRY_AFTER in the platform's settings, seconds. */
const RETRY_AFTER = 7_200;

/** The platform's queues. */
export const QUEUES = ['celery', 'hooks', 'reports'];

/**
 * @param {Row} row in a situation with a message
 * @returns {{ message: Message, taken: boolean }} taken: a worker has it, and it waits in no queue
 */
export function messageOf({
  id,
  task,
  args,
  kwargs,
  task_id: taskId,
  priority,
  queue,
  attempts,
  last_run: lastRun,
  situation,
}) {
  const retry = situation === 11;
  const waits = situation === 3 || situation === 4 || (situation === 9 && Number(id) % 2 === 0);
  const message = {
    task,
    id: retry ? uuid(`retry:${taskId}`) : taskId,
    rootId: uuid(`first:${id}`),
    args,
    // The number of attempts so far travels with the retry.
    kwargs: retry ? kwargs.replace(/\}$/, `, "attempts": ${attempts}}`) : kwargs,
    // Nobody consumes hooks and reports. All else is in celery.
    queue: situation === 4 ? queue : 'celery',
    priority,
    eta: retry ? new Date((lastRun + RETRY_AFTER) * 1000).toISOString().replace('Z', '000+00:00') : null,
    redelivered: situation === 9,
  };
  return { message, taken: !waits };
}

/**
 * Messages of no row: first messages that will make their row when they are run, and some whose row was deleted.
 * @returns {Message[]}
 */
export function strangers() {
  return Array.from({ length: 40 }, (_, index) => {
    const first = index < 30;
    const id = uuid(`stranger:${index}`);
    return {
      task: 'breathecode.activity.tasks.add_activity',
      id,
      rootId: first ? id : uuid(`deleted:${index}`),
      args: `[${20_000 + index}, "open_syllabus_module"]`,
      kwargs: first ? '{}' : `{"task_manager_id": ${11_000_000 + index}}`,
      queue: 'celery',
      priority: first ? 10 : 5,
    };
  });
}
