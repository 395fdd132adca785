import assert from 'node:assert/strict';
import { diagnose } from '../../src/check/diagnose';
import type { BinCounts, Diagnosis, TaskType } from '../../src/model/diagnosis';
import { BIN_WIDTHS, MOST_BINS } from '../../src/model/timeline';
import type { CheckOptions } from '../../src/check/options';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { TestDatabase } from '../support/database';
import { Random } from '../support/random';
import { check, OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const WEEK = 604_800n;
const Y2000 = 946_684_800n * 1_000_000n;
const NEVER = 10n ** 30n;

const divide = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n);

interface Row {
  readonly type: string;
  readonly status: string;
  /** Microseconds since 1970; -infinity is before everything. */
  readonly at: bigint;
}

/** The rows that a check of these statuses counts, with whole microseconds: nothing of how the bins are made in SQL or in JavaScript. */
async function stuckRows(database: TestDatabase, found: Diagnosis): Promise<Row[]> {
  const rows = await database.rows<Record<string, string>>(
    `select task_module || '.' || task_name as type, status,
            case when last_run = '-infinity' then 'before' else (extract(epoch from date_trunc('second', last_run))::bigint * 1000000
                   + extract(microseconds from last_run)::bigint % 1000000)::text end as at
       from ${TABLE} where status = any($1) and last_run <= $2::timestamptz`,
    [found.parameters.statuses, found.parameters.olderThan],
  );
  return rows.map(({ type, status, at }) => ({
    type: type!,
    status: status!,
    at: at === 'before' ? -NEVER : BigInt(at!),
  }));
}

/** The axis and every row's bin, in whole numbers. */
function expectedBins(rows: readonly Row[]): { start: bigint; width: bigint; bins: number; of: (row: Row) => number } {
  const clamped = rows.map(({ at }) => (at < Y2000 ? Y2000 : at));
  const sorted = [...clamped].sort((a, b) => (a < b ? -1 : Number(a > b)));
  const newest = sorted.at(-1)!;
  // The oldest two in a hundred rows do not stretch the axis when all others fit into a quarter of it.
  const most = sorted[Math.ceil((sorted.length * 2) / 100) - 1]!;
  const oldest = (newest - most) * 4n <= newest - sorted[0]! ? most : sorted[0]!;
  for (const seconds of BIN_WIDTHS.map(BigInt)) {
    const width = seconds * 1_000_000n;
    const origin = seconds % WEEK === 0n ? 4n * 86_400n * 1_000_000n : 0n;
    const first = divide(oldest - origin, width);
    const bins = Number(divide(newest - origin, width) - first) + 1;
    if (bins > MOST_BINS) continue;
    const start = first * width + origin;
    return { start, width, bins, of: ({ at }) => Math.max(0, Number(divide(at - start, width))) };
  }
  throw new Error('no width is enough');
}

function countBins(bins: readonly number[]): BinCounts {
  const counts: Record<number, number> = {};
  for (const bin of bins) counts[bin] = (counts[bin] ?? 0) + 1;
  return counts;
}

const sum = (counts: BinCounts | undefined): number => Object.values(counts ?? {}).reduce((a, b) => a + b, 0);

function sumBins(all: readonly BinCounts[]): BinCounts {
  const sums: Record<number, number> = {};
  for (const counts of all)
    for (const [bin, rows] of Object.entries(counts)) sums[Number(bin)] = (sums[Number(bin)] ?? 0) + rows;
  return sums;
}

async function assertRight(database: TestDatabase, found: Diagnosis, note: string): Promise<void> {
  const rows = await stuckRows(database, found);
  assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), [], note);
  if (rows.length === 0) {
    assert.deepEqual([found.timeline, found.taskTypes], [undefined, []], note);
    return;
  }
  const want = expectedBins(rows);
  assert.deepEqual(
    found.timeline,
    {
      start: `${new Date(Number(want.start / 1000n)).toISOString().slice(0, 19)}Z`,
      binSeconds: Number(want.width / 1_000_000n),
      bins: want.bins,
    },
    note,
  );
  for (const type of found.taskTypes) {
    const own = rows.filter((row) => row.type === `${type.taskModule}.${type.taskName}`);
    assert.deepEqual(type.lastRuns, countBins(own.map(want.of)), note);
    assertSums(type, note);
  }
  const used = sumBins(found.taskTypes.map(({ lastRuns }) => lastRuns ?? {}));
  assert.ok((used[0] ?? 0) > 0 && (used[want.bins - 1] ?? 0) > 0, `${note}: an end of the timeline is empty`);
  for (const type of found.otherStatuses.flatMap(({ taskTypes }) => taskTypes)) assert.equal(type.lastRuns, undefined);
}

/** What became of the rows and when they stopped are the same rows. */
function assertSums({ count, lastRuns, verdicts, outcomes }: TaskType, note: string): void {
  assert.equal(sum(lastRuns), count, note);
  if (verdicts === undefined || outcomes === undefined) {
    assert.deepEqual([verdicts, outcomes], [undefined, undefined], note);
    return;
  }
  const byVerdict: Record<string, number> = {};
  for (const outcome of outcomes) {
    assert.equal(sum(outcome.lastRuns), outcome.count, note);
    byVerdict[outcome.verdict] = (byVerdict[outcome.verdict] ?? 0) + outcome.count;
  }
  assert.deepEqual(byVerdict, verdicts, note);
  assert.deepEqual(sumBins(outcomes.map((outcome) => outcome.lastRuns)), lastRuns, note);
  const counts = outcomes.map((outcome) => outcome.count);
  assert.deepEqual(
    [...counts].sort((a, b) => b - a),
    counts,
    note,
  );
}

const VERIFIED: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 1000, effects: [] } };

function verify(url: string, options: Partial<CheckOptions>): Promise<Diagnosis> {
  const run = { signal: new AbortController().signal, onProgress: () => undefined };
  return diagnose({ postgres: snapshots(url) }, { ...VERIFIED, ...options }, run);
}

/** Both ways of checking, against the rows themselves. */
async function assertBoth(database: TestDatabase, options: Partial<CheckOptions>, note: string): Promise<Diagnosis> {
  const found = await check(database.url, options);
  await assertRight(database, found, note);
  await assertRight(database, await verify(database.url, options), `${note}, verified`);
  return found;
}

/** Times that are hard: edges of bins of many widths, a microsecond beside them, the same instant again, and before all calendars. */
async function fill(database: TestDatabase, random: Random): Promise<void> {
  const spanHours = random.pick([0.01, 1, 30, 500, 5000, 50_000, 200_000]);
  const width = random.pick(BIN_WIDTHS);
  const rows = Array.from({ length: random.integer(1, 400) }, () => ({
    task_module: random.pick(['a', 'a.b']),
    task_name: random.pick(['x', 'y', 'z']),
    status: random.pick(['SCHEDULED', 'SCHEDULED', 'PENDING', 'PAUSED', 'DONE', "Odd 'one'"]),
    task_id: random.pick(['', 'abc']),
    age: random.next() * spanHours * 3600,
    edge: random.next() < 0.7,
    beside: random.pick([-1, 0, 0, 0.5, 1]),
  }));
  await database.run(
    `insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
     select task_module, task_name, status, task_id, case when edge
              then to_timestamp(floor(extract(epoch from now() - age * interval '1 second') / $2) * $2) + beside * interval '1 microsecond'
              else now() - age * interval '1 second' end
       from jsonb_to_recordset($1::jsonb)
         as row(task_module text, task_name text, status text, task_id text, age float8, edge boolean, beside float8)`,
    [JSON.stringify(rows), width],
  );
  if (random.next() < 0.3)
    await insertTasks(
      database,
      random
        .some(['-infinity', '0001-01-01 00:00:00+00', '1999-12-31 23:59:59.999999+00', '2000-01-01 00:00:00+00'])
        .map((last_run) => ({ last_run, status: random.pick(['SCHEDULED', 'PENDING']) })),
    );
}

describePostgres('when stuck rows stopped', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity`));
  afterEach(() => database.assertNothingLeft());

  for (let seed = 1; seed <= 15; seed++) {
    it(`seed ${String(seed)}: every row is in its bin, and the same rows are judged`, async () => {
      const random = new Random(seed * 6151);
      await fill(database, random);
      for (let round = 0; round < 2; round++) {
        const options = {
          hours: random.pick([0, 0, 1, random.next() * 500]),
          statuses: random.some(['SCHEDULED', 'PENDING', 'PAUSED', 'DONE', "Odd 'one'"]),
          limit: random.pick([0, 3]),
        };
        await assertBoth(database, options, `seed ${String(seed)}, ${JSON.stringify(options)}`);
      }
    });
  }

  it('nothing stuck: no timeline, also where other statuses have rows', async () => {
    await insertTasks(database, [{ status: 'PENDING' }, { status: 'DONE' }]);
    const { timeline, otherStatuses } = await assertBoth(database, {}, 'nothing');
    assert.equal(timeline, undefined);
    assert.equal(otherStatuses.length, 1);
  });

  it('one row, or all at the same instant: one bin of a minute', async () => {
    await insertTasks(database, [{ last_run: '2024-02-15 10:23:45.123456+00' }]);
    const one = await assertBoth(database, {}, 'one row');
    assert.deepEqual(one.timeline, { start: '2024-02-15T10:23:00Z', binSeconds: 60, bins: 1 });
    const again = Array.from({ length: 4 }, () => ({ last_run: '2024-02-15 10:23:45.123456+00' }));
    await insertTasks(database, again);
    const all = await assertBoth(database, {}, 'the same instant');
    assert.deepEqual([all.timeline, all.taskTypes[0]?.lastRuns], [one.timeline, { 0: 5 }]);
  });

  it('120 bins fit; one more needs the next width', async () => {
    await insertTasks(database, [
      { last_run: '2024-02-15 10:00:00+00' },
      { last_run: '2024-02-15 11:59:59.999999+00' },
    ]);
    const fits = await assertBoth(database, {}, '120 bins');
    assert.deepEqual(fits.timeline, { start: '2024-02-15T10:00:00Z', binSeconds: 60, bins: 120 });
    await insertTasks(database, [{ last_run: '2024-02-15 12:00:00+00' }]);
    const wider = await assertBoth(database, {}, '121 bins');
    assert.deepEqual(wider.timeline, { start: '2024-02-15T10:00:00Z', binSeconds: 300, bins: 25 });
    assert.deepEqual(wider.taskTypes[0]?.lastRuns, { 0: 1, 23: 1, 24: 1 });
  });

  it('a few old rows do not stretch the axis: they are in the first bin', async () => {
    const recent = Array.from({ length: 99 }, (_, minute) => ({
      last_run: `2024-02-15 ${String(10 + Math.floor(minute / 60))}:${String(minute % 60).padStart(2, '0')}:00+00`,
    }));
    await insertTasks(database, [{ last_run: '2023-02-15 10:00:00+00' }, ...recent]);
    const { timeline, taskTypes } = await assertBoth(database, {}, 'one old row');
    assert.deepEqual(timeline, { start: '2024-02-15T10:00:00Z', binSeconds: 60, bins: 99 });
    assert.equal(taskTypes[0]?.lastRuns?.[0], 2);
  });

  it('of many rows it looks at some thousand to find where most begin, a type of few rows as much as it weighs', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
       select 'm', case when i % 5 = 0 then 'rare' || (i % 500)::text else 'often' end, 'SCHEDULED', '',
              case when i % 100 = 7 then timestamptz '2023-01-01Z' else timestamptz '2024-02-15 00:00:00Z' + i * interval '1 second' end
         from generate_series(1, 30000) as i`,
    );
    const found = await check(database.url, {});
    assert.deepEqual(found.timeline?.binSeconds, 300);
    assert.ok(Date.parse(found.timeline.start) >= Date.parse('2024-02-15T00:00:00Z'), found.timeline.start);
    assert.ok(Date.parse(found.timeline.start) <= Date.parse('2024-02-15T00:15:00Z'), found.timeline.start);
    for (const type of found.taskTypes) assertSums(type, 'many');
  });

  it('is not misled by many types of equal size, whose rows lie in the order of time', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
       select 'm', 't' || (i % 1024)::text, 'SCHEDULED', '', timestamptz '2024-02-15 00:00:00Z' + i / 1024 * interval '1 day'
         from generate_series(0, 1024 * 16 - 1) as i`,
    );
    const found = await check(database.url, {});
    const first = found.taskTypes.reduce((rows, type) => rows + (type.lastRuns?.[0] ?? 0), 0);
    assert.ok(first <= 1024 * 2, `${String(first)} rows in the first bin`);
  });

  it('weeks begin on Mondays', async () => {
    await insertTasks(database, [{ last_run: '2022-01-05 10:00:00+00' }, { last_run: '2023-06-04 23:59:59+00' }]);
    const { timeline } = await assertBoth(database, {}, 'weeks');
    assert.deepEqual(timeline, { start: '2022-01-03T00:00:00Z', binSeconds: 604_800, bins: 74 });
  });

  it('rows of before the year 2000 are in the first bin and make it no wider', async () => {
    for (const last_run of ['-infinity', '0001-01-01 00:00:00+00', '0044-03-15 BC', '1999-12-31 23:59:59.999999+00'])
      await insertTasks(database, [{ last_run }]);
    const only = await assertBoth(database, {}, 'before all');
    assert.deepEqual(only.timeline, { start: '2000-01-01T00:00:00Z', binSeconds: 60, bins: 1 });
    await insertTasks(database, [{ last_run: '2000-01-01 01:00:00+00' }]);
    const { timeline, taskTypes } = await assertBoth(database, {}, 'before the first bin');
    assert.deepEqual(timeline, { start: '2000-01-01T00:00:00Z', binSeconds: 60, bins: 61 });
    assert.deepEqual(taskTypes[0]?.lastRuns, { 0: 4, 60: 1 });
  });

  it('times without a zone, as a table may have them, are UTC', async () => {
    await createTaskTable(database, { name: 'zoneless', types: { last_run: 'timestamp' } });
    await insertTasks(database, [{ last_run: '2024-02-15 10:00:00' }, { last_run: '2024-02-15 10:01:00' }], 'zoneless');
    for (const found of [
      await check(database.url, { table: 'zoneless' }),
      await verify(database.url, { table: 'zoneless' }),
    ]) {
      assert.deepEqual(found.timeline, { start: '2024-02-15T10:00:00Z', binSeconds: 60, bins: 2 });
      assert.deepEqual(found.taskTypes[0]?.lastRuns, { 0: 1, 1: 1 });
      assertSums(found.taskTypes[0], 'zoneless');
    }
  });

  it('how long the check took is in it', async () => {
    const before = performance.now();
    const { elapsedMs } = await check(database.url);
    assert.ok(Number.isInteger(elapsedMs) && elapsedMs! >= 0 && elapsedMs! <= performance.now() - before + 1);
  });

  it('the queries that recommendations give out show the rows, in a transaction that only reads', async () => {
    await insertTasks(database, [{ task_id: 'abc' }, { task_name: 'bill' }, { status: 'PENDING' }]);
    const statuses = ['SCHEDULED', 'PENDING'];
    for (const found of [await check(database.url, { statuses }), await verify(database.url, { statuses })]) {
      const queries = found.recommendations.flatMap(({ snippets = [] }) =>
        snippets.filter(({ language }) => language === 'sql').map(({ text }) => text),
      );
      assert.ok(queries.length > 0);
      for (const text of queries) {
        await database.run('begin read only');
        const rows = await database.rows<Record<string, unknown>>(text);
        await database.run('commit');
        assert.ok(rows.length > 0 && rows.every(({ task_module }) => task_module === 'shop.tasks'), text);
      }
    }
  });

  it('progress counts what was found, then what was judged', async () => {
    await insertTasks(database, [{ task_id: 'abc' }, { task_name: 'bill' }, {}]);
    const counts: unknown[] = [];
    await diagnose({ postgres: snapshots(database.url) }, VERIFIED, {
      signal: new AbortController().signal,
      onProgress: (event) => counts.push(event.counts),
    });
    assert.equal(counts[0], undefined);
    assert.deepEqual(
      counts.find((each) => each !== undefined),
      { stuck: 3, taskTypes: 2 },
    );
    assert.deepEqual(counts.at(-1), { stuck: 3, taskTypes: 2, judged: 3, verdicts: { unknown: 3 } });
  });
});
