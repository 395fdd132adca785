/** What is left in a large RabbitMQ: many queues, one with many messages, and workers. */
import type { ChannelModel, ConfirmChannel } from 'amqplib';

export interface RabbitContent {
  /** Classic queues besides `celery`. */
  readonly queues: number;
  /** Messages in the queue `celery`. */
  readonly messages: number;
}

const WORKERS = 10;
const PREFETCH = 16;
/** A confirmation is waited for after so many: RabbitMQ slows a publisher that does not wait. */
const BATCH = 20_000;
const BODY = Buffer.alloc(100, 'x');

/**
 * Fills an empty virtual host. Its messages are on disk and small: only their number matters to whoever counts them.
 * @returns ends the workers
 */
export async function fillRabbit(url: string, { queues, messages }: RabbitContent): Promise<() => Promise<void>> {
  const { connect } = await import('amqplib');
  const publisher = await connect(url);
  const channel = await publisher.createConfirmChannel();
  await channel.assertExchange('celery.pidbox', 'fanout', { durable: false });
  await channel.assertQueue('celery', { durable: true, arguments: { 'x-queue-mode': 'lazy' } });
  for (let index = 0; index < queues; index++) await channel.assertQueue(`queue-${String(index)}`, { durable: true });
  await publish(channel, messages);
  await publisher.close();
  const workers: ChannelModel[] = [];
  for (let index = 0; index < WORKERS; index++) workers.push(await worker(await connect(url), index));
  return async () => {
    for (const each of workers) await each.close();
  };
}

async function publish(channel: ConfirmChannel, messages: number): Promise<void> {
  for (let index = 0; index < messages; index++) {
    channel.publish('', 'celery', BODY);
    if (index % BATCH === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
}

async function worker(connection: ChannelModel, index: number): Promise<ChannelModel> {
  const channel = await connection.createChannel();
  const mailbox = `celery@worker-${String(index)}.celery.pidbox`;
  await channel.assertQueue(mailbox, { durable: false, autoDelete: true, arguments: { 'x-expires': 10_000 } });
  await channel.bindQueue(mailbox, 'celery.pidbox', '');
  const ignore = (): void => undefined;
  await channel.consume(mailbox, ignore, { noAck: true });
  await channel.prefetch(PREFETCH, true);
  await channel.consume('celery', ignore);
  return connection;
}
