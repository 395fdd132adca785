import { readReport, unavailable, type SourceReport } from '../../../model/sources';
import { ROW_NUMBER } from '../../../base/libraryKwargs';
import { Problem } from '../../../base/problem';
import type { QueueFacts, RestoreLock } from '../../../model/facts';
import type { RedisBrokerView, TakenKeys } from '../views';
import type { RedisReader } from '../../../ports/redis';
import { otherDatabases, wholeCluster, type ServerKind } from '../serverKind';
import { discover } from './discover';
import { type Discovery } from './discovered';
import { Gaps } from './gaps';
import { MessageIndex } from './messageIndex';
import { count as counted, number } from '../../../base/numbers';
import { knownQueues, listKeys, measureLists, type KnownQueue, type QueueList } from './queueLists';
import { Pace } from '../../../wire/pace';
import { readList } from './readList';
import {
  measureUnacked,
  readLatestDeliveries,
  readUnacked,
  takenPlaces,
  type TakenPlace,
  type Unacked,
} from './readUnacked';
import { readRestoreLocks } from './restoreLocks';

export interface BrokerOptions {
  /** Messages that are read at most, over all queues and workers (celeryTasks.maxQueueScan). */
  readonly maxMessages: number;
  /** Queues to look for besides those that have bindings. */
  readonly queues?: readonly string[];
  /** Keys that workers named as those in which they keep what they took. */
  readonly taken?: readonly TakenKeys[];
  /** Keys that are looked at to find queues. */
  readonly maxKeys?: number;
  /** What kind of server it is, where that is known. */
  readonly server?: ServerKind;
}

const MAX_KEYS = 1_000_000;
/** Messages at the consuming end of each list that are read a second time: at least, beyond those that workers have, at most. */
const AGAIN = { margin: 200, most: 5000 };

/**
 * Searches Celery's broker in one Redis database: every queue with every priority list, and the messages that workers took.
 * Only reads. A message moves while the search goes on; the order of reading sees to it that none escapes:
 * lists, then `unacked`, then both ends of the lists again, then the newest deliveries.
 * @returns what was found, also when the search broke off: `contents` is `part` then and the report says why
 * @throws Problem only when the user cancelled
 */
export async function readBroker(
  redis: RedisReader,
  options: BrokerOptions,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<RedisBrokerView> {
  const search = new Search(redis, options, onProgress, signal);
  try {
    await search.run();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
    search.gaps.failed(error);
  }
  return search.view();
}

class Search {
  readonly gaps = new Gaps();
  private readonly index = new MessageIndex();
  private discovery: Discovery = { apps: [], lists: [], hashes: [], zsets: [], mailboxes: 0, replies: 0 };
  private places: readonly TakenPlace[] = [];
  private locks: readonly RestoreLock[] = [];
  /** Other databases of the server that have keys, where this one has no queue. */
  private others: readonly number[] = [];
  private queues: readonly KnownQueue[] = [];
  private lists: readonly QueueList[] = [];
  private unacked: readonly Unacked[] = [];
  private capped = false;
  /** One for all that is asked: it is one server. */
  private readonly pace = new Pace();

  constructor(
    private readonly redis: RedisReader,
    private readonly options: BrokerOptions,
    private readonly onProgress: (label: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { redis, gaps, options } = this;
    const { queues: named = [], maxKeys = MAX_KEYS, taken = [], server } = options;
    if (server && !(await wholeCluster(redis, server)))
      gaps.add('cluster', 'this server is one of several of a cluster, the others of which were not read');
    this.discovery = await discover(redis, { queues: named, maxKeys }, gaps, this.onProgress, this.signal);
    const { apps, lists } = this.discovery;
    this.queues = knownQueues(apps, named, lists);
    this.lists = await measureLists(redis, this.queues, gaps);
    this.places = await takenPlaces(redis, this.discovery, taken);
    this.unacked = await measureUnacked(redis, this.places, gaps);
    await this.readAll();
    this.addQueuesOfTaken();
    if (!this.capped) await this.readAgain();
    const mutexes = taken.map(({ mutex }) => mutex);
    this.locks = await readRestoreLocks(redis, this.places, mutexes);
    if (!this.found) this.others = await otherDatabases(redis);
  }

  /** Whether Celery keeps its tasks in this database. */
  private get found(): boolean {
    return this.discovery.apps.some((app) => app.found) || this.unacked.some(({ inferred }) => inferred);
  }

  /** A queue whose list was empty while we looked for lists, and which has no binding: messages that come back go there. */
  private addQueuesOfTaken(): void {
    const known = new Set(this.queues.map(({ prefix, name }) => prefix + name));
    const { apps } = this.discovery;
    const more = apps.flatMap(({ prefix, separator }) =>
      [...this.index.of(prefix).unackedByQueue().keys()]
        .filter((name) => name !== '' && !known.has(prefix + name))
        .map((name) => ({ prefix, name, separator, bound: false, unbound: [] })),
    );
    this.queues = [...this.queues, ...more];
  }

  /** The shortest lists first, so that a cap leaves as few of them unread as can be; some of it is kept for what workers have. */
  private async readAll(): Promise<void> {
    const { maxMessages } = this.options;
    const taken = sum(this.unacked);
    const kept = Math.min(taken, Math.floor(maxMessages / 2));
    let left = maxMessages - kept;
    for (const list of [...this.lists].sort((a, b) => a.length - b.length)) {
      if (list.length > 0) left -= await this.readOne(list, left);
    }
    // What fits at the beginning may grow a little: HSCAN cannot stop at a number.
    left = sum(this.lists) + taken <= maxMessages ? Infinity : left + kept;
    for (const hash of this.unacked) {
      const onRead = (messages: number): void => {
        const all = Math.max(messages, hash.length);
        if (all > 0)
          this.onProgress(`Searching unacknowledged messages: ${number(messages)} of ${counted(all, 'message')}...`);
      };
      // Also where nothing was: workers may have taken what was to be read next.
      const read = await this.gaps.attempt(() =>
        readUnacked(this.redis, hash, left, this.index.of(hash.prefix), this.pace, onRead, this.signal),
      );
      left -= read?.items ?? 0;
      this.tooLarge(hash.key, read?.tooLarge);
      // Beyond the cap, or beyond what the index names of messages that are too large to be scanned.
      if (read?.ended === false) {
        if (left > 0)
          this.gaps.add('too-large', 'not all messages in % could be read, as some are too large', hash.key);
        else this.capped = true;
      }
    }
  }

  /** @returns the items read. Where not all may be read, the oldest are, which are taken next. */
  private async readOne(list: QueueList, most: number): Promise<number> {
    const from = Math.max(0, list.length - most);
    const onRead = (items: number): void => {
      this.onProgress(
        `Searching queue ${list.queue.slice(0, 80)}: ${number(Math.min(items, list.length))} of ${counted(list.length, 'message')}...`,
      );
    };
    const read = await this.gaps.attempt(() =>
      readList(this.redis, list, { from, most }, this.index.of(list.prefix), this.pace, onRead, this.signal),
    );
    if (from > 0 || read?.ended === false) this.capped = true;
    this.tooLarge(list.key, read?.tooLarge);
    return read?.items ?? 0;
  }

  private tooLarge(key: string, messages = 0): void {
    if (messages > 0)
      this.gaps.add(
        'too-large',
        'messages in % are too large to be read: the server closes the connection (client-output-buffer-limit)',
        key,
      );
  }

  /**
   * What came back from workers while `unacked` was being reached lies at the consuming end (kombu restores by RPUSH), what was
   * published meanwhile at the other one; and what was taken or taken again meanwhile is among the newest deliveries.
   */
  private async readAgain(): Promise<void> {
    const { redis, index, signal, gaps, pace } = this;
    const again = Math.min(AGAIN.most, sum(this.unacked) + AGAIN.margin);
    this.lists = await measureLists(redis, this.queues, gaps);
    this.unacked = await measureUnacked(redis, this.places, gaps);
    for (const list of this.lists) {
      if (list.length === 0) continue;
      await gaps.attempt(async () => {
        const from = Math.max(0, list.length - again);
        const { most } = AGAIN;
        const messages = index.of(list.prefix);
        const ends =
          from > 0
            ? [
                { from: 0, most, untilKnown: true },
                { from, most },
              ]
            : [{ from, most }];
        for (const range of ends) {
          const { tooLarge } = await readList(redis, list, range, messages, pace, ignore, signal);
          this.tooLarge(list.key, tooLarge);
        }
      });
    }
    for (const hash of this.unacked)
      await gaps.attempt(async () => {
        this.tooLarge(hash.key, await readLatestDeliveries(redis, hash, index.of(hash.prefix), signal));
      });
  }

  view(): RedisBrokerView {
    const { gaps, index, discovery } = this;
    const queues = this.queueFacts();
    const unacked = sum(this.unacked);
    const total = Math.max(
      index.read,
      queues.reduce((messages, { length }) => messages + length, unacked),
    );
    const { found } = this;
    this.nameGaps(total);
    const incompleteBecause = gaps.text() ?? (found ? null : 'no Celery queue was found there');
    const searched = this.searched(queues, total, unacked);
    return {
      report: this.report(found, searched),
      found,
      contents: incompleteBecause === null ? 'read' : 'part',
      incompleteBecause,
      queues,
      unacked,
      searched,
      ...index.finish(),
      prefixes: discovery.apps.map(({ prefix }) => prefix),
      keys: new Set([...listKeys(this.queues), ...this.places.map(({ key }) => key)]),
      takenElsewhere: this.places.filter(isElsewhere).map(({ key }) => key),
      locks: this.locks,
      marks: {
        lastDelivery: index.lastDelivery,
        mailboxes: discovery.mailboxes,
        replies: discovery.replies,
      },
    };
  }

  private queueFacts(): QueueFacts[] {
    const prefixes = new Set(this.queues.map(({ prefix }) => prefix));
    const unacked = new Map([...prefixes].map((prefix) => [prefix, this.index.of(prefix).unackedByQueue()]));
    return this.queues.flatMap(({ prefix, name, bound }) => {
      const lists = this.lists.filter((list) => list.prefix === prefix && list.queue === name && list.length > 0);
      const length = sum(lists);
      if (!bound && length === 0) return [];
      const priorities = lists.map((list) => ({ priority: list.priority, length: list.length }));
      return [{ name, prefix, length, priorities, unacked: unacked.get(prefix)?.get(name) ?? 0 }];
    });
  }

  private nameGaps(total: number): void {
    const { gaps, index } = this;
    if (this.capped)
      gaps.add(
        'capped',
        `only ${number(index.read)} of ${counted(total, 'message')} were read (celeryTasks.maxQueueScan)`,
        '',
        'celeryTasks.maxQueueScan',
      );
    for (const { key, inferred } of this.places)
      if (inferred)
        gaps.add(
          'unusual-key',
          "taken messages are in %, which is not Celery's usual key, so there may be others (unacked_key)",
          key,
        );
    if (index.unreadable > 0) gaps.add('undecodable', `${counted(index.unreadable, 'message')} could not be decoded`);
    for (const [reason, messages] of index.unmatched)
      gaps.add('unmatched', `${counted(messages, 'message')} cannot be matched by ${ROW_NUMBER} (${reason})`);
  }

  private searched(queues: readonly QueueFacts[], total: number, unacked: number): string {
    const places = counted(queues.length, 'queue');
    if (this.capped) return `${number(this.index.read)} of ${counted(total, 'message')} in ${places} and with workers`;
    const queued = queues.reduce((messages, { length }) => messages + length, 0);
    return `${places} with ${counted(queued, 'message')} and ${counted(unacked, 'unacknowledged message')}`;
  }

  private report(found: boolean, searched: string): SourceReport {
    const name = 'broker';
    const { problem } = this.gaps;
    const gaps = this.gaps.list();
    if (problem) return { name, ...unavailable(problem), gaps };
    const where = `${this.options.server?.product ?? 'Redis'} at ${this.redis.address}`;
    if (!found) {
      const others = this.others.length === 0 ? '' : `; databases of this server with keys: ${this.others.join(', ')}`;
      return readReport(name, `${where}: no Celery queue (no _kombu.binding.* key)${others}`, gaps);
    }
    const parts = [`${where}: ${searched}`, ...this.unboundWords(), ...this.locks.map(lockWords), this.gaps.text()];
    return readReport(name, parts.filter((part) => part !== null).join('; '), gaps);
  }

  private unboundWords(): string[] {
    const names = new Set(
      this.queues.filter(({ bound, unbound }) => !bound && unbound.length > 0).map(({ name }) => name),
    );
    const shown = [...names].slice(0, 3).map((name) => `"${name.slice(0, 80)}"`);
    const more = names.size > shown.length ? ` and ${String(names.size - shown.length)} more` : '';
    return names.size === 0
      ? []
      : [`found without a binding, which may have been flushed or evicted: ${shown.join(', ')}${more}`];
  }
}

/** Whether a place of taken messages is another one than Celery's default. */
function isElsewhere({ prefix, key }: TakenPlace): boolean {
  return key !== `${prefix}unacked`;
}

/** A clause, for people. */
function lockWords({ key, expiresIn }: RestoreLock): string {
  const until = expiresIn === null ? 'never expires' : `expires in ${number(Math.round(expiresIn / 60))} minutes`;
  return `the key "${key}" ${until}, and no worker returns unacknowledged messages to their queues while it exists`;
}

function sum(things: readonly { readonly length: number }[]): number {
  return things.reduce((total, { length }) => total + length, 0);
}

function ignore(): void {
  // The second reading is too short to show progress.
}
