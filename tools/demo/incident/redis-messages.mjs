// @ts-check
/** The broker's side of the story in Redis: queues, messages that wait in them, messages that dead workers hold. */
import { kombuMessage, listOf, pythonJson, uuid } from './kombu-message.mjs';

/** @typedef {import('ioredis').ChainableCommander} Pipeline */

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

/** Queues that were declared, and mailboxes of workers that were killed and so never took them back. @param {Pipeline} pipeline */
export function declare(pipeline) {
  for (const queue of ['celery', 'hooks', 'reports']) pipeline.sadd(`_kombu.binding.${queue}`, `${queue}::${queue}`);
  for (const worker of ['worker-1', 'worker-2']) {
    pipeline.sadd('_kombu.binding.celery.pidbox', `::celery@${worker}.celery.pidbox`);
    pipeline.sadd('_kombu.binding.celeryev', `worker.#::celeryev.${uuid(worker)}`);
  }
  // The platform keeps its cache in the same database, as many do.
  for (let index = 1; index <= 40; index++)
    pipeline.set(`:1:academy:${index}:cohorts`, `{"data": [${index}], "mime": "application/json"}`, 'EX', 86_400);
}

/**
 * @param {Pipeline} pipeline
 * @param {Row} row
 * @returns {number} messages
 */
export function publish(
  pipeline,
  { id, task, args, kwargs, task_id: taskId, priority, queue, attempts, last_run: lastRun, situation },
) {
  const retry = situation === 11;
  const inList = situation === 3 || situation === 4 || (situation === 9 && Number(id) % 2 === 0);
  // Nobody consumes hooks and reports. All else is in celery, where the numbers above 5 starve.
  const target = situation === 4 ? queue : 'celery';
  const message = kombuMessage({
    task,
    id: retry ? uuid(`retry:${taskId}`) : taskId,
    rootId: uuid(`first:${id}`),
    args,
    // The number of attempts so far travels with the retry.
    kwargs: retry ? kwargs.replace(/\}$/, `, "attempts": ${attempts}}`) : kwargs,
    queue: target,
    priority,
    eta: retry ? new Date((lastRun + RETRY_AFTER) * 1000).toISOString().replace('Z', '000+00:00') : null,
    redelivered: situation === 9,
  });
  if (inList) {
    pipeline.lpush(listOf(target, priority), message.text);
  } else {
    pipeline.hset('unacked', message.tag, pythonJson([JSON.parse(message.text), '', target]));
    pipeline.zadd('unacked_index', (lastRun + 0.0123).toFixed(6), message.tag);
  }
  return 1;
}

/** Messages of no row: first messages that will make their row when they are run, and some whose row was deleted. @param {Pipeline} pipeline */
export function publishStrangers(pipeline) {
  for (let index = 0; index < 40; index++) {
    const first = index < 30;
    const id = uuid(`stranger:${index}`);
    const { text } = kombuMessage({
      task: 'breathecode.activity.tasks.add_activity',
      id,
      rootId: first ? id : uuid(`deleted:${index}`),
      args: `[${20_000 + index}, "open_syllabus_module"]`,
      kwargs: first ? '{}' : `{"task_manager_id": ${11_000_000 + index}}`,
      queue: 'celery',
      priority: first ? 10 : 5,
    });
    pipeline.lpush(listOf('celery', first ? 10 : 5), text);
  }
  return 40;
}
