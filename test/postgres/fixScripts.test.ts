import assert from 'node:assert/strict';
import type { Client } from 'pg';
import type { FixPlan } from '../../src/model/fix';
import { sqlComment, sqlLiteral } from '../../src/fixes/sqlText';
import { staleGuard } from '../../src/fixes/staleGuard';
import type { FixRows } from '../../src/tables/table';
import { readFixRows } from '../../src/tables/taskManager/fixRows';
import { type JudgedRow } from '../../src/model/judgedRow';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { decided, fixCheck, HOSTILE, planOf, scriptOf } from '../support/fixes';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

const ROWS = 2500;
/** More than one batch of a script. */
const PROVEN = 2200;
const ODD_STATUS = `O'D\\D\n--$$`;

describePostgres('fix scripts', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  after(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });
  beforeEach(async () => {
    await createTaskTable(database);
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, updated_at, arguments, status_message)
       select 'shop.tasks', 'send', case when n % 7 = 0 then $2 when n % 3 = 0 then 'PENDING' else 'SCHEDULED' end,
              now() - interval '40 days', timestamptz '2025-06-01 00:00:00+00' + n * interval '1.000001 seconds',
              jsonb_build_object('args', jsonb_build_array(n)), case when n % 2 = 0 then '' end
         from generate_series(1, $1::int) as n`,
      [ROWS, ODD_STATUS],
    );
  });
  afterEach(async () => {
    await database.run(`drop table ${TABLE}`);
  });

  const hash = (where = 'true', table = TABLE): Promise<string | undefined> =>
    database.value(`select md5(string_agg(t::text, '|' order by id)) from ${table} as t where ${where}`);

  /** What a check kept of the rows: the first are proven finished. */
  async function judged(table = TABLE): Promise<JudgedRow[]> {
    const rows = await database.rows<{ id: string; status: string; seconds: string }>(
      `select id, status, extract(epoch from updated_at)::text as seconds from ${table}`,
    );
    return rows.map(({ id, status, seconds }) => ({
      id: Number(id),
      status,
      updatedAt: Number(seconds),
      verdict: 'finished',
      confidence: Number(id) <= PROVEN ? 'proven' : 'likely',
    }));
  }

  const read = (rows: readonly JudgedRow[], table = TABLE): Promise<FixRows> =>
    inSnapshot(database.url, async (snapshot) => readFixRows(snapshot, await findTable(snapshot, table), rows));

  async function plan(table?: string, moved = 0): Promise<FixPlan> {
    const { rows } = await read(await judged(table), table);
    return planOf(rows, fixCheck({ table: table ?? `"public"."${TABLE}"` }), 'every row', moved);
  }

  /** Runs a script in a session of its own. @returns what it counted */
  async function run(text: string): Promise<Record<string, string>> {
    const client = await database.session();
    try {
      const results = (await client.query(text)) as unknown as { rows: Record<string, string>[] }[];
      return results.find(({ rows }) => rows[0] && 'to_change' in rows[0])!.rows[0]!;
    } finally {
      await client.end();
    }
  }

  it('are written for rows with their exact times, and not for rows that moved since the check', async () => {
    const before_ = await judged();
    await database.run(`update ${TABLE} set updated_at = updated_at + interval '1 microsecond' where id = 3`);
    await database.run(`update ${TABLE} set status = 'DONE' where id = 4`);
    await database.run(`delete from ${TABLE} where id = 5`);
    const { rows, moved } = await read(before_);
    assert.equal(moved, 3);
    assert.equal(rows.length, ROWS - 3);
    assert.deepEqual(
      rows.slice(0, 3).map(({ id, status, updatedAt }) => [id, status, updatedAt]),
      [
        [1, 'SCHEDULED', '2025-06-01T00:00:01.000001Z'],
        [2, 'SCHEDULED', '2025-06-01T00:00:02.000002Z'],
        [6, 'PENDING', '2025-06-01T00:00:06.000006Z'],
      ],
    );
    assert.equal(rows.find(({ id }) => id === 7)?.status, ODD_STATUS);
  });

  it('change nothing before the one word is changed', async () => {
    const scripts = await plan();
    const before_ = await hash();
    const counts = await run(scriptOf(scripts, 'sql'));
    assert.deepEqual(counts, {
      listed: String(PROVEN),
      to_change: String(PROVEN),
      locked_by_others: '0',
      moved: '0',
      gone: '0',
    });
    assert.equal(await hash(), before_);
  });

  it('mark the proven rows that did not move, once, and put them back to the byte', async () => {
    const scripts = await plan();
    const [script, inverse] = [scriptOf(scripts, 'sql'), scriptOf(scripts, 'inverse-sql')];
    // Between check and run.
    await database.run(`update ${TABLE} set status = 'PENDING', updated_at = now() where id = 10`);
    await database.run(`update ${TABLE} set updated_at = updated_at + interval '1 microsecond' where id = 1100`);
    await database.run(`update ${TABLE} set status = 'CANCELLED' where id = 12`);
    await database.run(`delete from ${TABLE} where id in (13, 2100)`);
    const before_ = await hash();
    const untouched = `id > ${String(PROVEN)} or id in (10, 12, 14, 1100)`;
    const others = await hash(untouched);

    const counts = await withLock(14, () => run(decided(script, 'sql')));
    const changed = PROVEN - 6;
    assert.deepEqual(counts, {
      listed: String(PROVEN),
      to_change: String(changed),
      locked_by_others: '1',
      moved: '3',
      gone: '2',
    });
    assert.equal(await database.value(`select count(*)::int from ${TABLE} where status = 'DONE'`), String(changed));
    assert.equal(await hash(untouched), others);
    assert.equal(
      await database.value(`select string_agg(distinct updated_at::text, ',') from ${TABLE} where status = 'DONE'`),
      '2026-11-24 02:45:00.123+00',
    );

    const marked = await hash();
    assert.equal((await withLock(14, () => run(decided(script, 'sql')))).to_change, '0');
    assert.equal(await hash(), marked, 'a second run changed something');

    assert.equal((await run(inverse)).to_change, String(changed));
    assert.equal(await hash(), marked, 'the inverse must end in ROLLBACK too');
    await run(decided(inverse, 'sql'));
    assert.equal(await hash(), before_, 'the inverse did not restore the table');
    assert.equal((await run(decided(inverse, 'sql'))).to_change, '0');
    assert.equal(await hash(), before_, 'a second inverse changed something');
  });

  it('are not undone where the row moved after them', async () => {
    const scripts = await plan();
    await run(decided(scriptOf(scripts, 'sql'), 'sql'));
    await database.run(`update ${TABLE} set updated_at = now() where id = 20`);
    await database.run(`update ${TABLE} set status = 'PENDING' where id = 21`);
    const moved = await hash('id in (20, 21)');
    const counts = await run(decided(scriptOf(scripts, 'inverse-sql'), 'sql'));
    assert.equal(counts.moved, '2');
    assert.equal(await hash('id in (20, 21)'), moved);
    assert.equal(await database.value(`select count(*)::int from ${TABLE} where status = 'DONE'`), '1');
  });

  for (const kind of ['sql', 'inverse-sql'] as const) {
    it(`refuse everything behind the guard of an older script, also from a client that goes on after errors (${kind})`, async () => {
      const scripts = await plan();
      if (kind === 'inverse-sql') await run(decided(scriptOf(scripts, 'sql'), 'sql'));
      const before_ = await hash();
      const text = staleGuard('sql', '2026-11-24T03:00:00Z') + decided(scriptOf(scripts, kind), 'sql');
      const errors = await runOn(text);
      assert.match(errors[0] ?? '', /OUTDATED.*2026-11-24 03:00:00 UTC/);
      assert.equal(await hash(), before_);
    });
  }

  it('refuse behind that guard also where each error is taken back alone, as psql does with ON_ERROR_ROLLBACK', async () => {
    const script = decided(scriptOf(await plan(), 'sql'), 'sql');
    const before_ = await hash();
    assert.match((await runBySavepoints(staleGuard('sql', '2026-11-24T03:00:00Z') + script))[0] ?? '', /OUTDATED/);
    assert.equal(await hash(), before_);
    // Such a client runs a script that is not guarded.
    assert.deepEqual(await runBySavepoints(script), []);
    assert.notEqual(await hash(), before_);
  });

  it('keep hostile names, statuses and table names as data', async () => {
    const table = `"public"."ta""ble's $$ \\ ;\n--*/ x"`;
    await database.run(`create table ${table} (like ${TABLE} including all)`);
    const values = HOSTILE.map((text) => text.slice(0, 20));
    for (const [index, status] of values.entries()) {
      await database.run(
        `insert into ${table} (id, task_module, task_name, status, last_run) values ($1, $2, $3, $4, now())`,
        [index + 1, HOSTILE[index]!, HOSTILE.at(-index)!, status],
      );
    }
    const before_ = await hash('true', table);
    const { rows } = await read(await judged(table), table);
    for (const name of HOSTILE) {
      const scripts = planOf(rows, fixCheck({ table, connection: name, address: name, statuses: [name] }), name);
      await run(scriptOf(scripts, 'sql'));
      assert.equal(await hash('true', table), before_);
    }
    const scripts = planOf(rows, fixCheck({ table }));
    assert.equal((await run(decided(scriptOf(scripts, 'sql'), 'sql'))).to_change, String(values.length));
    assert.equal(await database.value(`select count(*)::int from ${table} where status <> 'DONE'`), '0');
    await run(decided(scriptOf(scripts, 'inverse-sql'), 'sql'));
    assert.equal(await hash('true', table), before_);
    await database.run(`drop table ${table}`);
  });

  for (const strings of ['on', 'off']) {
    it(`quote text that the server reads back as it was (standard_conforming_strings ${strings})`, async () => {
      const client = await database.session();
      await client.query(`set standard_conforming_strings = ${strings}; set escape_string_warning = off`);
      for (const text of [...HOSTILE, HOSTILE.filter((each) => !each.includes('\u2028')).join("'\\"), '', '\\', "'"]) {
        const { rows } = await client.query<{ text: string }>(`select ${sqlLiteral(text)} as text`);
        assert.equal(rows[0]!.text, text);
        const behind = await client.query<{ one: number }>(`${sqlComment([text, text])}select 1 as one`);
        assert.equal(behind.rows[0]!.one, 1);
      }
      await client.end();
    });
  }

  it('make an index outside of a transaction, from a document with comments', async () => {
    const index = [
      { text: `-- Makes it.\nCREATE INDEX CONCURRENTLY unfinished ON ${TABLE} (status) WHERE status NOT IN ('DONE');` },
      { text: '-- Drops it.\nDROP INDEX CONCURRENTLY public.unfinished;' },
    ];
    const { scripts } = planOf([], fixCheck({ index }));
    assert.equal(scripts.length, 1);
    await database.run(scripts[0]!.text);
    const valid = `select indisvalid::text from pg_index where indexrelid = to_regclass('unfinished')`;
    assert.equal(await database.value(valid), 'true');
    await database.run(/DROP INDEX .*;/.exec(scripts[0]!.text)![0]);
    assert.equal(await database.value(valid), undefined);
  });

  /** Another session works on this row meanwhile. */
  async function withLock<T>(id: number, work: () => Promise<T>): Promise<T> {
    const client: Client = await database.session();
    try {
      await client.query('begin');
      await client.query(`select 1 from ${TABLE} where id = $1 for update`, [id]);
      return await work();
    } finally {
      await client.end();
    }
  }

  /** Runs a script statement by statement, each in a savepoint of its own. @returns the errors */
  async function runBySavepoints(text: string): Promise<string[]> {
    const client = await database.session();
    const errors: string[] = [];
    for (const statement of text.replace(/^--.*$/gm, '').split(/;\n(?!declare|begin\n| {2}|end \$\$)/)) {
      const sql = statement.trim();
      if (sql === '') continue;
      const isOfTransaction = /^(begin|COMMIT)/.test(sql);
      if (!isOfTransaction) await client.query('savepoint one');
      await client.query(sql).catch(async (error: unknown) => {
        errors.push((error as Error).message);
        await client.query('rollback to savepoint one');
      });
      if (!isOfTransaction) await client.query('release savepoint one');
    }
    await client.end();
    return errors;
  }

  /** Runs a script as a client does that goes on after errors: part by part. @returns the errors */
  async function runOn(text: string): Promise<string[]> {
    const client = await database.session();
    const errors: string[] = [];
    for (const part of text.split('\n\n')) {
      await client.query(part).catch((error: unknown) => errors.push((error as Error).message));
    }
    await client.end();
    return errors;
  }
});
