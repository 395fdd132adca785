/** RabbitMQ in words: the server, its queues and its workers. Log, terminal, Markdown and page take them from here. */
import { count, number } from '../base/numbers';
import { withoutFullStop } from '../base/sentences';
import type { BrokerServer, Queue, Worker } from '../model/diagnosis';

/** `RabbitMQ 3.10.8 at host:5672/shop, read by its management API as user app` */
export function brokerLine(server: BrokerServer): string {
  const { product, version, address, user } = server;
  return `${product}${version === null ? '' : ` ${version}`} at ${address}, read by ${wayText(server)} as user ${user}`;
}

/** How the server was read. */
export function wayText({ readBy }: Pick<BrokerServer, 'readBy'>): string {
  return readBy === 'management' ? 'its management API' : 'AMQP alone, which shows less';
}

/** Whether messages can arrive; a clause. */
export function publishersText({ blocked }: Pick<BrokerServer, 'blocked'>): string {
  if (blocked === null) return 'it is not known whether publishers are blocked';
  return blocked.length === 0 ? 'publishers are not blocked' : blocked.map(withoutFullStop).join(' and ');
}

/** What the queue is for besides tasks that wait their turn; null where it is for nothing else. */
export function keepsText({ keeps }: Pick<Queue, 'keeps'>): string | null {
  if (keeps === undefined) return null;
  return keeps === 'dead-letters' ? 'keeps rejected and expired messages' : 'keeps tasks until their time';
}

/** `quorum, x-max-priority 10, not running: crashed`: what a queue is; empty where nothing is known. */
export function queueKindText({ type, state, arguments: own = {} }: Queue): string {
  return [
    type,
    ...Object.entries(own).map(([name, value]) => `${name} ${value === '' ? '""' : String(value)}`),
    state === undefined ? undefined : `not running: ${state}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `live` or `up to 5 s old`; null where the age is not known. */
export function ageOfNumbers({ numbersAgeSeconds: age }: Pick<Queue, 'numbersAgeSeconds'>): string | null {
  if (age === undefined) return null;
  return age === 0 ? 'live' : `up to ${number(Math.ceil(age))} s old`;
}

/** `2 consumers`, `no consumer`; null where it is not known. */
export function consumersText({ consumers }: Pick<Queue, 'consumers'>): string | null {
  if (consumers === undefined || consumers === null) return null;
  return consumers === 0 ? 'no consumer' : count(consumers, 'consumer');
}

/** Whether a worker is connected and takes no task: it consumes no queue. Null where its queues are not known. */
export function takesNothing({ queues }: Pick<Worker, 'queues'>): boolean | null {
  return queues === null ? null : queues.length === 0;
}
