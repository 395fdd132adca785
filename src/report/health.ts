/** The state of broker and workers in a few words, for the line above every other answer. */
import { ageText } from '../base/age';
import { count, number } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import { brokerItems, countedItems, idleItems } from './brokerHealth';
import type { HealthItem, HealthLevel } from './healthItem';
import type { Diagnosis, Queue, RedisServer } from '../model/diagnosis';
import { stateOf, wasRead } from '../model/sources';

export interface Health {
  /** That of the worst item. */
  readonly level: HealthLevel;
  /** What cannot wait, in one sentence without its full stop: `No worker is connected; 3,283 messages wait in 3 queues`. Null where there is nothing. */
  readonly headline: string | null;
  /** Alarms first. */
  readonly items: readonly HealthItem[];
}

type Seen = Pick<Diagnosis, 'sources' | 'infrastructure' | 'generatedAt'> & {
  readonly taskTypes: readonly Pick<Diagnosis['taskTypes'][number], 'outcomes'>[];
  readonly timeline?: Diagnosis['timeline'];
};

const LEVELS: readonly HealthLevel[] = ['alarm', 'warning', 'unknown', 'ok'];
/** A restart counts as news for a day. */
const NEWS_SECONDS = 86_400;

/** Null where no broker was to be read: without verification, and where none is configured. */
export function healthOf(diagnosis: Seen): Health | null {
  const { sources, infrastructure } = diagnosis;
  const broker = sources.find(({ name }) => name === 'broker');
  if (!broker || broker.state === 'not-configured') return null;
  const items = wasRead(broker)
    ? [
        ...workerItems(diagnosis),
        ...(infrastructure.broker ? brokerItems(infrastructure.broker) : []),
        ...queueItems(infrastructure),
        ...oldestItems(diagnosis),
        ...serverItems(diagnosis),
      ]
    : [{ id: 'broker', level: 'unknown', says: 'The broker could not be read' } as const];
  const sorted = [...items].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  return { level: sorted[0]?.level ?? 'ok', headline: headlineOf(items), items: sorted };
}

/** `2 workers connected · 3 messages in 1 queue`: the items in one line. */
export function healthLine({ items }: Pick<Health, 'items'>): string {
  return items.map(({ says }) => says).join(' · ');
}

function headlineOf(items: readonly HealthItem[]): string | null {
  const alarms = items.filter(({ level }) => level === 'alarm').map(({ says }) => says);
  return alarms.length === 0 ? null : capital(alarms.join('; '));
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function workerItems({ sources, infrastructure: { workers = [] } }: Seen): HealthItem[] {
  const source = sources.find(({ name }) => name === 'workers');
  if (!source || !wasRead(source))
    return [{ id: 'workers', level: 'unknown', says: 'Whether workers are connected is unknown' }];
  if (workers.length > 0)
    return [
      { id: 'workers', level: 'ok', says: `${count(workers.length, 'worker')} connected` },
      // A worker that answered may have told nothing of its queues; a connection shows all of them.
      ...idleItems(workers.filter(({ seen }) => seen === 'connected')),
    ];
  // A worker that was not asked and sends no heartbeat is connected all the same.
  return stateOf(source) === 'ok'
    ? [{ id: 'workers', level: 'alarm', says: 'No worker is connected' }]
    : [{ id: 'workers', level: 'unknown', says: 'No worker was heard' }];
}

function queueItems({ queues = [], workers = [], broker }: Seen['infrastructure']): HealthItem[] {
  const full = queues.filter(({ length }) => length > 0);
  // Nothing has to consume a queue that keeps messages for another purpose.
  const left = full.filter(({ consumed, keeps }) => consumed === false && keeps === undefined);
  const taken = queues.reduce((sum, { unacked }) => sum + unacked, 0);
  const items: HealthItem[] = [];
  if (left.length > 0)
    // Workers that are connected leave these queues alone.
    items.push({ id: 'unconsumed', level: 'alarm', says: workers.length > 0 ? leftAlone(left) : waitingIn(left) });
  const others = full.filter((queue) => !left.includes(queue));
  if (broker && full.length + taken > 0) return [...items, ...countedItems(others, queues)];
  if (others.length > 0) items.push({ id: 'queues', level: 'ok', says: messagesIn(others) });
  else if (left.length === 0)
    items.push({
      id: 'queues',
      level: 'ok',
      says: queues.length === 0 ? 'no queue has messages' : 'all queues are empty',
    });
  if (taken > 0) items.push({ id: 'queues', level: 'ok', says: `${number(taken)} taken by workers` });
  return items;
}

function waitingIn(queues: readonly Queue[]): string {
  const messages = sumOf(queues);
  return `${count(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} in ${count(queues.length, 'queue')}`;
}

function leftAlone(queues: readonly Queue[]): string {
  const [only] = queues;
  const which =
    queues.length === 1 && only
      ? `queue ${escapeUnsafe(only.name)}, which no worker consumes`
      : `${count(queues.length, 'queue')} that no worker consumes`;
  const messages = sumOf(queues);
  return `${count(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} in ${which}`;
}

function sumOf(queues: readonly Queue[]): number {
  return queues.reduce((sum, { length }) => sum + length, 0);
}

/** `3,283 messages in 3 queues` */
function messagesIn(queues: readonly Queue[]): string {
  return `${count(sumOf(queues), 'message')} in ${count(queues.length, 'queue')}`;
}

/** Celery's messages carry no time, so the row of the oldest stuck task that is queued tells the age. */
function oldestItems({ taskTypes, timeline, generatedAt }: Seen): HealthItem[] {
  if (!timeline) return [];
  const bins = taskTypes.flatMap(({ outcomes = [] }) =>
    outcomes
      .filter(({ verdict }) => verdict === 'waiting')
      .flatMap(({ lastRuns }) => Object.keys(lastRuns).map(Number)),
  );
  if (bins.length === 0) return [];
  const first = bins.reduce((a, b) => Math.min(a, b));
  const end = Date.parse(timeline.start) / 1000 + (first + 1) * timeline.binSeconds;
  const age = Date.parse(generatedAt) / 1000 - end;
  return [{ id: 'oldest', level: 'warning', says: `oldest queued task at least ${ageText(age)} old` }];
}

function serverItems({ infrastructure: { redis }, generatedAt, taskTypes }: Seen): HealthItem[] {
  if (!redis?.role.startsWith('broker')) return [];
  const name = redis.product ?? 'Redis';
  return [...restarted(redis, name, generatedAt, taskTypes.length > 0), ...losses(redis, name)];
}

function restarted({ startedAt }: RedisServer, name: string, now: string, stuck: boolean): HealthItem[] {
  if (startedAt === null) return [];
  const age = (Date.parse(now) - Date.parse(startedAt)) / 1000;
  if (age > NEWS_SECONDS && !stuck) return [];
  return [
    { id: 'restarted', level: age <= NEWS_SECONDS ? 'warning' : 'ok', says: `${name} started ${ageText(age)} ago` },
  ];
}

function losses(
  { flushes, evictedKeys, evictionPolicy, maxMemoryBytes, replica }: RedisServer,
  name: string,
): HealthItem[] {
  const items: HealthItem[] = [];
  if (flushes !== null && flushes > 0)
    items.push({
      id: 'flushed',
      level: 'warning',
      says: `${name} was flushed ${flushes === 1 ? 'once' : count(flushes, 'time')} since its start`,
    });
  if (evictedKeys !== null && evictedKeys > 0)
    items.push({ id: 'evicting', level: 'warning', says: `${name} evicted ${count(evictedKeys, 'key')}` });
  else if ((maxMemoryBytes ?? 0) > 0 && evictionPolicy !== null && evictionPolicy !== 'noeviction')
    items.push({
      id: 'evicting',
      level: 'warning',
      says: `${name} may evict messages (${escapeUnsafe(evictionPolicy)})`,
    });
  if (replica === true) items.push({ id: 'replica', level: 'warning', says: `this ${name} is a replica` });
  return items;
}
