import assert from 'node:assert/strict';
import { CostMeter } from '../../../src/check/cost';
import type { CheckCost } from '../../../src/model/diagnosis';
import { Problem } from '../../../src/base/problem';
import { ProgressSteps } from '../../../src/model/progress';
import { Stopwatch } from '../../../src/base/stopwatch';
import type { Meter, MeteredServer } from '../../../src/ports/meter';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { logOutline } from '../../../src/report/logOutline';
import { readDiagnosis } from '../../../src/report/readDiagnosis';
import { textLog } from '../../../src/report/textLog';
import { aDiagnosis } from '../../support/diagnosis';
import { schemaErrors } from '../../support/schema';
import { without } from '../../support/without';

const NO_STEPS = { times: () => [] };

const COST: CheckCost = {
  steps: [
    { name: 'Connecting', ms: 12 },
    { name: 'Querying database for stuck tasks', ms: 1210 },
  ],
  postgres: { connections: 2, queries: 7, rows: 1234, receivedBytes: 412_345, waitedMs: 1214, longestQueryMs: 1200 },
  redis: { connections: 1, commands: 153, receivedBytes: 12_345_678, waitedMs: 840, longestWaitMs: 9 },
};

/** A driver that knows what went over its connections. */
class Driver {
  readonly sent = { asked: 0, rows: 0, receivedBytes: 0 };

  constructor(
    private readonly meter: Meter,
    private readonly server: MeteredServer,
  ) {}

  /** One connection, and a question over it that takes `work`. */
  async connect(
    work: (ask: (question: string, waiting?: () => void) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const closed = this.meter.opened(this.server, () => ({ ...this.sent }));
    await work(async (question, waiting = () => undefined) => {
      this.sent.asked++;
      await this.meter.waits(
        this.server,
        () => {
          waiting();
          return Promise.resolve();
        },
        question,
      );
    });
    closed();
  }
}

describe('check/cost', () => {
  it('what a check cost counts queries, rows, connections and bytes of every database that is read', async () => {
    let time = 0;
    const meter = new CostMeter(1000, () => time);
    const read = async (rows: number, bytes: number, ms: number): Promise<Driver> => {
      const driver = new Driver(meter, 'postgres');
      await driver.connect(async (ask) => {
        await ask('a', () => (time += ms));
        driver.sent.rows += rows;
        driver.sent.receivedBytes += bytes;
      });
      return driver;
    };
    const drivers = [await read(3, 100, 20), await read(3, 100, 20), await read(1, 50, 5)];
    for (const { sent } of drivers) sent.receivedBytes += 1000;
    assert.deepEqual(meter.cost(NO_STEPS), {
      steps: [],
      postgres: { connections: 3, queries: 3, rows: 7, receivedBytes: 250, waitedMs: 45, longestQueryMs: 20 },
    });
  });

  it('what a check cost counts queries that fail, and says so where bytes are not counted', async () => {
    const meter = new CostMeter(1000, () => 0);
    meter.opened('postgres', () => ({ asked: 1, receivedBytes: null }));
    await assert.rejects(
      meter.waits('postgres', () => Promise.reject(new TypeError('no'))),
      TypeError,
    );
    const { queries, rows, receivedBytes } = meter.cost(NO_STEPS).postgres;
    assert.deepEqual([queries, rows, receivedBytes], [1, 0, null]);
  });

  it('what a check cost remembers how long slow queries took, by their text', async () => {
    let time = 0;
    const meter = new CostMeter(1000, () => time);
    await new Driver(meter, 'postgres').connect(async (ask) => {
      for (const ms of ['999', '1000', '1000', '5000']) await ask(ms, () => (time += Number(ms)));
    });
    assert.equal(meter.timeOf(['999']), 0);
    assert.equal(meter.timeOf(['1000', '5000', 'never asked']), 7000);
  });

  it('what a check cost counts Redis as it is told, also while the connection is open', async () => {
    const meter = new CostMeter(1000, () => 0);
    assert.equal(meter.cost(NO_STEPS).redis, undefined, 'nobody was contacted');
    const driver = new Driver(meter, 'redis');
    await driver.connect(async (ask) => {
      for (const question of ['PING', 'LLEN a', 'LLEN b']) await ask(question);
      driver.sent.receivedBytes = 10;
      assert.equal(meter.cost(NO_STEPS).redis?.commands, 3);
      meter.opened('redis', () => ({ asked: 0, receivedBytes: 0 }))();
    });
    driver.sent.asked = 99;
    const { commands, receivedBytes, connections } = meter.cost(NO_STEPS).redis!;
    assert.deepEqual([commands, receivedBytes, connections], [3, 10, 2], 'a closed connection counts no more');
  });

  it('what a check cost counts time in which anything is waited for once, and knows the longest', async () => {
    let time = 0;
    const watch = new Stopwatch(() => time);
    let endFirst = (): void => undefined;
    const first = watch.time(() => new Promise<void>((done) => (endFirst = done)));
    time = 10;
    await watch.time(() => {
      time = 15;
      return Promise.resolve();
    });
    time = 20;
    assert.equal(watch.busyMs, 20, 'also while it runs');
    endFirst();
    await first;
    time = 100;
    assert.deepEqual([watch.busyMs, watch.longestMs], [20, 20]);
  });

  it('what a check cost takes one that stood in a line for what it took itself', async () => {
    let time = 0;
    const watch = new Stopwatch(() => time, true);
    const ends: (() => void)[] = [];
    const both = [1, 2].map(() => watch.time(() => new Promise<void>((done) => ends.push(done))));
    for (const [index, at] of [30, 50].entries()) {
      time = at;
      ends[index]!();
      await both[index];
    }
    assert.deepEqual([watch.busyMs, watch.longestMs], [50, 30]);
  });

  it('what a check cost lists the steps by short names, the last one until now', () => {
    let time = 0;
    const steps = new ProgressSteps(['connect', 'scan'], () => undefined, () => time); // prettier-ignore
    steps.next('connect', 'Connecting', 'Starting on host:5432/db...');
    time = 30;
    steps.next('scan', 'Querying database for stuck tasks');
    time = 100;
    assert.deepEqual(steps.times(), [
      { id: 'connect', name: 'Connecting', ms: 30 },
      { id: 'scan', name: 'Querying database for stuck tasks', ms: 70 },
    ]);
  });
});

describe('check/cost', () => {
  it('the cost in words is one line behind everything else in the log, after an empty one', () => {
    const others = textLog(aDiagnosis());
    const log = textLog(aDiagnosis({ cost: COST }));
    const line = 'Cost: PostgreSQL 7 queries, 1,234 rows, 0.4 MB, 1.21 s; Redis 153 commands, 12.3 MB, 0.84 s';
    assert.equal(log, `${others}\n${line}\n`);
  });

  it('the cost in words leaves out what was not counted or not asked', () => {
    const postgres = { ...COST.postgres, queries: 1, rows: 1, receivedBytes: null };
    const log = textLog(aDiagnosis({ cost: { ...without(COST, 'redis'), postgres } }));
    assert.equal(log.trimEnd().split('\n').at(-1), 'Cost: PostgreSQL 1 query, 1 row, 1.21 s');
  });

  it('the cost in words belongs to no section of the outline', () => {
    const plain = logOutline(textLog(aDiagnosis()));
    assert.deepEqual(logOutline(textLog(aDiagnosis({ cost: COST }))), plain);
  });
});

describe('check/cost', () => {
  it('the cost in the JSON fits the schema, and is read back', () => {
    const json = diagnosisJson(aDiagnosis({ cost: COST }));
    assert.deepEqual(schemaErrors(JSON.parse(json)), []);
    assert.deepEqual(readDiagnosis(json, 'a.json').cost, COST);
    assert.equal(readDiagnosis(diagnosisJson(aDiagnosis()), 'a.json').cost, undefined);
  });

  it('the cost in the JSON is refused where it is no cost', () => {
    for (const cost of [
      {},
      { ...COST, steps: [{ name: 'a' }] },
      { ...COST, postgres: { ...COST.postgres, rows: -1 } },
    ]) {
      const json = JSON.stringify({ ...JSON.parse(diagnosisJson(aDiagnosis())), cost });
      assert.notDeepEqual(schemaErrors(JSON.parse(json)), []);
      assert.throws(() => readDiagnosis(json, 'a.json'), Problem);
    }
  });
});
