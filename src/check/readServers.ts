import { brokerNotRead } from '../brokers/redis/queues/notRead';
import { readBroker, type BrokerOptions } from '../brokers/redis/queues/readBroker';
import type { BrokerView, RedisFacts, ResultReader, WorkersView } from '../model/facts';
import { ping, type Mailbox, type RedisReader, type RedisSource } from '../ports/redis';
import { readRedisFacts } from '../brokers/redis/serverFacts';
import { readServerKind } from '../brokers/redis/serverKind';
import { onFailoverList } from '../brokers/redis/failoverList';
import { onReplica } from '../brokers/redis/replica';
import { redisResults } from '../results/redisResults';
import { workersNotRead } from '../brokers/redis/workers/notRead';
import { readWorkers, type WorkersOptions } from '../brokers/redis/workers/readWorkers';
import type { SnapshotSource } from '../ports/database';
import type { CheckSources, VerificationOptions } from './options';
import type { Run } from './run';
import type { StepId } from '../model/progress';
import { readReport, unavailable, type SourceReport } from '../model/sources';
import { oneTimeout } from '../brokers/redis/oneTimeout';
import { Problem, throwIfCancelled } from '../base/problem';

/** Steps of progress that one look outside makes. */
export const LOOK_STEPS: readonly StepId[] = ['broker', 'workers'];

/** Everything known from outside PostgreSQL. It is read before the rows, so that a message which moves meanwhile moves its row too. */
export interface Outside {
  readonly broker: BrokerView;
  readonly workers: WorkersView;
  /** INFO of the broker's server. */
  readonly redis: RedisFacts | null;
  /** INFO of the results' server, where it is another one. */
  readonly resultsRedis: RedisFacts | null;
  /** Broker and results are one Redis. */
  readonly oneRedis: boolean;
  /** Whether INFO could be read. */
  readonly redisReport: SourceReport;
  /** Open while `work` runs. */
  readonly results: ResultReader;
  /** Not opened yet: a transaction that waits is ended by the server. */
  readonly resultsDatabase: SnapshotSource | Problem | undefined;
}

/** A server that answers, or why it does not. */
type Opened =
  | { readonly reader: RedisReader; readonly mailbox?: Mailbox; readonly source: RedisSource }
  | { readonly report: Omit<SourceReport, 'name'> };

/** What of a run this stage needs. */
type RunOfLook = Pick<Run, 'signal' | 'progress'>;

const HOW_TO_NAME = 'no Redis is named (redisUrl of the connection, REDIS_URL or CELERY_BROKER_URL)';
const NOT_NAMED: Omit<SourceReport, 'name'> = {
  state: 'not-configured',
  detail: HOW_TO_NAME,
  gaps: [{ kind: 'not-named', setting: 'celeryTasks.connections', says: HOW_TO_NAME }],
};

/**
 * Reads broker, workers and Redis's own facts, and runs `work` while the results can be looked up. A server that fails is a report, never
 * an exception.
 * @throws Problem `cancelled`, and what `work` throws
 */
export async function lookOutside<T>(
  sources: CheckSources,
  options: VerificationOptions,
  run: RunOfLook,
  work: (outside: Outside) => Promise<T>,
): Promise<T> {
  return await open(sources.broker, 'ask', run.signal, (broker) => {
    const look = async (results: Opened): Promise<T> =>
      await work({
        ...(await readOutside(broker, results, options, run)),
        resultsDatabase: sources.resultsDatabase,
      });
    return sources.results === sources.broker ? look(broker) : open(sources.results, 'read', run.signal, look);
  });
}

/** Opens a server and asks PING, so that one that is down costs one timeout and not one for each question. */
async function open<T>(
  source: RedisSource | Problem | undefined,
  right: 'ask' | 'read',
  signal: AbortSignal,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  if (source === undefined) return await work({ report: NOT_NAMED });
  if (source instanceof Problem) return await work({ report: notRead(source) });
  const state = { answered: false };
  const begin = async (connection: RedisReader, mailbox?: Mailbox): Promise<T> => {
    const reader = oneTimeout(connection);
    await ping(reader);
    state.answered = true;
    return await work({ reader, source, ...(mailbox ? { mailbox } : {}) });
  };
  try {
    return await source[right](begin, signal);
  } catch (error) {
    if (state.answered) throw error;
    return await work({ report: notRead(error) });
  }
}

async function readOutside(
  broker: Opened,
  results: Opened,
  options: VerificationOptions,
  { progress, signal }: RunOfLook,
): Promise<Omit<Outside, 'resultsDatabase'>> {
  const say = calmly((label) => {
    progress.say(label);
  });
  progress.next('broker', 'Searching the queues of the broker');
  const search = async (reader: RedisReader, more: Partial<BrokerOptions> = {}): Promise<BrokerView> =>
    await readBroker(reader, { maxMessages: options.maxQueueScan, ...(await kindOf(reader)), ...more }, say, signal);
  const firstLook =
    'report' in broker ? brokerNotRead({ name: 'broker', ...broker.report }) : await search(broker.reader);
  throwIfCancelled(signal);
  progress.next('workers', options.askWorkers ? 'Asking the workers' : 'Looking for workers');
  const workers =
    'report' in broker
      ? workersNotRead({ name: 'workers', ...broker.report })
      : await readWorkers(
          broker.reader,
          options.askWorkers ? (broker.mailbox ?? null) : null,
          {
            db: broker.source.db,
            prefixes: firstLook.prefixes,
            takenKeys: firstLook.takenElsewhere,
            marks: firstLook.marks,
            ...(options.askWorkers ? {} : onlyListen(broker.mailbox)),
          },
          say,
          signal,
        );
  throwIfCancelled(signal);
  const named = namedByWorkers(firstLook, workers);
  const brokerView = 'reader' in broker && named ? await search(broker.reader, named) : firstLook;
  throwIfCancelled(signal);
  const same = results === broker;
  const server = await readServer(broker, same ? 'broker and results' : 'broker');
  const views = server.facts?.replica === true ? onReplica(brokerView, workers) : { broker: brokerView, workers };
  const unread = 'reader' in broker ? (broker.reader.unread ?? []) : [];
  return {
    ...(unread.length > 0 ? onFailoverList(views.broker, views.workers, unread) : views),
    oneRedis: same,
    redis: server.facts,
    resultsRedis: same ? null : (await readServer(results, 'results')).facts,
    redisReport: server.report,
    results:
      'report' in results
        ? { report: { name: 'results', ...results.report }, find: () => Promise.resolve(new Map()) }
        : redisResults(results.reader, brokerView.prefixes),
  };
}

/** @throws Problem when the connection failed in another way than the search will */
async function kindOf(reader: RedisReader): Promise<Pick<BrokerOptions, 'server'>> {
  try {
    return { server: await readServerKind(reader) };
  } catch (error) {
    if (error instanceof Problem && error.kind === 'cancelled') throw error;
    // The search will say it.
    return {};
  }
}

/**
 * What workers say of their queues and keys, where the search did not know it: it is made again with these. A pass over all keys finds what
 * holds something, so this is rare: keys that workers name explain what only looked like theirs, and a pass may have been cut short.
 */
function namedByWorkers(
  { keys, prefixes, takenElsewhere }: BrokerView,
  { workers, takenKeys }: WorkersView,
): Pick<BrokerOptions, 'queues' | 'taken'> | undefined {
  const queues = [...new Set(workers.flatMap((worker) => worker.queues ?? []))];
  const strange = queues.filter((name) => !['', ...prefixes].some((prefix) => keys.has(prefix + name)));
  const unknown = takenKeys.filter(({ messages }) => !keys.has(messages) || takenElsewhere.includes(messages));
  return strange.length + unknown.length === 0 ? undefined : { queues, taken: takenKeys };
}

/** Heartbeats come every 2 seconds. Without asking they only name the workers, so one of each is enough. */
function onlyListen(listener: Mailbox | undefined): Pick<WorkersOptions, 'listener' | 'listenSeconds'> {
  return listener ? { listener, listenSeconds: 2.5 } : {};
}

/** Progress that a person can read: not more often than this, in milliseconds. */
const CALM_MS = 250;

function calmly(say: (label: string) => void): (label: string) => void {
  let said = -Infinity;
  return (label) => {
    if (performance.now() - said < CALM_MS) return;
    said = performance.now();
    say(label);
  };
}

async function readServer(
  opened: Opened,
  role: RedisFacts['role'],
): Promise<{ facts: RedisFacts | null; report: SourceReport }> {
  const name = 'redis';
  if ('report' in opened) return { facts: null, report: { name, ...opened.report } };
  try {
    const facts = await readRedisFacts(opened.reader, role);
    if (facts.version !== null)
      return { facts, report: readReport(name, `${facts.product} ${facts.version} at ${facts.address}`, []) };
    const detail = `Redis at ${facts.address} does not give INFO to this user, so whether it was emptied is not known`;
    const gaps: SourceReport['gaps'] = [{ kind: 'forbidden', says: detail }];
    return { facts, report: { name, state: 'unavailable', detail, gaps } };
  } catch (error) {
    return { facts: null, report: { name, ...notRead(error) } };
  }
}

/** The report on a source that failed. @throws Problem `cancelled`, and anything that is no Problem */
function notRead(error: unknown): Omit<SourceReport, 'name'> {
  if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
  return unavailable(error);
}
