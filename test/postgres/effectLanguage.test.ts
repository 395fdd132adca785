import assert from 'node:assert/strict';
import type { EffectRule } from '../../src/model/effectRule';
import { TestDatabase } from '../support/database';
import { ask, rule, TASK } from '../support/effects';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE, type TaskRow } from '../support/taskTable';

const MADE = '2024-01-01 00:00:00+00';

describePostgres('what a rule of effects can say', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity; drop table if exists effect, other cascade`));
  afterEach(() => database.assertNothingLeft());

  const call = (argument: unknown, more: object = {}): TaskRow => ({
    arguments: JSON.stringify({ args: [argument], kwargs: {}, ...more }),
    created_at: MADE,
  });

  /** What the rules say of all tasks, or why they cannot be used. */
  async function told(rules: unknown, count = 1): Promise<(string | undefined)[]> {
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    const { findings, report } = await ask(database.url, rules, ids);
    if (findings.size === 0 && report.state !== 'ok') return [report.detail];
    return ids.map((id) => findings.get(id)?.text);
  }

  describe('where', () => {
    const covers = (...where: object[]): EffectRule => rule({ where } as Partial<EffectRule>);

    const VALUES: readonly (readonly [test: object, covered: readonly unknown[], not: readonly unknown[]])[] = [
      [{ equals: 5 }, [5, 5.0, '5', '5.0', '05'], [6, '5x', 'five', true, null, [5], { 0: 5 }, '', 5.01]],
      [{ equals: '5' }, ['5', 5], ['05', '5.0', 'x', null]],
      [{ equals: 2.5 }, [2.5, '2.50'], [25, '2,5', 2]],
      [{ equals: 'send' }, ['send'], ['Send', 'send ', '', null, ['send'], { send: 1 }, 0]],
      [{ equals: true }, [true, 'true'], [false, 'True', 1, null]],
      [{ equals: false }, [false, 'false'], [true, 0, '', null]],
      [{ in: ['a', 7, true] }, ['a', 7, '7.0', true], ['b', 8, false, null, ['a']]],
      [{ equals: "x'; drop table effect; --" }, ["x'; drop table effect; --"], ["x''; drop table effect; --"]],
      [{ equals: 'null' }, ['null'], [null]],
    ];
    for (const [test, covered, not] of VALUES) {
      it(`covers tasks whose argument is ${JSON.stringify(test)}, and no others`, async () => {
        await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'covered')`);
        const calls = [...covered, ...not].map((value) => call(1, { kwargs: { kind: value } }));
        await insertTasks(database, [...calls, call(1)]);
        const texts = await told([covers({ argument: 'kwargs.kind', ...test })], calls.length + 1);
        const expected = [...covered.map(() => 'covered'), ...not.map(() => undefined), undefined];
        assert.deepEqual(texts, expected);
      });
    }

    it('takes the first place that is there, with null, and finds names where older tasks have them', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'covered')`);
      await insertTasks(database, [
        call(1, { kwargs: { kind: 'a' } }),
        { arguments: '{"args": [1, "a"], "kwargs": {"kind": "b"}}' },
        { arguments: '{"args": [1, "b"], "kwargs": {"kind": "a"}}' },
        { arguments: '{"args": [1, null], "kwargs": {"kind": "a"}}' },
        { arguments: '{"effect_id": 1, "kind": "a"}' },
        { arguments: '{"effect_id": 1, "kind": "a", "args": []}' },
        { arguments: '["a"]' },
        { arguments: '"a"' },
        { arguments: 'null' },
      ]);
      const texts = await told([covers({ argument: ['args[1]', 'kwargs.kind'], equals: 'a' })], 9);
      const [yes, no] = ['covered', undefined];
      assert.deepEqual(texts, [yes, yes, no, no, yes, no, no, no, no]);
    });

    it('needs all of its tests', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'covered')`);
      await insertTasks(database, [call(1, { kwargs: { a: 1, b: 1 } }), call(1, { kwargs: { a: 1, b: 2 } })]);
      const both = covers({ argument: 'kwargs.a', equals: 1 }, { argument: 'kwargs.b', equals: 1 });
      assert.deepEqual(await told([both], 2), ['covered', undefined]);
    });

    const word = (text: string, ...where: object[]): EffectRule =>
      rule({
        ...(where.length > 0 ? { where: where as unknown as NonNullable<EffectRule['where']> } : {}),
        outcomes: [{ says: 'executed', text }],
      });

    it('hands the tasks that it does not cover to the next rule of the task, and only those', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'here')`);
      await insertTasks(
        database,
        ['a', 'b', 'c', 'a', null].map((kind) => call(1, { kwargs: { kind } })),
      );
      const rules = [
        word('first', { argument: 'kwargs.kind', equals: 'a' }),
        word('second', { argument: 'kwargs.kind', in: ['a', 'b'] }),
        word('rest'),
      ];
      assert.deepEqual(await told(rules, 5), ['first', 'second', 'rest', 'first', 'rest']);
      assert.deepEqual(await told(rules.slice(0, 2), 5), ['first', 'second', undefined, 'first', undefined]);
    });

    it('keeps its tasks where its table is missing or its query fails: no other rule decides about them', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'here');
        create function fails(bigint) returns text language plpgsql as $$ begin raise exception 'broken'; end $$;
        create view broken as select id, fails(id) as note from effect`);
      await insertTasks(
        database,
        ['a', 'b', 'c'].map((kind) => call(1, { kwargs: { kind } })),
      );
      const rules = [
        { ...word('first', { argument: 'kwargs.kind', equals: 'a' }), table: 'missing' },
        { ...covers({ argument: 'kwargs.kind', equals: 'b' }), table: 'broken' },
        word('rest'),
      ];
      const { findings, report } = await ask(database.url, rules, [1, 2, 3]);
      assert.deepEqual(
        [1, 2, 3].map((id) => findings.get(id)?.text),
        [undefined, undefined, 'rest'],
      );
      assert.match(report.detail, /^1 of 3 rules could be used: table missing is missing; the query on broken failed/);
      await database.run('drop view broken; drop function fails');
    });

    it('covers none of the tasks of other types, and each type has its own order of rules', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'here')`);
      await insertTasks(database, [
        call(1, { kwargs: { kind: 'a' } }),
        { ...call(1, { kwargs: { kind: 'a' } }), task_name: 'more' },
        { ...call(1, { kwargs: { kind: 'b' } }), task_name: 'more' },
      ]);
      const rules = [
        { ...word('a', { argument: 'kwargs.kind', equals: 'a' }), task: [TASK, 'shop.tasks.more'] },
        { ...word('more'), task: 'shop.tasks.more' },
      ];
      assert.deepEqual(await told(rules, 3), ['a', 'a', 'more']);
    });

    it('reads arguments in a json column that holds what jsonb refuses as none', async () => {
      await createTaskTable(database, { name: 'json_tasks', types: { arguments: 'json' } });
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'covered')`);
      for (const text of ['{"args": [1, "a"]}', String.raw`{"args": [1, "a"], "b": "\u0000"}`])
        await insertTasks(database, [{ arguments: text }], 'json_tasks');
      const rules = [covers({ argument: 'args[1]', equals: 'a' })];
      const { findings } = await ask(database.url, rules, [1, 2], { table: 'json_tasks' });
      assert.deepEqual([findings.get(1)?.text, findings.get(2)?.text], ['covered', undefined]);
    });
  });

  describe('fixed', () => {
    const fixed = (values: Record<string, string | number | boolean>): EffectRule =>
      rule({ fixed: values, noRow: { says: 'not-executed', text: 'none' } });

    const FITS: readonly (readonly [type: string, value: string | number | boolean, rows: string, text: string])[] = [
      ['text', 'A', `('B', 'wrong'), (null, 'null'), ('A', 'right'), ('a', 'case')`, 'right'],
      ['varchar(9)', 'A', `('B', 'wrong'), ('A', 'right')`, 'right'],
      ['integer', 3, `(4, 'wrong'), (null, 'null'), (3, 'right')`, 'right'],
      ['integer', '3', `(4, 'wrong'), (3, 'right')`, 'right'],
      ['smallint', 3, `(4, 'wrong'), (3, 'right')`, 'right'],
      ['smallint', 70000, `(4, 'wrong')`, 'none'],
      ['bigint', 1e300, `(4, 'wrong')`, 'none'],
      ['integer', 3.5, `(3, 'wrong'), (4, 'wrong')`, 'none'],
      ['numeric', 3, `(3.5, 'wrong'), (3.00, 'right')`, 'right'],
      ['float8', 2.5, `(2, 'wrong'), ('NaN', 'wrong'), (2.5, 'right')`, 'right'],
      ['boolean', true, `(false, 'wrong'), (null, 'null'), (true, 'right')`, 'right'],
      ['boolean', 'false', `(true, 'wrong'), (false, 'right')`, 'right'],
      ['uuid', '87d6f3a5-c612-49b3-9fe1-23456789abcd', `('87d6f3a5-c612-49b3-9fe1-23456789abcd', 'right')`, 'right'],
      ['text', 3, `('three', 'wrong'), ('3.0', 'right')`, 'right'],
      ['text', "A' or true --", `('A', 'wrong')`, 'none'],
    ];
    for (const [type, value, rows, text] of FITS) {
      it(`looks only at what has ${JSON.stringify(value)} in a column of type ${type}`, async () => {
        await database.run(`create table effect (kind ${type}, note text, id bigint default 1);
          insert into effect (kind, note) values ${rows}`);
        await insertTasks(database, [call(1)]);
        assert.deepEqual(await told([fixed({ kind: value })]), [text]);
      });
    }

    const MISFITS: readonly (readonly [type: string, value: string | number | boolean, words: RegExp])[] = [
      ['integer', 'many', /column kind of effect is of type integer, which never equals a text that is no number/],
      ['integer', true, /is of type integer, which never equals true or false/],
      ['boolean', 1, /is of type boolean, which never equals anything but true and false/],
      ['uuid', 5, /is of type uuid, which never equals a number/],
      ['timestamptz', true, /is of type timestamp with time zone, which never equals true or false/],
      ['jsonb', 'a', /is of type jsonb, which never equals a single value/],
    ];
    for (const [type, value, words] of MISFITS) {
      it(`is refused with ${JSON.stringify(value)} for a column of type ${type}`, async () => {
        await database.run(`create table effect (id bigint, note text, kind ${type})`);
        await insertTasks(database, [call(1)]);
        assert.match((await told([fixed({ kind: value })]))[0] ?? '', words);
      });
    }

    it('is refused where the column is missing, or closed to this role', async () => {
      await database.run('create table effect (id bigint, note text, kind text)');
      await insertTasks(database, [call(1)]);
      assert.match((await told([fixed({ sort: 'A' })]))[0] ?? '', /column sort of effect is missing/);
      const role = await database.createRole();
      await database.run(`grant select on ${TABLE} to ${role}; grant select (id, note) on effect to ${role}`);
      const { report } = await ask(database.urlAs(role), [fixed({ kind: 'A' })]);
      assert.match(report.detail, /this role may not read column kind of effect/);
    });
  });

  describe('a path into JSON in find', () => {
    const byPath = (path: string, fields: Partial<EffectRule> = {}): EffectRule =>
      rule({ find: { [path]: 'args[0]' }, ...fields });

    const SAME: readonly (readonly [argument: unknown, found: readonly unknown[], not: readonly unknown[]])[] = [
      [5, [5, 5.0, '5'], [6, '5.0', '05', true, null, [5], { id: 5 }, 'five']],
      ['a"b', ['a"b'], ['a', 'a\\"b', ['a"b'], null]],
      [true, [true, 'true'], [false, 1, null]],
      ['[1]', ['[1]'], [[1], 1]],
      ['null', ['null'], [null]],
      [
        '87d6f3a5-c612-49b3-9fe1-23456789abcd',
        ['87d6f3a5-c612-49b3-9fe1-23456789abcd'],
        ['87d6f3a5-c612-49b3-9fe1-23456789abce', 87],
      ],
    ];
    for (const type of ['jsonb', 'json'])
      for (const [argument, found, not] of SAME) {
        it(`of ${type} finds ${JSON.stringify(argument)} by what it is, and nothing else`, async () => {
          await database.run(`create table effect (id serial, data ${type}, note text)`);
          await insertTasks(database, [call(argument)]);
          for (const value of not)
            await database.run('insert into effect (data, note) values ($1, $2)', [
              JSON.stringify({ a: [{ id: value }], id: argument }),
              'decoy',
            ]);
          for (const decoy of ['null', '[]', '"a"', '5', '{}', '{"a": {"0": {"id": 5}}}', '{"a": [[5]]}'])
            await database.run(`insert into effect (data, note) values ($1, 'decoy')`, [decoy]);
          await database.run(`insert into effect (data, note) values (null, 'decoy')`);
          assert.deepEqual(await told([byPath('data.a[0].id')]), ['effect has no row for it.']);
          for (const value of found) {
            await database.run(`delete from effect where note = 'right'`);
            await database.run(`insert into effect (data, note) values ($1, 'right')`, [
              JSON.stringify({ a: [{ id: value }] }),
            ]);
            assert.deepEqual(await told([byPath('data.a[0].id')]), ['right'], JSON.stringify(value));
          }
        });
      }

    it('goes with other columns, and shows what was looked for', async () => {
      await database.run(`create table effect (id bigint, data jsonb, note text);
        insert into effect values (7, '{"b": 1}', 'decoy'), (8, '{"b": 2}', 'decoy'), (7, '{"b": 2}', 'right')`);
      await insertTasks(database, [
        { arguments: '{"args": [7, 2]}' },
        { arguments: '{"args": [9, 2]}' },
        { arguments: '{"args": [7]}' },
      ]);
      const rules = [
        rule({
          find: { id: 'args[0]', 'data.b': 'args[1]' },
          outcomes: [{ says: 'executed', text: '{note} {id} {data.b}' }],
          noRow: { says: 'not-executed', text: 'none for {id} with {data.b}' },
        }),
      ];
      assert.deepEqual(await told(rules, 3), [
        'right 7 2',
        'none for 9 with 2',
        'Its arguments do not identify a row of effect.',
      ]);
    });

    it('is refused into a column that holds no JSON', async () => {
      await database.run('create table effect (id bigint, data text, note text)');
      await insertTasks(database, [call(1)]);
      assert.match((await told([byPath('data.a')]))[0] ?? '', /column data is of type text, not JSON/);
    });

    it('survives JSON that jsonb refuses, and names with quotes of their own', async () => {
      await database.run(`create table effect (id bigint, "odd$" json, note text)`);
      await database.run(
        String.raw`insert into effect values (1, '{"a": 1, "b": "\u0000"}', 'decoy'), (2, '{"a": 1}', 'right')`,
      );
      await insertTasks(database, [call(1)]);
      assert.deepEqual(await told([byPath('odd$.a')]), ['right']);
    });

    it('masks what a secret name leads to, in the column and in the arguments', async () => {
      await database.run(`create table effect (id bigint, data jsonb, note text)`);
      await insertTasks(database, [
        { arguments: '{"args": [], "kwargs": {"api_token": "s3cret", "plain": "s3cret"}}' },
      ]);
      const none = (key: string, place: string): EffectRule =>
        rule({ find: { [key]: place }, noRow: { says: 'cannot-say', text: `none for {${key}}` } });
      assert.deepEqual(await told([none('note', 'kwargs.api_token')]), ['none for ***']);
      assert.deepEqual(await told([none('data.password', 'kwargs.plain')]), ['none for ***']);
      assert.deepEqual(await told([none('data.plain', 'kwargs.plain')]), ['none for s3cret']);
    });
  });

  describe('within', () => {
    const TIMES: readonly (readonly [at: string, seconds: number, fits: boolean])[] = [
      ["'2024-01-01 00:00:00+00'", 60, true],
      ["'2024-01-01 00:01:00+00'", 60, true],
      ["'2024-01-01 00:01:00.000001+00'", 60, false],
      ["'2023-12-31 23:59:59.999999+00'", 60, false],
      ["'2024-01-01 01:00:30+01'", 60, true],
      ["'2024-01-01 00:00:00.4+00'", 0.5, true],
      ["'2024-01-01 00:00:00.6+00'", 0.5, false],
      ["'2024-01-01 00:00:00+00'", 0, true],
      ["'2033-12-29 00:00:00+00'", 315_360_000, true],
      ["'infinity'", 315_360_000, false],
      ["'-infinity'", 60, false],
      ['null', 60, false],
    ];
    const within = (seconds: number): EffectRule =>
      rule({
        outcomes: [
          { when: [{ column: 'at', within: seconds }], says: 'executed', text: 'fits' },
          { says: 'cannot-say', text: 'fits not' },
        ],
      });
    for (const [at, seconds, fits] of TIMES) {
      it(`${String(seconds)} seconds ${fits ? 'fits' : 'does not fit'} ${at}`, async () => {
        await database.run(`create table effect (id bigint, at timestamptz); insert into effect values (1, ${at})`);
        await insertTasks(database, [call(1)]);
        assert.deepEqual(await told([within(seconds)]), [fits ? 'fits' : 'fits not']);
      });
    }

    it('fits nothing where the task has no usable time, and never fails', async () => {
      await createTaskTable(database, { name: 'no_times', types: { created_at: 'timestamptz' } });
      await database.run(`create table effect (id bigint, at timestamptz);
        insert into effect values (1, now()), (2, 'infinity')`);
      for (const [argument, created_at] of [
        [1, null],
        [1, 'infinity'],
        [1, '-infinity'],
        [2, '294276-12-31 23:59:59+00'],
      ])
        await insertTasks(database, [{ ...call(argument), created_at }], 'no_times');
      const { findings } = await ask(database.url, [within(315_360_000)], [1, 2, 3, 4], { table: 'no_times' });
      assert.deepEqual(
        [1, 2, 3, 4].map((id) => findings.get(id)?.text),
        ['fits not', 'fits not', 'fits not', 'fits not'],
      );
    });

    it('is refused for a column that holds no time of the same kind', async () => {
      await database.run('create table effect (id bigint, at date)');
      await insertTasks(database, [call(1)]);
      assert.match((await told([within(5)]))[0] ?? '', /column at is of type date, which cannot be compared/);
    });
  });

  describe('atLeast', () => {
    const counted = (atLeast: number, more: EffectRule['outcomes'] = []): EffectRule =>
      rule({
        outcomes: [
          { when: [{ column: 'kind', equals: 'A' }], atLeast, says: 'executed', text: 'enough: {kind} {note}' },
          ...more,
        ],
        noRow: { says: 'not-executed', text: 'none' },
      });

    it('counts what fits, for each task alone, and shows one of it', async () => {
      await database.run(`create table effect (id bigint, kind text, note text);
        insert into effect values (1, 'A', 'x'), (1, 'A', 'x'), (1, 'A', 'x'), (1, 'B', 'y'),
          (2, 'A', 'x'), (2, 'A', 'x'), (2, 'B', 'y'), (2, null, 'y'), (3, 'A', 'x')`);
      await insertTasks(database, [call(1), call(2), call(3), call(4), call('x')]);
      const none = 'Its arguments do not identify a row of effect.';
      const unfit = "Its row of effect matches none of the rule's outcomes.";
      assert.deepEqual(await told([counted(3)], 5), ['enough: A x', unfit, unfit, 'none', none]);
      const two = [{ when: [{ column: 'kind', equals: 'A' }], atLeast: 2, says: 'failed', text: 'only two' }] as const;
      assert.deepEqual(await told([counted(3, two)], 4), ['enough: A x', 'only two', unfit, 'none']);
      const rest = [{ says: 'cannot-say', text: 'too few, {kind}' }] as const;
      assert.match((await told([counted(3, rest)], 3))[2] ?? '', /^too few, A$/);
      assert.deepEqual(await told([counted(1)], 4), ['enough: A x', 'enough: A x', 'enough: A x', 'none']);
    });

    it('counts for tasks that share what they wrote, and all of it without a condition', async () => {
      await database.run(`create table effect (id bigint, note text); insert into effect values (1, 'x'), (1, null)`);
      await insertTasks(database, [call(1), call(1)]);
      const all = (atLeast: number): EffectRule =>
        rule({
          outcomes: [
            { atLeast, says: 'executed', text: 'all' },
            { says: 'failed', text: 'not all' },
          ],
        });
      assert.deepEqual(await told([all(2)], 2), ['all', 'all']);
      assert.deepEqual(await told([all(3)], 2), ['not all', 'not all']);
    });

    it('is refused where a unique column finds one at most', async () => {
      await database.run('create table effect (id bigint primary key, kind text, note text)');
      await insertTasks(database, [call(1)]);
      const [why = ''] = await told([counted(2)]);
      assert.match(why, /column id of effect is unique, so that 2 matches are impossible/);
      assert.deepEqual(await told([counted(1)]), ['none']);
    });
  });
});
