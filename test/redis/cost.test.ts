import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { openCelery } from '../../src/connect/openCelery';
import { CostMeter } from '../../src/check/cost';
import type { CheckCost } from '../../src/model/diagnosis';
import { lookOutside, LOOK_STEPS } from '../../src/check/readServers';
import { ProgressSteps } from '../../src/model/progress';
import type { SnapshotSource } from '../../src/ports/database';
import { kombuMessage, redisTarget, withCelery } from '../support/redis';
import { listen, pipeTo } from '../support/sockets';

const DB = 8;
const RESULTS_DB = 9;

describe('what a check costs Redis', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await withCelery(DB);
    for (let n = 0; n < 500; n++) await redis.lpush('celery', kombuMessage({ id: `id ${String(n)}` }));
  });
  afterEach(() => {
    redis.disconnect();
  });

  /** All that a check asks of Redis, counted. @param port of the broker, where something stands between */
  async function costOf(results: number, port?: number): Promise<NonNullable<CheckCost['redis']>> {
    const meter = new CostMeter(1000);
    const broker = redisTarget(DB, port === undefined ? {} : { port });
    const sources = {
      // Not looked at before rows are read.
      postgres: null as unknown as SnapshotSource,
      ...(await openCelery({ broker, results: results === DB ? broker : redisTarget(results) })),
    };
    const progress = new ProgressSteps(LOOK_STEPS, () => undefined);
    return await lookOutside(
      sources,
      { askWorkers: false, maxQueueScan: 1000, effects: [] },
      { signal: new AbortController().signal, progress, meter },
      async (outside) => {
        await outside.results.find(['00000000-0000-4000-8000-000000000001']);
        // As a check does: while the line is open.
        const { redis: cost } = meter.cost(progress);
        assert.ok(cost);
        return cost;
      },
    );
  }

  /** What the server itself counted, this question left out. */
  async function counted(): Promise<{ connections: number; commands: number }> {
    const stats = await redis.info('stats');
    const of = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1]);
    return { connections: of('total_connections_received'), commands: of('total_commands_processed') };
  }

  it('is one connection and as many commands as the server counted', async () => {
    const before = await counted();
    const { connections, commands, waitedMs, longestWaitMs } = await costOf(DB);
    const after = await counted();
    assert.equal(connections, 1);
    assert.equal(after.connections - before.connections, 1, 'at any time');
    assert.equal(commands, after.commands - before.commands - 1, 'without the question for the count');
    assert.ok(longestWaitMs <= waitedMs);
  });

  it('is one connection a source where the results are elsewhere', async () => {
    const before = await counted();
    const { connections } = await costOf(RESULTS_DB);
    assert.equal(connections, 2);
    assert.equal((await counted()).connections - before.connections, 2);
  });

  it('has every byte that came over the line', async () => {
    const { host, port } = redisTarget(DB);
    let passed = 0;
    const between = await listen((line) => {
      pipeTo(line, { host, port });
      const write = line.write.bind(line);
      line.write = (bytes: Buffer) => {
        passed += bytes.length;
        return write(bytes);
      };
    });
    try {
      const { receivedBytes } = await costOf(DB, between.port);
      assert.equal(receivedBytes, passed);
      assert.ok(passed > 500 * kombuMessage().length);
    } finally {
      await between.close();
    }
  });
});
