import { count } from '../../base/numbers';
import type { BrokerView, QueueFacts, WorkerFacts, WorkersView } from '../../model/facts';
import { readReport, type SourceGap } from '../../model/sources';
import { NO_MESSAGES } from '../noMessages';
import { NO_WORKERS } from '../noWorkers';
import { askedView } from './askedView';
import type { Asked } from './asking';
import type { Moving, RabbitState } from './read';
import { boundsOf } from './state/bounds';
import { deadLetterRoles, emptySecondsAgo, orderOf } from './state/passing';
import { conditionsOf } from './state/conditions';
import { seenIn, type SeenQueue } from './state/condition';
import { sharedNames, workersOf, type SeenWorker } from './state/consumers';
import { mayHoldTasks } from './state/queueRole';

/** A look, or two: the second one is made when the snapshot of the rows has begun. */
export interface Looks {
  /** `host:port/vhost`, never with a password. */
  readonly address: string;
  readonly first: RabbitState;
  readonly second?: Moving;
  /** Servers of the same list that were not read and may hold messages, for people. */
  readonly others: readonly string[];
  /** Absent: the workers may not be asked. */
  readonly asked?: Asked;
}

const SHOWS_NONE = 'RabbitMQ shows no message without changing it';

/** The broker as it was counted. Its numbers bound something after the second look, and only where no message can have escaped them. */
export function brokerView(looks: Looks): BrokerView {
  const { first, second = first, address } = looks;
  const seen = seenIn(first, second);
  const { queues } = seen;
  const unacked = queues.reduce((sum, queue) => sum + (queue.unacked ?? 0), 0);
  const ready = queues.reduce((sum, queue) => sum + (queue.ready ?? 0), 0);
  const searched = `${count(queues.length, 'queue')} with ${count(ready, 'message')} and ${count(unacked, 'unacknowledged message')}`;
  const gaps = brokerGaps(looks);
  const { product, version } = first.server;
  const server = `${product}${version === null ? '' : ` ${version}`} at ${address}`;
  const found = first.celeryFound;
  const detail = found
    ? `${server}: ${searched}, counted and not read`
    : `${server}: no queue or exchange of Celery in this virtual host`;
  const counted = countedIn(looks, gaps);
  return {
    report: readReport('broker', [detail, ...gaps.map(({ says }) => says)].join('; '), gaps),
    found,
    contents: 'counted',
    incompleteBecause: found ? SHOWS_NONE : 'no Celery queue was found there',
    queues: queues.map(queueFacts),
    unacked,
    ...counted,
    conditions: conditionsOf(seen),
    rabbit: { product, version, vhost: first.vhost, user: first.server.user },
    searched,
    ...NO_MESSAGES,
    prefixes: [''],
    locks: [],
  };
}

/** Why numbers bound nothing, and what else could not be told. */
function brokerGaps({ first, second = first, others }: Looks): SourceGap[] {
  const gaps: SourceGap[] = [];
  if (others.length > 0)
    gaps.push({
      kind: 'failover-unread',
      says: `Celery's list of brokers also has ${others.join(' and ')}, not read here, where messages may be`,
    });
  const unread = Math.max(first.unread, second.unread);
  if (unread > 0)
    gaps.push({
      kind: 'capped',
      setting: 'celeryTasks.maxQueueScan',
      says: `${count(unread, 'more queue')} ${unread === 1 ? 'was' : 'were'} not counted (celeryTasks.maxQueueScan)`,
    });
  const blocking = first.blocking === null || second.blocking === null ? null : [...first.blocking, ...second.blocking];
  if (blocking === null)
    gaps.push({ kind: 'not-recorded', says: 'it is not known whether an alarm blocks publishers' });
  else
    for (const says of new Set(blocking))
      gaps.push({ kind: 'other', says: `${says}, so messages may not have arrived yet` });
  for (const says of new Set([...first.nodesDown, ...second.nodesDown])) gaps.push({ kind: 'cluster', says });
  if (second.consumers === null)
    gaps.push({ kind: 'forbidden', says: `consumers are not shown to the user ${first.server.user}` });
  return gaps;
}

/** Gaps that leave room for a message that was not counted. */
const LEAVE_ROOM: readonly SourceGap['kind'][] = ['failover-unread', 'capped', 'not-recorded', 'other', 'cluster'];

/** What the numbers of two looks say: nothing where a message may have escaped them. */
function countedIn(
  { first, second }: Looks,
  gaps: SourceGap[],
): Pick<BrokerView, 'bounds' | 'order' | 'emptySecondsAgo'> {
  if (!second || !first.celeryFound) return {};
  const { bounds, because } = boundsOf(first.totals, second.totals, deadLetterRoles(first, second));
  if (because !== null) gaps.push({ kind: 'other', says: because });
  if (!bounds || gaps.some(({ kind }) => LEAVE_ROOM.includes(kind))) return {};
  const [order, empty] = [orderOf(first, second), emptySecondsAgo(first, second)];
  return {
    bounds,
    ...(order === undefined ? {} : { order }),
    ...(empty === undefined ? {} : { emptySecondsAgo: empty }),
  };
}

/** Numbers of quorum queues and streams come from statistics of their own (measured on 3.10 and 4.0): seconds. */
const QUORUM_AGE = 5;

function queueFacts({ name, type, runs, state, keeps, ready, unacked, rules, consumers }: SeenQueue): QueueFacts {
  return {
    name,
    prefix: '',
    length: ready ?? 0,
    priorities: [],
    unacked: unacked ?? 0,
    ...(keeps === undefined ? {} : { keeps }),
    type,
    ...(runs ? {} : { state: state || 'unknown' }),
    // One that came within the last five seconds is in no list yet, but what it took is counted.
    consumers: consumers === null || (consumers.length === 0 && (unacked ?? 0) > 0) ? null : consumers.length,
    numbersAgeSeconds: type === 'classic' ? 0 : QUORUM_AGE,
    arguments: rules,
  };
}

/** The workers as they answered, or as they were only seen. */
export function workersView(looks: Looks): WorkersView {
  const seen = seenWorkers(looks);
  return looks.asked ? askedView(looks, looks.asked, seen) : seen;
}

/**
 * The workers as their connections show them: they were not asked, so what they run is not known. A worker that was stopped or cut off looks
 * alive until it has missed its heartbeats, which is three minutes with RabbitMQ's default.
 */
function seenWorkers({ first, second, others }: Looks): WorkersView {
  const consumers = second?.consumers ?? first.consumers;
  const unknown = 'Which workers are connected is not shown to this user';
  if (consumers === null || first.consumers === null)
    return {
      report: {
        name: 'workers',
        state: 'unavailable',
        detail: unknown,
        gaps: [{ kind: 'forbidden', says: unknown }],
      },
      ...NO_WORKERS,
      says: unknown,
    };
  const seen = workersOf(consumers, first.channels);
  // A consumer is listed up to five seconds after it came, while its mailbox and what it takes show at once.
  const listed = seen.length > 0 || workersOf(first.consumers, null).length > 0;
  const none = !listed && others.length === 0 && !hasTrace([first, ...(second ? [second] : [])]);
  const says = none ? 'No worker is connected' : listed ? connectedWords(seen) : NOT_LISTED;
  const shared = sharedNames(consumers).map((name) => `two workers are named ${name}`);
  return {
    report: readReport('workers', [says, ...shared].join('; '), none ? [] : [NOT_ASKED]),
    ...NO_WORKERS,
    none,
    settled: none,
    says: none ? says : `${says}, and they were not asked`,
    workers: seen.map(workerFacts),
    consumedQueues: new Set(consumers.map(({ queue }) => queue)),
    recentlySeen: isCelery(seen) ? { at: null, by: 'mailbox' } : null,
  };
}

const NOT_LISTED = 'A worker is connecting or leaving';

/** Whether a worker left a trace in these looks, although it is in no list of consumers. */
function hasTrace(looks: readonly Pick<RabbitState, 'totals'>[]): boolean {
  return looks.some(({ totals }) =>
    totals.queues.some(({ role, unacked }) => role === 'mailbox' || (mayHoldTasks(role) && (unacked ?? 0) > 0)),
  );
}

/** A mailbox and a consumer of tasks, on one connection or, with gevent and eventlet, on two. Any other client has no mailbox. */
function isCelery(seen: readonly SeenWorker[]): boolean {
  return seen.some(({ name }) => name !== null) && seen.some(({ queues }) => queues.length > 0);
}

const NOT_ASKED: SourceGap = {
  kind: 'not-asked',
  setting: 'celeryTasks.askWorkers',
  says: 'the workers were not asked',
};

function connectedWords(seen: readonly SeenWorker[]): string {
  const takers = seen.filter(({ queues }) => queues.length > 0).length;
  const idle = seen.length - takers;
  return `${count(takers, 'worker')} ${takers === 1 ? 'is' : 'are'} connected${idle === 0 ? '' : `, and ${count(idle, 'more')} ${idle === 1 ? 'takes' : 'take'} no tasks`}`;
}

function workerFacts({ name, queues, unacked }: SeenWorker): WorkerFacts {
  return {
    name: name ?? 'a worker without a name',
    seen: 'connected',
    queues,
    active: null,
    reserved: null,
    scheduled: null,
    concurrency: null,
    uptimeSeconds: null,
    ...(unacked === null ? {} : { unacked }),
  };
}
