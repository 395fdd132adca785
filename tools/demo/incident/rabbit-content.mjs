// @ts-check
/** The broker's side of the story in RabbitMQ: the platform's queues, messages that wait in them, and workers that hold some. */
import { connect } from 'amqplib';
import { requireLoopback } from './guard.mjs';
import { taskMessage } from './kombu-message.mjs';
import { messageOf, QUEUES, strangers } from './messages.mjs';
import { startWorkers } from './rabbit-workers.mjs';

/** @typedef {import('./messages.mjs').Message} Message */
/** @typedef {import('./messages.mjs').Row} Row */
/** @typedef {import('amqplib').ConfirmChannel} ConfirmChannel */

const DURABLE = { durable: true };

/**
 * Puts the messages of the incident into a virtual host without Celery. RabbitMQ returns what a dead worker held at once, so the workers
 * of this story are alive and hang: what they took 36 minutes ago stays theirs, and they take nothing more.
 * @param {string} url of this machine
 * @param {Row[]} rows with a message, in the order in which they were published
 * @returns {Promise<{ says: string, close: () => Promise<void> }>} says: what was put there; close: ends the workers
 * @throws {Error} when the virtual host has a Celery already
 */
export async function fillRabbit(url, rows) {
  requireLoopback(new URL(url).hostname);
  const messages = rows.map(messageOf);
  const taken = messages.filter((each) => each.taken).map(({ message }) => message);
  const waiting = [...messages.filter((each) => !each.taken).map(({ message }) => message), ...strangers()];
  const connection = await connect(url);
  try {
    await requireNoCelery(connection);
    const channel = await connection.createConfirmChannel();
    await declare(channel);
    // A queue gives in order: what the workers hold went in first, and nothing else is there when they come.
    await publish(channel, taken);
    const close = await startWorkers(url, taken);
    await publish(channel, waiting);
    const all = taken.length + waiting.length;
    return {
      says: `${all.toLocaleString('en-US')} messages, ${taken.length.toLocaleString('en-US')} of them taken by workers`,
      close,
    };
  } finally {
    await connection.close();
  }
}

/**
 * Only asks: a passive declaration makes nothing.
 * @param {import('amqplib').ChannelModel} connection
 */
async function requireNoCelery(connection) {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  const found = await channel.checkQueue('celery').then(
    () => true,
    () => false,
  );
  if (found) throw new Error('The virtual host has a queue "celery" already. Give the incident an empty one.');
}

/** As kombu declares them. @param {ConfirmChannel} channel */
async function declare(channel) {
  for (const queue of QUEUES) {
    await channel.assertExchange(queue, 'direct', DURABLE);
    await channel.assertQueue(queue, DURABLE);
    await channel.bindQueue(queue, queue, queue);
  }
  await channel.assertExchange('celeryev', 'topic', DURABLE);
  await channel.assertExchange('celery.pidbox', 'fanout', { durable: false });
}

/**
 * @param {ConfirmChannel} channel
 * @param {readonly Message[]} messages
 */
async function publish(channel, messages) {
  for (const message of messages) {
    const { headers, body, replyTo } = taskMessage(message);
    channel.publish('', message.queue, Buffer.from(body), {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers,
      correlationId: message.id,
      replyTo,
      deliveryMode: 2,
      priority: message.priority,
    });
  }
  await channel.waitForConfirms();
}
