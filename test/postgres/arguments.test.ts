import assert from 'node:assert/strict';
import type { Diagnosis } from '../../src/model/diagnosis';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { textLog } from '../../src/report/textLog';
import { TestDatabase } from '../support/database';
import { check } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const BUDGET = 16 * 1024 * 1024;
const shownArguments = (found: Diagnosis): (string | undefined)[] =>
  found.taskTypes.flatMap((type) => type.samples.map((sample) => sample.arguments?.rawJSON));

describePostgres('arguments', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  after(() => database.drop());
  beforeEach(() => createTaskTable(database, { types: { arguments: 'jsonb' } }));
  afterEach(async () => {
    await database.run(`drop table ${TABLE}`);
    await database.assertNothingLeft();
  });

  /** Arguments as shown, for rows inserted in this order (newest last_run first). */
  async function shownFor(values: readonly (string | null)[]): Promise<Diagnosis> {
    await insertTasks(
      database,
      values.map((value, index) => ({ arguments: value, hoursAgo: 1000 + index })),
    );
    return check(database.url, { limit: 1000 });
  }

  it('of every kind come through', async () => {
    const nested = `{"a": ${'['.repeat(500)}1${']'.repeat(500)}}`;
    const found = await shownFor([
      null,
      'null',
      'true',
      '12',
      '"text"',
      '""',
      '[]',
      '{}',
      nested,
      '{"<b>": "</script>\\u001b[31m\\n\\u202e\u202e\u2028 \\"quoted\\""}',
    ]);
    assert.deepEqual(shownArguments(found), [
      undefined,
      'null',
      'true',
      '12',
      '"text"',
      '""',
      '[]',
      '{}',
      nested,
      '{"<b>": "</script>\\u001b[31m\\n\\u202e\\u202e\\u2028 \\"quoted\\""}',
    ]);
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    assert.equal(textLog(found).match(/^Arguments: /gm)?.length, 10);
  });

  it('keep the digits of numbers beyond 2^53', async () => {
    const digits =
      '{"big": 123456789012345678901234567890, "fine": 0.1000000000000000000000000000001, "edge": 9007199254740993}';
    const found = await shownFor([digits]);
    const shown = shownArguments(found)[0]!;
    for (const number of ['123456789012345678901234567890', '0.1000000000000000000000000000001', '9007199254740993']) {
      assert.ok(shown.includes(number));
      assert.ok(textLog(found).includes(number));
      assert.ok(diagnosisJson(found).includes(number));
    }
  });

  it('of one megabyte arrive whole', async () => {
    await insertTasks(database, [{}]);
    await database.run(`update ${TABLE} set arguments = jsonb_build_object('x', repeat('é', 1000000))`);
    assert.equal(shownArguments(await check(database.url))[0], `{"x": "${'é'.repeat(1_000_000)}"}`);
  });

  it('with chosen keys are masked, the others are not', async () => {
    const found = await shownFor(['{"user": "bob", "password": "hunter2", "deep": [{"api_key": {"x": "hunter2"}}]}']);
    assert.doesNotMatch(diagnosisJson(found) + textLog(found), /hunter2/);
    assert.match(textLog(found), /"user": "bob"/);
    assert.match(textLog(await check(database.url, { maskedKeys: ['user'] })), /"user": "\*\*\*"/);
  });

  it('that fill the budget are cut, all samples of a check together, and the cut is said', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, arguments)
       select 'm', 't' || i % 3, 'SCHEDULED', now() - interval '1000 hours' - i * interval '1 second', jsonb_build_object('password', repeat('hunter2', 10), 'x', repeat('é', 20000))
         from generate_series(1, 900) i`,
    );
    const found = await check(database.url, { limit: 1000 });
    const shown = shownArguments(found);
    assert.equal(shown.length, 900);
    const bytes = shown.reduce((sum, text) => sum + Buffer.byteLength(text!), 0);
    assert.ok(bytes < BUDGET + 900 * 5000, `${String(bytes)} bytes for 36 MB of arguments`);
    const cut = shown.filter((text) => text!.includes('(cut: '));
    assert.ok(cut.length > 400 && cut.length < 700, `${String(cut.length)} cut`);
    for (const text of cut)
      assert.match(
        JSON.parse(text!) as string,
        /^\{"x": "é+… \(cut: 40,\d\d\d bytes in the row\)$|^\{"password": "\*\*\*", "x": "é+… \(cut: 40,\d\d\d bytes in the row\)$/,
      );
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    assert.doesNotMatch(shown.join(), /hunter2/);
  });

  it('of many megabytes do not fill the memory', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, arguments)
       select 'm', 't', 'SCHEDULED', now() - interval '1000 hours', jsonb_build_object('x', repeat('y', 1000000)) from generate_series(1, 100) i`,
    );
    const before = process.memoryUsage().rss;
    const found = await check(database.url, { limit: 100 });
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 400, `${grown.toFixed(0)} MB more`);
    assert.equal(shownArguments(found).filter((text) => !text!.includes('(cut: ')).length, 16);
  });

  it('in a text column that are no JSON are shown as text, with what can be masked', async () => {
    await database.run(`drop table ${TABLE}`);
    await createTaskTable(database, { types: { arguments: 'text' } });
    const found = await shownFor([
      '',
      'hello big world',
      '{"a": 1,',
      "{'a': 1}",
      '{"a": NaN}',
      '{"password": "hunter2", "a',
      '12 13',
      '{"ok": 1}',
    ]);
    const values = shownArguments(found).map((raw) => JSON.parse(raw!) as unknown);
    assert.deepEqual(values, [
      '',
      'hello big world',
      '{"a": 1,',
      "{'a': 1}",
      '{"a": NaN}',
      '{"password": "***", "a',
      '12 13',
      { ok: 1 },
    ]);
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
  });

  it('are cut by their characters, in a database of another encoding too', async () => {
    const name = `${database.name}_latin`;
    // The server's own locale may be one that only UTF-8 has.
    const provider = database.majorVersion >= 15 ? 'locale_provider libc' : '';
    await database.run(
      `create database ${name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C' ${provider}`,
    );
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    try {
      const { Client } = await import('pg');
      const client = new Client({ connectionString: url.href });
      await client.connect();
      await client.query(
        `create table ${TABLE} (id int primary key, task_module text, task_name text, status text, last_run timestamptz, arguments jsonb)`,
      );
      await client.query(
        `insert into ${TABLE} select i, 'm', 't', 'SCHEDULED', now() - interval '1000 hours', jsonb_build_object('x', repeat('é', case i when 5 then 17000000 else 3000 end)) from generate_series(1, 5) i`,
      );
      await client.end();
      const found = await check(url.href);
      assert.equal(shownArguments(found).filter((text) => text!.includes('(cut: ')).length, 5);
      assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    } finally {
      await database.run(`drop database ${name}`);
    }
  });
});
