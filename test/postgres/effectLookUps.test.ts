import assert from 'node:assert/strict';
import { openEffects } from '../../src/effects/openEffects';
import { parseEffectRules } from '../../src/effects/rules';
import type { EffectRule } from '../../src/model/effectRule';
import type { StuckRow } from '../../src/model/facts';
import { findTable } from '../../src/tables/findTable';
import { SCAN_SETTINGS } from '../../src/tables/settings';
import { stuckRowsById } from '../../src/tables/taskManager/stuckRows';
import { TestDatabase } from '../support/database';
import { ask, rule, TASK } from '../support/effects';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** One more than is read without an index. */
const MANY = 1_000_001;
const TASKS = 300;

describePostgres('how effects are looked up', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run(`
      create table large (plain bigint, own bigint, kind smallint, second bigint, first bigint, filled bigint, code char(8), few int, third bigint);
      insert into large select g, g, 7, g, g, g, g::text, 1, g from generate_series(1, ${String(MANY)}) g;
      create index on large (own);
      create index on large (kind, second);
      create index on large (first, kind);
      create index on large (filled) where filled is not null;
      create index on large ((code::text));
      create index on large (few);
      create index on large (own, third);
      create table small as select g as id, g as plain from generate_series(1, 20000) g;
      create view seen as select * from large;
      create table parts (id bigint, plain bigint) partition by range (id);
      create table part_a partition of parts for values from (1) to (600000);
      create table part_b partition of parts for values from (600000) to (2000000);
      insert into parts select g, g from generate_series(1, ${String(MANY)}) g;
      create index on parts (id);
      insert into ${TABLE} (task_module, task_name, last_run, status, arguments)
        select 'shop.tasks', 'send', now() - interval '1000 hours', 'SCHEDULED', jsonb_build_object('args', jsonb_build_array(g)) from generate_series(1, ${String(TASKS)}) g`);
    await database.run('vacuum analyze');
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const by = (find: string, fields: Partial<EffectRule> = {}): EffectRule =>
    rule({ table: 'large', find: { [find]: 'args[0]' }, outcomes: [{ says: 'executed', text: 'here' }], ...fields });

  const READ: readonly (readonly [name: string, rule: EffectRule])[] = [
    ['an index', by('own')],
    ['the first column of an index', by('first')],
    ['an index after the columns before it are fixed', by('second', { fixed: { kind: 7 } })],
    ['a partial index that has all values', by('filled')],
    ['an index of an expression', by('code')],
    ['one of several columns', by('own', { find: { plain: 'args[0]', own: 'args[0]' } })],
    ['a view over it', by('own', { table: 'seen' })],
    ['an index of each partition', by('id', { table: 'parts' })],
    ['an index of the joined table', by('own', { join: { table: 'large', on: { first: 'plain' } } })],
  ];
  for (const [name, of] of READ)
    it(`reads a large table by ${name}`, async () => {
      const { findings, report } = await ask(database.url, [of], [3]);
      assert.deepEqual([report.state, findings.get(3)?.text], ['ok', 'here'], report.detail);
    });

  const REFUSED: readonly (readonly [name: string, rule: EffectRule, says: string])[] = [
    ['without an index', by('plain'), 'large is not read: no index on plain, about'],
    ['by the second column of an index', by('third'), 'large is not read: no index on third, about'],
    [
      'by an index that finds too much',
      by('plain', { fixed: { few: 1 } }),
      'large is not read: no index on plain, few, about',
    ],
    ['without an index, behind a view', by('plain', { table: 'seen' }), 'seen is not read: no index on plain, about'],
    ['without an index, in parts', by('plain', { table: 'parts' }), 'parts is not read: no index on plain, about'],
    [
      'that is joined without an index',
      by('id', { table: 'small', join: { table: 'large', on: { plain: 'id' } } }),
      'large is not read: no index on plain, about',
    ],
  ];
  for (const [name, of, says] of REFUSED)
    it(`does not read a large table ${name}, and says so`, async () => {
      const { findings, report } = await ask(database.url, [of, { ...by('own'), task: 'shop.tasks.more' }], [3]);
      assert.equal(findings.size, 0);
      assert.equal(report.state, 'partial');
      assert.ok(report.detail.includes(`1 of 2 rules could be used: ${says}`), report.detail);
      const gap = report.gaps?.at(0);
      assert.equal(gap?.kind, 'too-large');
      // The server counts a sample of the pages.
      const rows = Number(/about ([\d,]+) rows/.exec(gap.says)?.[1]?.replaceAll(',', ''));
      assert.ok(rows > MANY * 0.9 && rows < MANY * 1.1, gap.says);
    });

  it('reads a smaller table without an index once for all rows, ahead of their batches', async () => {
    const small = by('plain', { table: 'small' });
    const ids = Array.from({ length: TASKS }, (_, index) => index + 1);
    await inSnapshot(database.url, async (snapshot, statements) => {
      await snapshot.query(SCAN_SETTINGS);
      const table = await findTable(snapshot, TABLE);
      const reader = await openEffects(snapshot, table, parseEffectRules([small], 'rules'));
      assert.deepEqual([...reader.readingAll], [TASK]);
      const rows = await stuckRowsById(snapshot, table, ids);
      const questions = (): number => statements.filter((text) => text.includes('string_agg')).length;
      statements.length = 0;
      await reader.ahead(batchesOf(rows, 50));
      assert.equal(questions(), 1);
      for (const batch of [rows.slice(0, 100), rows.slice(100)]) {
        const signs = await reader.signs(batch);
        assert.ok(batch.every(({ id }) => signs.get(id)?.says === 'executed'));
      }
      assert.equal(questions(), 1);
    });
  });

  it('reads it in one pass with a hash, also where the planner expects next to nothing', async () => {
    const plan = await inSnapshot(database.url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const lines: string[] = [];
      const reader = await openEffects(
        {
          query: async (text, values) => {
            if (!text.includes('string_agg') || text.startsWith('explain')) return snapshot.query(text, values);
            for (const line of await snapshot.query(`explain ${text}`, values)) lines.push(line['QUERY PLAN'] ?? '');
            return [];
          },
        },
        table,
        parseEffectRules([by('plain', { table: 'small', fixed: { id: -1 } })], 'rules'),
      );
      await reader.signs(await stuckRowsById(snapshot, table, [1, 2, 3]));
      return lines.join('\n');
    });
    assert.match(plan, /Hash (Right |Left )?Join/);
    assert.match(plan, /Seq Scan on small/);
    assert.doesNotMatch(plan, /Parallel/);
  });

  it('reads the table of the tasks from the first of the tasks that are asked about', async () => {
    await insertTasks(database, [{ task_name: 'mail', arguments: '{"args": [5]}' }]);
    const sends = by('arguments.args[0]', {
      table: TABLE,
      fixed: { task_module: 'shop.tasks', task_name: 'mail' },
    });
    const { findings } = await ask(database.url, [sends], [5, 6]);
    await database.run(`delete from ${TABLE} where task_name = 'mail'`);
    assert.deepEqual([findings.get(5)?.says, findings.get(6)?.says], ['executed', 'cannot-say']);
  });
});

async function* batchesOf(rows: readonly StuckRow[], size: number): AsyncGenerator<readonly StuckRow[]> {
  for (let start = 0; start < rows.length; start += size) yield await Promise.resolve(rows.slice(start, start + size));
}
