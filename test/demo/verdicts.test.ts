import assert from 'node:assert/strict';
import { Client } from 'pg';
import { openCelery } from '../../src/connect/openCelery';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { Outcome } from '../../src/model/verdict';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import { isAbout } from '../../src/model/rowFilter';
import { OPTIONS, snapshots } from '../support/scans';

/** The incident that `npm start` shows, judged row by row and compared with what its author knows of each row. */
describe('the verdicts of the incident', function () {
  this.timeout(120_000);
  const databaseUrl = process.env.TEST_DATABASE_URL ?? '';
  const verdicts = new Map<number, Outcome>();
  let diagnosis: Diagnosis;
  let truth: { id: string; situation: number }[];
  let situations: Readonly<Record<number, { name: string; truth: string[] }>>;

  before(async () => {
    ({ SITUATIONS: situations } = await import('../../tools/demo/index.mjs'));
    const redis = parseRedisUrl(process.env.TEST_REDIS_URL ?? '', 'TEST_REDIS_URL');
    const verification = { askWorkers: false, maxQueueScan: 1_000_000, effects: BUILT_IN_EFFECTS };
    diagnosis = await diagnose(
      { postgres: snapshots(databaseUrl), ...(await openCelery({ broker: redis, results: redis })) },
      { ...OPTIONS, statuses: ['SCHEDULED', 'PENDING', 'PAUSED'], verification },
      {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        onJudged: ({ id }, outcome) => verdicts.set(id, outcome),
      },
    );
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    ({ rows: truth } = await client.query<{ id: string; situation: number }>(
      'select id::text, situation from demo.demo_truth where id = any($1)',
      [[...verdicts.keys()]],
    ));
    await client.end();
  });

  it('are given to every stuck row, and sum to the counts of their types', () => {
    assert.equal(
      verdicts.size,
      diagnosis.taskTypes.reduce((sum, { count }) => sum + count, 0),
    );
    for (const { verdicts: counts, count } of diagnosis.taskTypes)
      assert.equal(
        Object.values(counts ?? {}).reduce((sum, rows) => sum + rows, 0),
        count,
      );
    assert.equal(truth.length, verdicts.size, 'the author knows every stuck row');
  });

  it('say of each outcome how many and when, and the recommendations which of them they are about', () => {
    const add = (sum: number, rows: number): number => sum + rows;
    for (const { outcomes = [], count, lastRuns = {} } of diagnosis.taskTypes) {
      assert.equal(outcomes.map((outcome) => outcome.count).reduce(add, 0), count);
      assert.equal(Object.values(lastRuns).reduce(add, 0), count);
      for (const outcome of outcomes) assert.equal(Object.values(outcome.lastRuns).reduce(add, 0), outcome.count);
      for (const [bin, rows] of Object.entries(lastRuns))
        assert.equal(outcomes.map((outcome) => outcome.lastRuns[Number(bin)] ?? 0).reduce(add, 0), rows);
    }
    const outcomes = diagnosis.taskTypes.flatMap((type) => type.outcomes ?? []);
    const about = diagnosis.recommendations.filter((advice) => advice.about);
    assert.ok(about.length >= 8);
    for (const { id, rows, about: which } of about)
      assert.equal(
        outcomes
          .filter((outcome) => isAbout(which!, outcome))
          .map(({ count }) => count)
          .reduce(add, 0),
        rows,
        id,
      );
  });

  it('are never false: each is right for its row, or unknown', () => {
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    for (const { id, situation } of truth) {
      const { verdict, cause, confidence } = verdicts.get(Number(id))!;
      const { name, truth: right } = situations[situation]!;
      const line = `| ${String(situation)} ${name} | ${right.join(', ')} | ${[verdict, cause ?? '-', confidence].join(' / ')} |`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      if (verdict !== 'unknown' && !right.includes(verdict)) wrong.push(`row ${id}: ${line}`);
    }
    console.log('| situation | right | got | rows |\n|---|---|---|---|');
    for (const [line, rows] of [...counts].sort()) console.log(`${line} ${String(rows)} |`);
    assert.deepEqual(wrong.slice(0, 20), []);
  });

  it('decide what can be decided: half of the rows at least, and all whose message or result is there', () => {
    const unknown = [...verdicts.values()].filter(({ verdict }) => verdict === 'unknown').length;
    assert.ok(unknown < verdicts.size / 2, `${String(unknown)} of ${String(verdicts.size)} are unknown`);
    const seen = truth.filter(({ situation }) => [3, 4, 11, 18].includes(situation));
    assert.ok(seen.length > 2000);
    for (const { id } of seen) assert.equal(verdicts.get(Number(id))?.confidence, 'proven');
    // Taken, and begun: that nobody runs it is concluded and not seen.
    const taken = truth.filter(({ situation }) => situation === 8);
    assert.ok(taken.length > 500);
    for (const { id } of taken) assert.notEqual(verdicts.get(Number(id))?.verdict, 'unknown');
  });
});
