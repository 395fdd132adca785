import assert from 'node:assert/strict';
import { openEffects } from '../../src/effects/openEffects';
import type { EffectRule } from '../../src/model/effectRule';
import { SCAN_SETTINGS } from '../../src/tables/settings';
import { stuckRowsById } from '../../src/tables/taskManager/stuckRows';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { ask, rule, TASK, untestedFindings } from '../support/effects';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** A rule whose first outcome has these conditions. */
function when(...conditions: object[]): EffectRule {
  const fits = { when: conditions, says: 'executed', text: 'fits' } as EffectRule['outcomes'][number];
  return rule({ outcomes: [fits, { says: 'not-executed', text: 'fits not' }] });
}

describePostgres('effects', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity; drop table if exists effect, other cascade`));
  afterEach(() => database.assertNothingLeft());

  /** One task with these arguments; the effect table is made by `sql`. */
  async function oneTask(sql: string, call: unknown = { args: [1], kwargs: {} }): Promise<void> {
    await database.run(sql);
    await insertTasks(database, [{ arguments: JSON.stringify(call), created_at: '2024-01-01 00:00:00+00' }]);
  }

  async function textOf(rules: unknown, ids: readonly number[] = [1]): Promise<string | undefined> {
    return (await ask(database.url, rules, ids)).findings.get(ids[0]!)?.text;
  }

  const TYPES: readonly (readonly [type: string, value: string, found: readonly unknown[], no: readonly unknown[]])[] =
    [
      ['integer', '5', [5, '5', 5.0], [6, '05x', 5.5, true, null, [5], { id: 5 }, '', ' 5', '9'.repeat(30), 1e300]],
      ['bigint', '9007199254740', [9007199254740], [-1, '9'.repeat(19), 'NaN']],
      ['smallint', '5', [5], [70000, 123456789012345]],
      ['numeric(10, 2)', '5.50', [5.5, '5.50'], [5, 'x', '1e3']],
      ['varchar(40)', "'a''b'", ["a'b"], ['a', null, ['x']]],
      ['text', "'7'", [7, '7'], [8, 'x'.repeat(100_000)]],
      [
        'uuid',
        "'87d6f3a5-c612-49b3-9fe1-23456789abcd'",
        ['87d6f3a5-c612-49b3-9fe1-23456789abcd', '87D6F3A5C61249B39FE123456789ABCD'],
        ['87d6', 5],
      ],
      ['boolean', 'true', [true, 'true'], [false, 1]],
      ['date', "'2024-05-01'", ['2024-05-01'], ['infinity', 3]],
      ['char(5)', "'ab'", ['ab'], ['ab c']],
    ];
  for (const [type, value, found, not] of TYPES) {
    it(`are found by a column of type ${type}, and no argument makes the query fail`, async () => {
      await database.run(`create table effect (id ${type}, note text); insert into effect values (${value}, 'here')`);
      const calls = [...found, ...not].map((argument) => ({
        arguments: JSON.stringify({ args: [argument], kwargs: {} }),
      }));
      await insertTasks(database, calls);
      const ids = calls.map((_, index) => index + 1);
      const { findings, report } = await ask(database.url, [rule()], ids);
      assert.equal(report.state, 'ok', report.detail);
      const says = ids.map((id) => findings.get(id)!.says);
      assert.deepEqual(says, [...found.map(() => 'executed'), ...not.map(() => 'cannot-say')]);
    });
  }

  const PLACES: readonly (readonly [name: string, call: unknown, finds: boolean])[] = [
    ['by position', { args: [1], kwargs: {} }, true],
    ['by name', { args: [], kwargs: { effect_id: 1 } }, true],
    ['at the top, as older rows have it', { effect_id: 1 }, true],
    ['by the first place that is there', { args: [1], kwargs: { effect_id: 2 } }, true],
    ['not beside kwargs', { args: [], kwargs: {}, effect_id: 1 }, false],
    ['not under another name', { args: [], kwargs: { id: 1 } }, false],
    ['not in an object instead of args', { args: { 0: 1 }, kwargs: {} }, false],
    ['not in a text', 'args', false],
    ['not in a list', [1], false],
    ['not in null', null, false],
  ];
  for (const [name, call, finds] of PLACES) {
    it(`are looked for ${name}`, async () => {
      await oneTask(`create table effect (id bigint, note text); insert into effect values (1, 'here')`, call);
      const text = await textOf([rule()]);
      assert.equal(text, finds ? 'here' : 'Its arguments do not identify a row of effect.');
    });
  }

  it('are looked for deeper in the arguments, and by a default', async () => {
    await oneTask(
      `create table effect (id bigint, kind text, note text); insert into effect values (7, 'plain', 'here'), (7, 'x', 'not here')`,
      { args: ['a', { items: [{ id: 7 }] }], kwargs: {} },
    );
    const kind = { from: ['args[5]', 'kwargs.kind'], default: 'plain' };
    assert.equal(await textOf([rule({ find: { id: 'args[1].items[0].id', kind } })]), 'here');
  });

  it('tell a null argument from one that is absent: None is no default', async () => {
    await oneTask(`create table effect (id bigint, note text); insert into effect values (5, 'here')`, {
      args: [null],
      kwargs: {},
    });
    assert.match((await textOf([rule({ find: { id: { from: 'args[0]', default: 5 } } })])) ?? '', /^Its arguments/);
  });

  const CONDITIONS: readonly (readonly [column: string, value: string, condition: object, fits: boolean])[] = [
    ['text', "'DONE'", { equals: 'DONE' }, true],
    ['text', "'done'", { equals: 'DONE' }, false],
    ['text', 'null', { equals: 'DONE' }, false],
    ['integer', '5', { equals: 5 }, true],
    ['numeric', '5.0', { equals: 5 }, true],
    ['text', "'5'", { equals: 5 }, true],
    ['text', "'five'", { equals: 5 }, false],
    ['boolean', 'true', { equals: true }, true],
    ['boolean', 'false', { equals: true }, false],
    ['text', "'b'", { in: ['a', 'b', 3] }, true],
    ['integer', '3', { in: ['a', 'b', 3] }, true],
    ['integer', '4', { in: ['a', 'b', 3] }, false],
    ['text', 'null', { null: true }, true],
    ['text', "''", { null: true }, false],
    ['text', "''", { null: false }, true],
    ['timestamptz', "'2024-01-01 00:00:00+00'", { atOrAfter: 'created_at' }, true],
    ['timestamptz', "'2023-12-31 23:59:59.999999+00'", { atOrAfter: 'created_at' }, false],
    ['timestamptz', "'2023-12-31 23:59:59.999999+00'", { before: 'created_at' }, true],
    ['timestamptz', "'2024-01-01 00:00:00+00'", { before: 'created_at' }, false],
    ['timestamptz', "'infinity'", { atOrAfter: 'created_at' }, true],
    ['timestamptz', "'-infinity'", { before: 'created_at' }, true],
    ['timestamptz', 'null', { before: 'created_at' }, false],
    ['integer', '200', { from: 200, to: 299 }, true],
    ['integer', '299', { from: 200, to: 299 }, true],
    ['integer', '300', { from: 200, to: 299 }, false],
    ['text', "'250'", { from: 200, to: 299 }, true],
    ['text', "'HTTP 250'", { from: 200, to: 299 }, false],
    ['float8', "'NaN'", { from: 200 }, false],
    ['float8', '2.5', { to: 2.5 }, true],
    [
      'jsonb',
      `'{"a": {"done": [{"id": 2}, {"id": 1, "x": 3}]}}'`,
      { list: ['a', 'done'], hasObject: { id: 'id' } },
      true,
    ],
    ['jsonb', `'{"a": {"done": [{"id": 2}, 1]}}'`, { list: ['a', 'done'], hasObject: { id: 'id' } }, false],
    ['jsonb', `'{"a": {"done": {"id": 1}}}'`, { list: ['a', 'done'], hasObject: { id: 'id' } }, false],
    ['jsonb', `'[]'`, { list: ['a', 'done'], hasObject: { id: 'id' } }, false],
    ['json', `'{"a": [{"id": 1}]}'`, { list: ['a'], hasObject: { id: 'id' } }, true],
    ['json', String.raw`'{"a": [{"id": 1}], "b": "\u0000"}'`, { list: ['a'], hasObject: { id: 'id' } }, false],
    ['jsonb', 'null', { list: ['a'], hasObject: { id: 'id' } }, false],
  ];
  for (const [type, value, condition, fits] of CONDITIONS) {
    it(`${fits ? 'fit' : 'do not fit'} ${JSON.stringify(condition)} with ${type} ${value}`, async () => {
      await oneTask(`create table effect (id bigint, it ${type}); insert into effect values (1, ${value})`);
      assert.equal(await textOf([when({ column: 'it', ...condition })]), fits ? 'fits' : 'fits not');
    });
  }

  it('need all conditions of an outcome, and cannot be told where no outcome fits', async () => {
    await oneTask(`create table effect (id bigint, a int, b int); insert into effect values (1, 1, 2)`);
    const both = [
      { column: 'a', equals: 1 },
      { column: 'b', equals: 1 },
    ];
    const only = rule({ outcomes: [{ when: both, says: 'executed', text: 'fits' }] });
    const { findings } = await ask(database.url, [only]);
    assert.deepEqual(findings.get(1), {
      says: 'cannot-say',
      strength: 'likely',
      text: "Its row of effect matches none of the rule's outcomes.",
    });
  });

  it('come from the row that fits the earliest outcome, where several are found', async () => {
    await oneTask(`create table effect (id bigint, a text);
      insert into effect values (1, 'third'), (1, 'first'), (1, 'second')`);
    const outcomes = ['first', 'second', 'third'].map((word): EffectRule['outcomes'][number] => ({
      when: [{ column: 'a', equals: word }],
      says: 'executed',
      text: word,
    }));
    assert.equal(await textOf([rule({ outcomes })]), 'first');
  });

  it('that are not there are told by noRow, with what was looked for', async () => {
    await oneTask(`create table effect (id bigint, note text)`, { args: [77], kwargs: {} });
    const noRow = { says: 'not-executed', strength: 'proven', text: 'There is no effect {id}.' } as const;
    const { findings } = await ask(database.url, [rule({ noRow })]);
    // What a task left may have been removed again.
    assert.deepEqual(findings.get(1), { says: 'not-executed', strength: 'likely', text: 'There is no effect 77.' });
    assert.equal(await textOf([rule()]), 'effect has no row for it.');
    assert.equal(await textOf([rule({ find: { id: 'kwargs.id' }, noArguments: 'It has no id.' })]), 'It has no id.');
  });

  it('are joined with a second table, whose columns are null where it has no row', async () => {
    await oneTask(`create table effect (id bigint, person int); insert into effect values (1, 10), (2, 20), (3, 30);
      create table other (person bigint, role text, level int, mark text);
      insert into other values (10, 'A', 1, 'right'), (10, 'B', 1, 'wrong'), (10, 'A', 2, 'wrong'), (20, 'B', 1, 'wrong')`);
    await insertTasks(database, [{ arguments: '{"args": [2]}' }, { arguments: '{"args": [3]}' }]);
    const joined = rule({
      join: { table: 'other', on: { person: 'person' }, where: { role: 'A', level: 1 } },
      outcomes: [
        { when: [{ column: 'joined.mark', null: true }], says: 'cannot-say', text: 'nothing joined' },
        { says: 'executed', text: '{joined.mark}' },
      ],
    });
    const { findings } = await ask(database.url, [joined], [1, 2, 3]);
    assert.deepEqual(
      [1, 2, 3].map((id) => findings.get(id)!.text),
      ['right', 'nothing joined', 'nothing joined'],
    );
  });

  it('are shown with bounded values, times in UTC, and masked columns', async () => {
    await oneTask(`create table effect (id bigint, note text, at timestamptz, api_token text, data jsonb, never text);
      insert into effect values (1, repeat('é', 5000), '2024-05-01 12:30:00.5+02', 's3cret', '{"password": "s3cret", "a": 1}', null)`);
    const outcomes = [{ says: 'executed', text: '{at} {api_token} {data} {never} {note}' }] as const;
    const text = (await textOf([rule({ outcomes })])) ?? '';
    assert.equal(text, `2024-05-01 10:30:00+00:00 *** {"a": 1, "password": "***"} null ${'é'.repeat(200)}…`);
    const open = await ask(database.url, [rule({ outcomes })], [1], { maskedKeys: [] });
    assert.match(open.findings.get(1)!.text, /s3cret .*"s3cret"/);
  });

  it('cannot be used to run SQL: names and values are only names and values', async () => {
    await oneTask(`create table effect ("id" bigint, "note" text); insert into effect values (1, 'here')`, {
      args: ["1'; drop table effect; --"],
      kwargs: {},
    });
    const evil = `x'); drop table effect; --`;
    assert.match((await textOf([rule()])) ?? '', /^Its arguments/);
    const odd = rule({
      find: { note: { from: 'kwargs.none', default: evil } },
      outcomes: [{ when: [{ column: 'note', in: [evil] }], says: 'executed', text: '{note}' }],
      noRow: { says: 'cannot-say', text: 'looked for {note}' },
    });
    assert.equal(await textOf([odd]), `looked for ${evil}`);
    await problemOf(() => ask(database.url, [rule({ find: { [evil]: 'args[0]' } })]), 'invalid');
    assert.equal(await database.value('select count(*) from effect'), '1');
  });

  it('are asked by one query a rule, whatever the number of rows', async () => {
    await oneTask(`create table effect (id bigint primary key, note text); insert into effect select g, g::text from generate_series(1, 500) g;
      create table other (id bigint primary key, note text)`);
    await insertTasks(database, [{ arguments: '{"args": [3]}', task_name: 'more' }]);
    await database.run(`insert into ${TABLE} (task_module, task_name, last_run, arguments)
      select 'shop.tasks', 'send', now(), jsonb_build_object('args', jsonb_build_array(g)) from generate_series(1, 900) g`);
    const ids = Array.from({ length: 902 }, (_, index) => index + 1);
    const rules = [rule(), rule({ task: 'shop.tasks.more', table: 'other' }), rule({ task: 'shop.tasks.third' })];
    const { findings, statements } = await ask(database.url, rules, ids);
    assert.equal(findings.size, 902);
    assert.equal(findings.get(402)!.text, '400');
    assert.equal(statements.filter((statement) => /\bselect\b/i.test(statement)).length, 2);
  });

  it('leave rows alone that no rule speaks of, and ask nothing for them', async () => {
    await oneTask(`create table effect (id bigint, note text)`);
    const { findings, statements } = await ask(database.url, [rule({ task: 'shop.tasks.other' })]);
    assert.deepEqual([findings.size, statements.length], [0, 0]);
  });

  it('are told by the first rule for a task, and one rule can be about several tasks', async () => {
    await oneTask(`create table effect (id bigint, note text); insert into effect values (1, 'own')`);
    await insertTasks(database, [{ arguments: '{"args": [1]}', task_name: 'more' }]);
    const own = rule({ task: [TASK, 'shop.tasks.more'] });
    await inSnapshot(database.url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const reader = await openEffects(snapshot, table, [own, rule({ table: 'missing' })]);
      const findings = untestedFindings(await reader.find(await stuckRowsById(snapshot, table, [1, 2])));
      assert.deepEqual([findings.get(1)!.text, findings.get(2)!.text], ['own', 'own']);
      assert.deepEqual(reader.report, { name: 'effects', state: 'ok', detail: '1 of 1 rules could be used' });
    });
  });

  describe('are a source', () => {
    const second = rule({ task: 'shop.tasks.more', table: 'other' });

    it('that is not there without its tables, each named', async () => {
      await oneTask('select 1');
      const { report, findings } = await ask(database.url, [rule(), second]);
      assert.deepEqual(report, {
        name: 'effects',
        state: 'not-configured',
        detail: 'no rule could be used: table effect is missing; table other is missing',
        gaps: ['table effect is missing', 'table other is missing'].map((says) => ({
          kind: 'unusable-rule',
          setting: 'celeryTasks.effects',
          says,
        })),
      });
      assert.equal(findings.size, 0);
      assert.equal((await ask(database.url, [])).report.state, 'not-configured');
    });

    it('that names the tables and columns that are missing while the others are used', async () => {
      await oneTask(
        `create table effect (id bigint, note text); insert into effect values (1, 'here'); create table other (id bigint)`,
      );
      const { report, findings } = await ask(database.url, [rule(), second]);
      assert.equal(findings.get(1)!.text, 'here');
      assert.deepEqual(
        [report.state, report.detail],
        ['ok', '1 of 2 rules could be used: column note of other is missing'],
      );
    });

    it('that says which rights are missing, of a table, a column or a schema', async () => {
      await oneTask(`create table effect (id bigint, note text, more text); insert into effect values (1, 'here', '');
        create table other (id bigint, note text); create schema if not exists closed; drop table if exists closed.parcel;
        create table closed.parcel (id bigint, note text)`);
      const role = await database.createRole();
      await database.run(`grant select on ${TABLE} to ${role}`);
      const url = database.urlAs(role);
      const none = (await ask(url, [rule()])).report;
      assert.deepEqual(
        [none.state, none.detail],
        ['unavailable', 'no rule could be used: this role may not read effect'],
      );
      await database.run(`grant select (id) on effect to ${role}`);
      const column = (await ask(url, [rule()])).report;
      assert.deepEqual(
        [column.state, column.detail],
        ['unavailable', 'no rule could be used: this role may not read column note of effect'],
      );
      await database.run(`grant select (id, note) on effect to ${role}`);
      const enough = await ask(url, [rule(), second]);
      assert.equal(enough.findings.get(1)!.text, 'here');
      assert.equal(enough.report.detail, '1 of 2 rules could be used: this role may not read other');
      const schema = (await ask(url, [rule({ table: 'closed.parcel' })])).report;
      assert.deepEqual(
        [schema.state, schema.detail],
        ['unavailable', 'no rule could be used: this role may not read closed.parcel'],
      );
    });

    it('that says so where a column is of a type that its condition cannot ask', async () => {
      await oneTask(`create table effect (id bigint, note text, day date, local timestamp)`);
      for (const [condition, words] of [
        [{ column: 'day', before: 'created_at' }, /column day is of type date, which cannot be compared/],
        [{ column: 'local', atOrAfter: 'created_at' }, /column local is of type timestamp without time zone/],
        [{ column: 'note', list: ['a'], hasObject: { id: 'id' } }, /column note is of type text, not JSON/],
      ] as const) {
        const { report } = await ask(database.url, [when(condition)]);
        assert.equal(report.state, 'not-configured');
        assert.match(report.detail, words);
      }
    });

    it('that compares times without a zone where the tasks have none either', async () => {
      await createTaskTable(database, { name: 'local_tasks', types: { created_at: 'timestamp' } });
      await insertTasks(database, [{ arguments: '{"args": [1]}', created_at: '2024-01-01 00:00:00' }], 'local_tasks');
      await database.run(
        `create table effect (id bigint, at timestamp); insert into effect values (1, '2024-01-01 00:00:01')`,
      );
      const after = when({ column: 'at', atOrAfter: 'created_at' });
      const { findings } = await ask(database.url, [after], [1], { table: 'local_tasks' });
      assert.equal(findings.get(1)?.text, 'fits');
    });

    it('that is not there where the arguments are text, or created_at is missing but asked for', async () => {
      await database.run('create table effect (id bigint, at timestamptz, note text)');
      await createTaskTable(database, { name: 'text_tasks', types: { arguments: 'text' } });
      await createTaskTable(database, { name: 'old_tasks', without: ['created_at'] });
      const texts = await ask(database.url, [rule()], [], { table: 'text_tasks' });
      assert.match(texts.report.detail, /the arguments of the tasks are not JSON in this table/);
      const old = await ask(database.url, [when({ column: 'at', before: 'created_at' })], [], { table: 'old_tasks' });
      assert.match(old.report.detail, /column created_at of the task table is missing/);
      assert.equal((await ask(database.url, [rule()], [], { table: 'old_tasks' })).report.state, 'ok');
    });

    it('that survives a query that fails: it is told, not asked again, and the snapshot goes on', async () => {
      await oneTask(`create table effect (id bigint, note text); insert into effect values (1, 'here');
        create function fails(bigint) returns text language plpgsql as $$ begin raise exception 'the disk is\nsecret'; end $$;
        create view seen as select id, fails(id) as note from effect`);
      await insertTasks(database, [{ arguments: '{"args": [1]}', task_name: 'more' }]);
      await inSnapshot(database.url, async (snapshot, statements) => {
        const table = await findTable(snapshot, TABLE);
        const reader = await openEffects(snapshot, table, [rule({ task: 'shop.tasks.more', table: 'seen' }), rule()]);
        const rows = await stuckRowsById(snapshot, table, [1, 2]);
        assert.equal(reader.report.detail, '2 of 2 rules could be used');
        const findings = await reader.find(rows);
        assert.deepEqual([...findings.keys()], [1]);
        assert.deepEqual(
          [reader.report.state, reader.report.detail],
          ['partial', '1 of 2 rules could be used: the query on seen failed (the disk is)'],
        );
        statements.length = 0;
        assert.deepEqual([...(await reader.find(rows)).keys()], [1]);
        assert.equal(statements.filter((statement) => statement.includes('"seen"')).length, 0);
      });
      await database.run('drop view seen; drop function fails');
    });

    it('that survives the statement timeout, and keeps the settings of the scan', async () => {
      await oneTask(`create table effect (id bigint, note text); insert into effect values (1, 'here');
        create view seen as select id, note from effect, lateral (select pg_sleep(20) where id > 0) pause`);
      await inSnapshot(database.url, async (snapshot) => {
        const table = await findTable(snapshot, TABLE);
        await snapshot.query(`set local statement_timeout = '300ms'; set local random_page_cost = 3`);
        const reader = await openEffects(snapshot, table, [rule({ table: 'seen' })]);
        await reader.find(await stuckRowsById(snapshot, table, [1]));
        assert.deepEqual(
          [reader.report.state, reader.report.detail],
          [
            'unavailable',
            'no rule could be used: the query on seen failed (it took longer than the statement timeout)',
          ],
        );
        const [kept] = await snapshot.query(
          `select current_setting('random_page_cost') as cost, current_setting('enable_seqscan') as seq`,
        );
        assert.deepEqual({ ...kept }, { cost: '3', seq: 'on' });
      });
    });

    it('that ends when the check is cancelled', async () => {
      await oneTask(`create table effect (id bigint, note text); insert into effect values (1, 'here');
        create view seen as select id, note from effect, lateral (select pg_sleep(20) where id > 0) pause`);
      const stop = new AbortController();
      const cancelled = inSnapshot(
        database.url,
        async (snapshot) => {
          const table = await findTable(snapshot, TABLE);
          const reader = await openEffects(snapshot, table, [rule({ table: 'seen' })]);
          await reader.find(await stuckRowsById(snapshot, table, [1]));
        },
        stop.signal,
      );
      await database.untilRunning('as outcome');
      stop.abort();
      await problemOf(() => cancelled, 'cancelled');
    });
  });

  it('use an index of the effect table, and do not read all of it for a batch', async () => {
    await database.run(`create table effect (id bigint primary key, note text); insert into effect select g, repeat('x', 50) from generate_series(1, 200000) g;
      insert into ${TABLE} (task_module, task_name, last_run, arguments)
        select 'shop.tasks', 'send', now(), jsonb_build_object('args', jsonb_build_array(g * 7)) from generate_series(1, 5000) g; analyze`);
    const ids = Array.from({ length: 5000 }, (_, index) => index + 1);
    const plan = await inSnapshot(database.url, async (snapshot) => {
      await snapshot.query(SCAN_SETTINGS);
      const table = await findTable(snapshot, TABLE);
      const rows = await stuckRowsById(snapshot, table, ids);
      let lines: string[] = [];
      const reader = await openEffects(
        {
          query: async (text, values) => {
            if (!text.includes('as outcome')) return snapshot.query(text, values);
            lines = (await snapshot.query(`explain ${text}`, values)).map((line) => line['QUERY PLAN'] ?? '');
            return [];
          },
        },
        table,
        [rule()],
      );
      await reader.find(rows);
      return lines.join('\n');
    });
    assert.match(plan, /Index Scan using effect_pkey/);
    assert.doesNotMatch(plan, /Parallel|Seq Scan/);
  });
});
