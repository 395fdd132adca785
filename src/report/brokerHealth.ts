/** What the health line says of a RabbitMQ. */
import { count, number } from '../base/numbers';
import { lowerFirst, withoutFullStop } from '../base/sentences';
import { escapeUnsafe } from '../base/unsafeText';
import type { BrokerCondition, BrokerServer, Queue, Worker } from '../model/diagnosis';
import { consumersText, takesNothing } from './brokerText';
import type { HealthItem, HealthLevel } from './healthItem';

/** What a condition means for tasks; the others explain something and call for nothing. */
const LEVELS: Readonly<Partial<Record<BrokerCondition['kind'], HealthLevel>>> = {
  'publishers-blocked': 'alarm',
  'node-down': 'alarm',
  'mailboxes-refused': 'warning',
  'eta-blocked': 'warning',
  'global-qos': 'warning',
  'consumes-nothing': 'warning',
  unroutable: 'warning',
  'consumer-timeout': 'warning',
  'delivery-limit': 'warning',
  'messages-expire': 'warning',
  'queue-expires': 'warning',
};

/** Possible reasons why nothing runs: these stand in the health line too. */
const NOTHING_RUNS: readonly BrokerCondition['kind'][] = ['mailboxes-refused', 'eta-blocked', 'global-qos'];

/** How much a condition matters; undefined: it explains something. */
export function levelOf(kind: BrokerCondition['kind']): HealthLevel | undefined {
  return LEVELS[kind];
}

/** Alarms, and conditions that cannot wait. The others stand beside the server. */
export function brokerItems({ blocked, conditions = [] }: BrokerServer): HealthItem[] {
  const blocking = [...new Set(blocked ?? [])].map((says) => item('blocked', 'alarm', says));
  // Both tell of the same alarms.
  const others = conditions.filter(({ kind }) => kind !== 'publishers-blocked' || blocking.length === 0);
  const urgent = others.flatMap(({ kind, says }) => {
    const level = levelOf(kind);
    const isUrgent = level === 'alarm' || NOTHING_RUNS.includes(kind);
    return level !== undefined && isUrgent ? [item('condition', level, says)] : [];
  });
  return [...blocking, ...urgent];
}

function item(id: HealthItem['id'], level: HealthLevel, says: string): HealthItem {
  return { id, level, says: lowerFirst(withoutFullStop(escapeUnsafe(says))) };
}

/** A worker that consumes no queue runs nothing, however alive it is. */
export function idleItems(workers: readonly Worker[]): HealthItem[] {
  const idle = workers.filter((worker) => takesNothing(worker) === true).length;
  if (idle === 0) return [];
  const words =
    workers.length === 1
      ? 'the only worker consumes'
      : `${number(idle)} of ${count(workers.length, 'worker')} ${idle === 1 ? 'consumes' : 'consume'}`;
  return [{ id: 'idle', level: idle === workers.length ? 'alarm' : 'warning', says: `${words} no queue` }];
}

/** `37 messages wait in queue celery (2 consumers)`, `4 unacknowledged`, `3 in a dead-letter queue`. @param queues with messages that something consumes, or of which that is not known */
export function countedItems(queues: readonly Queue[], all: readonly Queue[]): HealthItem[] {
  const tasks = queues.filter(({ keeps }) => keeps === undefined);
  const items: HealthItem[] = [];
  if (tasks.length > 0) items.push({ id: 'queues', level: 'ok', says: waiting(tasks) });
  const taken = all.reduce((sum, { unacked }) => sum + unacked, 0);
  if (taken > 0) items.push({ id: 'queues', level: 'ok', says: `${number(taken)} unacknowledged` });
  const kept = (keeps: Queue['keeps']): Queue[] => all.filter((queue) => queue.keeps === keeps && queue.length > 0);
  const dead = kept('dead-letters');
  const delayed = kept('delayed');
  if (dead.length > 0)
    items.push({
      id: 'dead-letters',
      level: 'warning',
      says: `${count(sumOf(dead), 'message')} in ${dead.length === 1 ? 'a dead-letter queue' : `${number(dead.length)} dead-letter queues`}`,
    });
  if (delayed.length > 0)
    items.push({
      id: 'queues',
      level: 'ok',
      says: `${number(sumOf(delayed))} ${sumOf(delayed) === 1 ? 'waits for its' : 'wait for their'} time`,
    });
  return items;
}

function waiting(queues: readonly Queue[]): string {
  const [only] = queues;
  const messages = sumOf(queues);
  const who = consumersOf(queues);
  const where = queues.length === 1 && only ? `queue ${escapeUnsafe(only.name)}` : count(queues.length, 'queue');
  return `${count(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} in ${where}${who === null ? '' : ` (${who})`}`;
}

/** Null where it is not known of one of them. */
function consumersOf(queues: readonly Queue[]): string | null {
  const known = queues.flatMap(({ consumers }) => (consumers === undefined || consumers === null ? [] : [consumers]));
  if (known.length < queues.length) return null;
  return consumersText({ consumers: known.reduce((sum, each) => sum + each, 0) });
}

function sumOf(queues: readonly Queue[]): number {
  return queues.reduce((sum, { length }) => sum + length, 0);
}
