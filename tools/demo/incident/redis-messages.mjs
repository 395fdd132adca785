// @ts-check
/** The broker's side of the story in Redis: queues, messages that wait in them, messages that dead workers hold. */
import { kombuMessage, listOf, pythonJson, uuid } from './kombu-message.mjs';
import { messageOf, QUEUES, strangers } from './messages.mjs';

/** @typedef {import('ioredis').ChainableCommander} Pipeline */
/** @typedef {import('./messages.mjs').Row} Row */

/** Queues that were declared, and mailboxes of workers that were killed and so never took them back. @param {Pipeline} pipeline */
export function declare(pipeline) {
  for (const queue of QUEUES) pipeline.sadd(`_kombu.binding.${queue}`, `${queue}::${queue}`);
  for (const worker of ['worker-1', 'worker-2']) {
    pipeline.sadd('_kombu.binding.celery.pidbox', `::celery@${worker}.celery.pidbox`);
    pipeline.sadd('_kombu.binding.celeryev', `worker.#::celeryev.${uuid(worker)}`);
  }
}

/**
 * @param {Pipeline} pipeline
 * @param {Row} row
 * @returns {number} messages
 */
export function publish(pipeline, row) {
  const { message, taken } = messageOf(row);
  const { tag, text } = kombuMessage(message);
  if (taken) {
    pipeline.hset('unacked', tag, pythonJson([JSON.parse(text), '', message.queue]));
    pipeline.zadd('unacked_index', (row.last_run + 0.0123).toFixed(6), tag);
  } else {
    // The numbers above 5 starve.
    pipeline.lpush(listOf(message.queue, row.priority), text);
  }
  return 1;
}

/** @param {Pipeline} pipeline */
export function publishStrangers(pipeline) {
  const all = strangers();
  for (const message of all) pipeline.lpush(listOf(message.queue, message.priority), kombuMessage(message).text);
  return all.length;
}
