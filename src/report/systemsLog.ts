import { number } from '../base/numbers';
import type { BrokerServer, Diagnosis, Queue, RedisServer, Worker } from '../model/diagnosis';
import type { SourceReport } from '../model/sources';
import { ageOfNumbers, brokerLine, consumersText, keepsText, publishersText, queueKindText } from './brokerText';
import { oneLine, pythonTime } from './format';

const STATES: Readonly<Record<SourceReport['state'], string>> = {
  ok: 'ok',
  partial: 'read in part',
  unavailable: 'unavailable',
  'not-configured': 'not configured',
};

/** What was looked at and what could not be: a line a source, then the servers, queues and workers that were seen. */
export function systemsLines({ sources, infrastructure }: Pick<Diagnosis, 'sources' | 'infrastructure'>): string[] {
  const { redis, resultsRedis, broker, queues = [], workers = [] } = infrastructure;
  const servers = [redis, resultsRedis].filter((server) => server !== undefined);
  return [
    ...sources.map(
      ({ name, state, detail }) => `${name}: ${STATES[state]}${detail === '' ? '' : `, ${oneLine(detail)}`}`,
    ),
    ...servers.map(serverLine),
    ...(broker ? brokerLines(broker) : []),
    ...queues.map(broker ? countedLine : queueLine),
    ...workers.map(workerLine),
  ];
}

function serverLine(server: RedisServer): string {
  return line(server.product ?? 'Redis', `${server.address} (${server.role})`, [
    server.version !== null && `version ${server.version}`,
    server.startedAt !== null && `up since ${pythonTime(server.startedAt)}`,
    server.usedMemoryBytes !== null && `${megabytes(server.usedMemoryBytes)} used`,
    server.maxMemoryBytes !== null && server.maxMemoryBytes > 0 && `limit ${megabytes(server.maxMemoryBytes)}`,
    server.evictionPolicy,
    server.evictedKeys !== null && `${number(server.evictedKeys)} keys evicted`,
    server.flushes !== null &&
      `${number(server.flushes)} ${server.flushes === 1 ? 'flush' : 'flushes'} since its start`,
    server.appendOnly === true && 'append-only file',
    server.replica === true && 'a replica',
  ]);
}

function brokerLines(server: BrokerServer): string[] {
  return [
    line('Broker', brokerLine(server), [server.management ?? null, publishersText(server)]),
    ...(server.conditions ?? []).map(({ says }) => `Condition: ${oneLine(says)}`),
  ];
}

/** A queue whose messages are counted and not read. */
function countedLine(queue: Queue): string {
  const kind = queueKindText(queue);
  const age = ageOfNumbers(queue);
  return line('Queue', queue.name, [
    `${number(queue.length)} ready`,
    queue.readyOnly === true ? 'unacknowledged not known' : `${number(queue.unacked)} unacknowledged`,
    keepsText(queue),
    // Nothing has to consume a queue that keeps messages for another purpose.
    queue.keeps !== undefined && queue.consumed !== true ? null : (consumersText(queue) ?? consumedText(queue)),
    kind === '' ? null : kind,
    age === null ? null : `numbers ${age}`,
  ]);
}

function consumedText({ consumed }: Queue): string | null {
  if (consumed === null) return null;
  return consumed ? 'a worker consumes it' : 'no worker consumes it';
}

function queueLine(queue: Queue): string {
  const lists = queue.priorities.map(({ priority, length }) => `${number(length)} of priority ${String(priority)}`);
  return line('Queue', queue.name, [
    `${number(queue.length)} waiting`,
    lists.length > 1 && lists.join(', '),
    `${number(queue.unacked)} taken by workers`,
    keepsText(queue),
    consumedText(queue),
  ]);
}

const SEEN: Readonly<Record<Worker['seen'], string>> = {
  answered: 'answered',
  heartbeat: 'heartbeat seen',
  connected: 'connected',
};

function workerLine(worker: Worker): string {
  return line('Worker', worker.name, [
    SEEN[worker.seen],
    worker.active !== null && `${number(worker.active)} running`,
    worker.reserved !== null && `${number(worker.reserved)} reserved`,
    worker.scheduled !== null && `${number(worker.scheduled)} scheduled`,
    worker.unacked !== undefined && `${number(worker.unacked)} unacknowledged`,
    worker.concurrency !== null && `concurrency ${String(worker.concurrency)}`,
    worker.queues !== null && (worker.queues.length === 0 ? 'consumes no queue' : `queues ${worker.queues.join(' ')}`),
  ]);
}

/** `Title: name, fact, fact`; facts that are not known are left out. */
function line(title: string, name: string, facts: readonly (string | false | null)[]): string {
  const known = facts.filter((fact) => fact !== false && fact !== null);
  return `${title}: ${oneLine([name, ...known].join(', '))}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
