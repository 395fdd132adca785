import type { CheckCost } from '../model/diagnosis';
import type { ProgressSteps } from '../model/progress';
import { Stopwatch } from '../base/stopwatch';
import type { Meter, MeteredServer, Traffic } from '../ports/meter';

/** What went over all connections to one kind of server, those that are still open included. */
class Connections {
  private readonly all: (() => Traffic)[] = [];

  /** @returns call it when the connection is closed */
  add(traffic: () => Traffic): () => void {
    const place = this.all.push(traffic) - 1;
    return () => {
      const last = (this.all[place] ?? traffic)();
      this.all[place] = () => last;
    };
  }

  get count(): number {
    return this.all.length;
  }

  /** `receivedBytes` is null where one of them was not counted. */
  get traffic(): Required<Traffic> {
    let [asked, rows] = [0, 0];
    let receivedBytes: number | null = 0;
    for (const each of this.all) {
      const traffic = each();
      asked += traffic.asked;
      rows += traffic.rows ?? 0;
      receivedBytes =
        receivedBytes === null || traffic.receivedBytes === null ? null : receivedBytes + traffic.receivedBytes;
    }
    return { asked, rows, receivedBytes };
  }
}

interface Server {
  readonly connections: Connections;
  readonly watch: Stopwatch;
}

/** Sums up what a check asks of its servers, as the drivers tell it. */
export class CostMeter implements Meter {
  private readonly servers = new Map<MeteredServer, Server>();
  private readonly slow = new Map<string, number>();

  /**
   * @param slowMs the meter remembers the text of questions that take at least this long
   * @param clock milliseconds, monotonic
   */
  constructor(
    private readonly slowMs: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  opened(server: MeteredServer, traffic: () => Traffic): () => void {
    return this.of(server).connections.add(traffic);
  }

  async waits<T>(server: MeteredServer, work: () => Promise<T>, question?: string): Promise<T> {
    const { watch } = this.of(server);
    const before = watch.busyMs;
    try {
      return await watch.time(work);
    } finally {
      const took = watch.busyMs - before;
      if (question !== undefined && took >= this.slowMs) this.slow.set(question, took + (this.slow.get(question) ?? 0));
    }
  }

  /** How long these questions took in all, in milliseconds, without those that took less than `slowMs`. */
  timeOf(questions: readonly string[]): number {
    return questions.reduce((sum, text) => sum + (this.slow.get(text) ?? 0), 0);
  }

  /** What it was until now. */
  cost(progress: Pick<ProgressSteps, 'times'>): CheckCost {
    const { connections, watch } = this.of('postgres');
    const { asked: queries, rows, receivedBytes } = connections.traffic;
    return {
      steps: progress.times().map(({ name, ms }) => ({ name, ms: Math.round(ms) })),
      postgres: {
        connections: connections.count,
        queries,
        rows,
        receivedBytes,
        waitedMs: Math.round(watch.busyMs),
        longestQueryMs: Math.round(watch.longestMs),
      },
      ...Object.fromEntries(
        [...this.servers]
          .filter(([server, { connections }]) => server !== 'postgres' && connections.count > 0)
          .map(([server, contacted]) => [server, commandCost(contacted)]),
      ),
    };
  }

  private of(server: MeteredServer): Server {
    const known = this.servers.get(server);
    if (known) return known;
    // PostgreSQL runs one statement after the other, however early each was asked for.
    const fresh = { connections: new Connections(), watch: new Stopwatch(this.clock, server === 'postgres') };
    this.servers.set(server, fresh);
    return fresh;
  }
}

type CommandCost = NonNullable<CheckCost[Exclude<MeteredServer, 'postgres'>]>;

function commandCost({ connections, watch }: Server): CommandCost {
  const { asked: commands, receivedBytes } = connections.traffic;
  return {
    connections: connections.count,
    commands,
    receivedBytes,
    waitedMs: Math.round(watch.busyMs),
    longestWaitMs: Math.round(watch.longestMs),
  };
}
