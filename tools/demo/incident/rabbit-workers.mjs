// @ts-check
/** What stands for the platform's Celery workers: they take messages, run none, and answer questions as Celery does. */
import { connect } from 'amqplib';

/** @typedef {import('./messages.mjs').Message} Message */
/** @typedef {import('amqplib').Channel} Channel */

/** Each has two consumers: of its tasks, and of its mailbox. */
export const WORKERS = ['celery@worker-1', 'celery@worker-2'];
/** As py-amqp names itself. Without heartbeats, which would need a timer. */
const OPTIONS = { clientProperties: { product: 'py-amqp', version: '5.1.1' } };
/** kombu's pidbox.py: a mailbox goes ten seconds after its worker. */
const MAILBOX = { durable: false, autoDelete: true, arguments: { 'x-expires': 10_000, 'x-message-ttl': 300_000 } };
const CONCURRENCY = 8;

/**
 * Starts workers that share these messages, which are all there is in the queue `celery`, and take no more.
 * @param {string} url
 * @param {readonly Message[]} messages
 * @returns {Promise<() => Promise<void>>} ends them; they neither outlive this process nor keep it alive
 */
export async function startWorkers(url, messages) {
  const share = Math.ceil(messages.length / WORKERS.length);
  /** @type {(() => Promise<void>)[]} */
  const closes = [];
  for (const [index, name] of WORKERS.entries()) {
    const own = messages.slice(index * share, (index + 1) * share);
    closes.push(await startWorker(url, name, own));
  }
  return async () => {
    for (const close of closes) await close();
  };
}

/**
 * @param {string} url
 * @param {string} name
 * @param {readonly Message[]} messages
 * @returns {Promise<() => Promise<void>>}
 */
async function startWorker(url, name, messages) {
  const withoutHeartbeat = new URL(url);
  withoutHeartbeat.searchParams.set('heartbeat', '0');
  const connection = await connect(withoutHeartbeat.href, OPTIONS);
  connection.on('error', () => {});
  await answerQuestions(await connection.createChannel(), name, messages);
  let closing = false;
  const take = async () => {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    // The server ends a channel that acknowledges nothing for half an hour (consumer_timeout) and puts its messages back in their places.
    channel.on('close', () => {
      if (!closing) take().catch(() => {});
    });
    await channel.prefetch(messages.length, true);
    await taking(channel, messages.length);
  };
  if (messages.length > 0) await take();
  /** @type {import('node:net').Socket} */
  const stream = /** @type {any} */ (connection).connection.stream;
  stream.unref();
  return async () => {
    closing = true;
    // Whoever waits for the end is kept alive until then.
    stream.ref();
    await connection.close().catch(() => {});
  };
}

/**
 * Resolves when so many messages came.
 * @param {Channel} channel
 * @param {number} count
 */
function taking(channel, count) {
  return new Promise((resolve, reject) => {
    let left = count;
    const take = () => {
      if (--left === 0) resolve(undefined);
    };
    channel.consume('celery', take, { noAck: false }).catch(reject);
  });
}

/**
 * The mailbox of a worker is on the connection by which it takes tasks.
 * @param {Channel} channel
 * @param {string} name
 * @param {readonly Message[]} messages
 */
async function answerQuestions(channel, name, messages) {
  const mailbox = `${name}.celery.pidbox`;
  await channel.assertQueue(mailbox, MAILBOX);
  await channel.bindQueue(mailbox, 'celery.pidbox', '');
  await channel.consume(
    mailbox,
    (message) => {
      if (message === null) return;
      const question = JSON.parse(message.content.toString());
      const answer = answersOf(name, messages)[/** @type {string} */ (question.method)];
      const { destination, reply_to: replyTo, ticket } = question;
      if (answer === undefined || !replyTo || (destination && !destination.includes(name))) return;
      channel.publish(replyTo.exchange, replyTo.routing_key, Buffer.from(JSON.stringify({ [name]: answer() })), {
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        headers: { ticket },
      });
    },
    { noAck: true },
  );
}

/**
 * The questions that only ask.
 * @param {string} name
 * @param {readonly Message[]} messages
 * @returns {Record<string, (() => unknown) | undefined>}
 */
function answersOf(name, messages) {
  const scheduled = messages.filter(({ eta }) => eta != null);
  return {
    ping: () => ({ ok: 'pong' }),
    active: () => [],
    reserved: () => messages.filter(({ eta }) => eta == null).map((message) => requestOf(name, message)),
    scheduled: () => scheduled.map((message) => ({ eta: message.eta, priority: 6, request: requestOf(name, message) })),
    revoked: () => [],
    active_queues: () => [{ name: 'celery', routing_key: 'celery', durable: true, alias: null }],
    stats: () => ({
      pool: { 'max-concurrency': CONCURRENCY },
      prefetch_count: messages.length,
      uptime: 2_160,
      broker: { transport: 'amqp', transport_options: {} },
    }),
  };
}

/**
 * @param {string} hostname
 * @param {Message} message
 */
function requestOf(hostname, { id, task, args, kwargs, queue, priority }) {
  return {
    id,
    name: task,
    args: JSON.parse(args),
    kwargs: JSON.parse(kwargs),
    type: task,
    hostname,
    time_start: null,
    acknowledged: false,
    delivery_info: { exchange: '', routing_key: queue, priority, redelivered: false },
    worker_pid: null,
  };
}
