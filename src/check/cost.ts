import type { Mailbox, RedisReader, RedisSource } from '../ports/redis';
import type { Snapshot, SnapshotSource } from '../ports/database';
import type { CheckSources } from './options';
import type { CheckCost } from '../model/diagnosis';
import { Problem } from '../base/problem';
import type { ProgressSteps } from '../model/progress';
import { Stopwatch } from '../base/stopwatch';

/** What went over one open connection. */
interface Line {
  readonly commands: number;
  readonly receivedBytes: number | null;
}

/** What is known of the connections to one kind of server, those that are still open included. */
class Lines {
  connections = 0;
  private readonly lines: (() => Line)[] = [];

  /** @param line asked at the end of its connection, or before */
  add(line: () => Line): { close(): void } {
    const place = this.lines.push(line) - 1;
    return {
      close: () => {
        const last = line();
        this.lines[place] = () => last;
      },
    };
  }

  get commands(): number {
    return this.lines.reduce((sum, line) => sum + line().commands, 0);
  }

  /** Null where one of them was not counted. */
  get receivedBytes(): number | null {
    return this.lines.reduce<number | null>((sum, line) => {
      const bytes = line().receivedBytes;
      return sum === null || bytes === null ? null : sum + bytes;
    }, 0);
  }
}

/**
 * Counts what a check asks of its servers. It stands between the check and the ports, knows no driver and changes no question.
 */
export class CostMeter {
  private readonly postgres = new Lines();
  private readonly redis = new Lines();
  private readonly queries: Stopwatch;
  private readonly commands: Stopwatch;
  private readonly slow = new Map<string, number>();
  private asked = 0;
  private rows = 0;

  /**
   * @param slowMs of queries that take as long as this the text is remembered
   * @param clock milliseconds, monotonic
   */
  constructor(
    private readonly slowMs: number,
    clock: () => number = () => performance.now(),
  ) {
    this.queries = new Stopwatch(clock, true);
    this.commands = new Stopwatch(clock);
  }

  /** The same sources, counted. */
  count(sources: CheckSources): CheckSources {
    const { broker, results, resultsDatabase } = sources;
    const counted = broker && this.countedRedis(broker);
    return {
      postgres: this.countedDatabase(sources.postgres),
      ...(counted ? { broker: counted } : {}),
      // The same object stays the same object: that is how a check knows that both are one Redis.
      ...(results ? { results: counted && results === broker ? counted : this.countedRedis(results) } : {}),
      ...(resultsDatabase
        ? {
            resultsDatabase:
              resultsDatabase instanceof Problem ? resultsDatabase : this.countedDatabase(resultsDatabase),
          }
        : {}),
    };
  }

  /** How long these queries took in all, in milliseconds, those left out that took less than `slowMs`. */
  timeOf(texts: readonly string[]): number {
    return texts.reduce((sum, text) => sum + (this.slow.get(text) ?? 0), 0);
  }

  /** What it was until now. */
  cost(progress: Pick<ProgressSteps, 'times'>): CheckCost {
    const { postgres, redis, queries, commands } = this;
    return {
      steps: progress.times().map(({ name, ms }) => ({ name, ms: Math.round(ms) })),
      postgres: {
        connections: postgres.connections,
        queries: this.asked,
        rows: this.rows,
        receivedBytes: postgres.receivedBytes,
        waitedMs: Math.round(queries.busyMs),
        longestQueryMs: Math.round(queries.longestMs),
      },
      ...(redis.connections === 0
        ? {}
        : {
            redis: {
              connections: redis.connections,
              commands: redis.commands,
              receivedBytes: redis.receivedBytes,
              waitedMs: Math.round(commands.busyMs),
              longestWaitMs: Math.round(commands.longestMs),
            },
          }),
    };
  }

  private countedDatabase(source: SnapshotSource): SnapshotSource {
    return {
      get address() {
        return source.address;
      },
      get note() {
        return source.note;
      },
      read: async (work, signal) => {
        this.postgres.connections++;
        return await source.read(async (snapshot) => {
          const line = this.postgres.add(() => ({ commands: 0, receivedBytes: snapshot.receivedBytes ?? null }));
          try {
            return await work(this.countedSnapshot(snapshot));
          } finally {
            line.close();
          }
        }, signal);
      },
    };
  }

  private countedSnapshot(snapshot: Snapshot): Snapshot {
    return {
      query: async (text, values) => {
        this.asked++;
        const before = this.queries.busyMs;
        const rows = await this.queries.time(() => snapshot.query(text, values));
        this.rows += rows.length;
        const took = this.queries.busyMs - before;
        if (took >= this.slowMs) this.slow.set(text, took + (this.slow.get(text) ?? 0));
        return rows;
      },
      ...(snapshot.limitTime
        ? { limitTime: async (budget: (mostMs: number) => number) => await snapshot.limitTime?.(budget) }
        : {}),
    };
  }

  private countedRedis<T extends RedisSource | Problem>(source: T): RedisSource | T {
    if (source instanceof Problem) return source;
    const within = async <R>(reader: RedisReader, work: (counted: RedisReader) => Promise<R>): Promise<R> => {
      this.redis.connections++;
      const line = this.redis.add(() => reader.traffic ?? { commands: reader.commands, receivedBytes: null });
      try {
        return await work(this.countedReader(reader));
      } finally {
        line.close();
      }
    };
    return {
      get address() {
        return source.address;
      },
      get db() {
        return source.db;
      },
      read: (work, signal) => source.read((reader) => within(reader, work), signal),
      ask: (work, signal) =>
        source.ask(
          (reader, mailbox) => within(reader, (counted) => work(counted, this.countedMailbox(mailbox))),
          signal,
        ),
    };
  }

  private countedReader(reader: RedisReader): RedisReader {
    return {
      get address() {
        return reader.address;
      },
      get unread() {
        return reader.unread ?? [];
      },
      get commands() {
        return reader.commands;
      },
      call: (...command) => this.commands.time(() => reader.call(...command)),
      pipeline: (commands) => this.commands.time(() => reader.pipeline(commands)),
    };
  }

  /** Its commands go over the reader's line, but what it hears. Waiting for workers is no waiting for Redis. */
  private countedMailbox(mailbox: Mailbox): Mailbox {
    return {
      publish: (channel, text) => this.commands.time(() => mailbox.publish(channel, text)),
      openReplyList: (key, seconds) => mailbox.openReplyList(key, seconds),
      nextReply: (key, seconds) => mailbox.nextReply(key, seconds),
      removeReplyList: (key) => mailbox.removeReplyList(key),
      listen: (pattern, seconds) => {
        this.redis.connections++;
        return mailbox.listen(pattern, seconds);
      },
    };
  }
}
