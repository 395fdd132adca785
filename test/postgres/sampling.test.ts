import assert from 'node:assert/strict';
import type { CheckOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import { marginIn, marginOver } from '../../src/model/estimate';
import type { Diagnosis } from '../../src/model/diagnosis';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { textLog } from '../../src/report/textLog';
import { isAbout } from '../../src/model/rowFilter';
import { TestDatabase } from '../support/database';
import { OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

/** Rows in statuses that are verdicts by themselves, so that the truth can be counted. */
const TRUTH = { DONE: 'finished', ERROR: 'failed', SCHEDULED: 'unknown' } as const;
const AT_MOST = 3000;
const CHECK: CheckOptions = {
  ...OPTIONS,
  hours: 0,
  limit: 5,
  statuses: Object.keys(TRUTH),
  verification: { askWorkers: false, maxQueueScan: 1000, verifyAtMost: AT_MOST, effects: [] },
};

/** 22,100 rows of three types. What became of them hangs on their place in the table: a sample of pages would be wrong. */
const FILL = `
  insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
  select 'a.b', case when n % 221 = 0 then 'small' when n % 5 = 0 then 'middle' else 'big' end,
         case when n < 15000 then 'DONE' when n % 3 = 0 or n > 21000 then 'ERROR' else 'SCHEDULED' end, 'x',
         now() - n * interval '1 second'
    from generate_series(1, 22100) as n`;

describePostgres('a check of more rows than may be judged', (url) => {
  let database: TestDatabase;
  let found: Diagnosis;
  let judged: number[];

  async function check(options: CheckOptions): Promise<[Diagnosis, number[]]> {
    const ids: number[] = [];
    const diagnosis = await diagnose({ postgres: snapshots(database.url) }, options, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onJudged: ({ id }) => ids.push(id),
    });
    return [diagnosis, ids.sort((a, b) => a - b)];
  }

  before(async () => {
    database = await TestDatabase.create(url);
    await createTaskTable(database);
    await database.run(FILL);
    [found, judged] = await check(CHECK);
  });
  after(() => database.drop());

  it('judges so many and no more, each once, and those that are shown besides', () => {
    const shown = found.taskTypes.reduce((sum, { samples }) => sum + samples.length, 0);
    assert.equal(new Set(judged).size, judged.length);
    assert.ok(judged.length > AT_MOST * 0.85 && judged.length <= AT_MOST + shown, String(judged.length));
    for (const { samples } of found.taskTypes)
      for (const { id, verification } of samples) assert.ok(verification && judged.includes(id));
  });

  it('judges a small type whole, and says so by saying nothing', () => {
    const small = found.taskTypes.find(({ taskName }) => taskName === 'small');
    assert.deepEqual([small?.count, small?.judged, small?.margins], [100, undefined, undefined]);
    for (const name of ['big', 'middle']) {
      const type = found.taskTypes.find(({ taskName }) => taskName === name);
      assert.ok((type?.judged ?? 0) >= 400 && (type?.judged ?? 0) < (type?.count ?? 0));
    }
  });

  it('estimates every number within its margin', async () => {
    const rows = await database.rows<{ type: string; status: keyof typeof TRUTH; count: string }>(
      `select task_name as type, status, count(*)::text from ${TABLE} group by 1, 2`,
    );
    for (const { type, status, count } of rows) {
      const told = found.taskTypes.find(({ taskName }) => taskName === type);
      const estimate = told?.verdicts?.[TRUTH[status]] ?? 0;
      const margin = told?.margins?.[TRUTH[status]] ?? 0;
      assert.ok(
        told && Math.abs(estimate - Number(count)) <= margin && margin === marginIn(told, estimate),
        `${type} ${status}: ${String(estimate)} ± ${String(margin)}, truth ${count}`,
      );
    }
    for (const [status, verdict] of Object.entries(TRUTH)) {
      const truth = rows.filter((row) => row.status === status).reduce((sum, { count }) => sum + Number(count), 0);
      const sum = found.taskTypes.reduce((all, { verdicts }) => all + (verdicts?.[verdict] ?? 0), 0);
      const margin = marginOver(found.taskTypes, ({ verdicts }) => verdicts?.[verdict] ?? 0);
      assert.ok(
        Math.abs(sum - truth) <= margin,
        `${status}: ${String(sum)} ± ${String(margin)}, truth ${String(truth)}`,
      );
    }
  });

  it('draws every row of a type with the same chance, wherever it lies', () => {
    const counts = new Array<number>(10).fill(0);
    const drawn = judged.filter((id) => id % 221 !== 0 && id % 5 !== 0 && id > 30);
    for (const id of drawn) {
      const tenth = Math.min(9, Math.floor(id / 2210));
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    const expected = drawn.length / 10;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 9 degrees of freedom: 27.9 is passed by one in a thousand; the hash is fixed, so it is always the same number.
    assert.ok(chiSquare < 27.9, `${String(chiSquare)}: ${counts.join(' ')}`);
  });

  it('draws the same rows again', async () => {
    assert.deepEqual((await check(CHECK))[1], judged);
  });

  it('adds up, is valid, is read back and says everywhere that it is an estimate', () => {
    const json = diagnosisJson(found);
    assert.deepEqual(schemaErrors(JSON.parse(json)), []);
    const back = readDiagnosis(json, 'it');
    assert.deepEqual(back.taskTypes[0]?.margins, found.taskTypes[0]?.margins);
    assert.equal(back.taskTypes[0]?.judged, found.taskTypes[0]?.judged);
    assert.match(textLog(found), /Verdicts: ≈ [\d,]+ finished \(≈ \d+% ± \d\.\d\).*; estimated from [\d,]+ tasks/);
    for (const { rows = 0, margin, about, evidence, title } of found.recommendations) {
      if (about === undefined) continue;
      const counted = found.taskTypes
        .flatMap(({ outcomes = [] }) => outcomes.filter((outcome) => isAbout(about, outcome)))
        .reduce((sum, { count }) => sum + count, 0);
      assert.equal(rows, counted, title);
      assert.ok((margin ?? 0) > 0 && evidence.some((line) => line.startsWith('Estimated: ')), title);
    }
  });

  it('judges all where it is asked to', async () => {
    const verification = { askWorkers: false, maxQueueScan: 1000, verifyAtMost: 0, effects: [] };
    const [all, ids] = await check({ ...CHECK, verification });
    assert.equal(ids.length, 22_100);
    assert.ok(all.taskTypes.every((type) => type.judged === undefined && type.margins === undefined));
    assert.ok(all.recommendations.every(({ margin }) => margin === undefined));
  });
});
