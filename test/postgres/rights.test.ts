import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findRelation } from '../../src/sql/relation';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

interface Reported {
  readonly case: string;
  readonly sql: readonly string[];
  readonly must: readonly string[];
  readonly mustNot: readonly string[];
}

const REPORTED = readFileSync('test/fixtures/reported/rights.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Reported);

describePostgres('what is missing to read the table', (serverUrl) => {
  let database: TestDatabase;
  let role: string;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await createTaskTable(database, { name: 'model' });
    await insertTasks(database, [{}]);
    role = await database.createRole();
  });
  afterEach(() => database.drop());

  const tenant = (schema: string): string =>
    `create schema ${schema}; create table ${schema}.${TABLE} (like public.model); grant usage on schema ${schema} to ${role}; grant select on ${schema}.${TABLE} to ${role}`;

  for (const { case: name, sql, must, mustNot } of REPORTED)
    it(`as it was reported: ${name}`, async () => {
      for (const one of sql) {
        if (one.startsWith('a table of that name in each')) {
          for (const schema of ['tenant1', 'tenant2'])
            await database.run(`create table ${schema}.${TABLE} (like public.${TABLE})`);
          await database.run(`drop table public.${TABLE}`);
        } else
          await database.run(
            one.replace(/\breader\b/g, role).replace('on database current', `on database ${database.name}`),
          );
      }
      const kind = /connect|usage/.test(name) ? 'permission' : 'table-missing';
      // In a schema without USAGE that is the first thing that is missing.
      const ask = () => check(database.urlAs(role));
      const problem = await problemOf(
        ask,
        sql.some((one) => one.startsWith('create schema')) ? 'permission' : kind,
      ).catch(() => problemOf(ask, kind));
      for (const part of must) assert.ok(problem.message.includes(part), problem.message);
      for (const part of mustNot) assert.ok(!problem.message.includes(part), problem.message);
    });

  it('USAGE of a schema, with what else to grant', async () => {
    await database.run('revoke usage on schema public from public');
    const both = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(
      both.message,
      /^No permission to use the schema "public", .*GRANT USAGE ON SCHEMA "public" TO "role_\w+" and GRANT SELECT ON "public"/,
    );
    await database.run(`grant select on ${TABLE} to ${role}`);
    const usage = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(usage.message, /GRANT USAGE ON SCHEMA "public" TO "role_\w+"\.$/);
    // Also of a name with its schema, where PostgreSQL itself fails.
    const named = await problemOf(() => check(database.urlAs(role), { table: `public.${TABLE}` }), 'permission');
    assert.match(named.message, /GRANT USAGE ON SCHEMA "public"/);
  });

  it('USAGE of the schema that "$user" stands for', async () => {
    await database.run(
      `create schema ${role}; alter table ${TABLE} set schema ${role}; grant select on ${role}.${TABLE} to ${role}`,
    );
    const problem = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(problem.message, new RegExp(`GRANT USAGE ON SCHEMA "${role}"`));
  });

  it('USAGE, while a table of another schema on the path can be read: that one is read, and the other named', async () => {
    await database.run(`create schema closed; create table closed.${TABLE} (like public.${TABLE})`);
    await database.run(`grant select on ${TABLE} to ${role}; alter role ${role} set search_path = closed, public`);
    const found = await check(database.urlAs(role));
    assert.equal(found.taskTypes[0]!.count, 1);
    assert.match(found.sources[0]!.detail, /also in schema "closed", and was not read there/);
  });

  it('SELECT on the table, or on a column that every check needs', async () => {
    const none = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(
      none.message,
      /^No permission to read "public"\."task_manager_taskmanager"\. Grant it: GRANT SELECT ON/,
    );
    await database.run(`grant select (id, task_module, task_name, status) on ${TABLE} to ${role}`);
    const column = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(column.message, /No permission to read the column last_run of/);
  });

  it('the schema: of a table for each tenant it names one to choose', async () => {
    await database.run(`drop table public.${TABLE}`);
    const none = await problemOf(() => check(database.urlAs(role)), 'table-missing');
    assert.match(none.message, /There is no table "task_manager_taskmanager" in this database/);
    await database.run(tenant('tenant1'));
    const one = await problemOf(() => check(database.urlAs(role)), 'table-missing');
    assert.match(
      one.message,
      /is in schema "tenant1", which the search_path of this role \("\$user", public\) does not name: write tenant1\.task_manager_taskmanager in celeryTasks\.table/,
    );
    assert.equal((await check(database.urlAs(role), { table: `tenant1.${TABLE}` })).taskTypes.length, 0);
    for (const schema of ['"Tenant Two"', 'tenant3', 'tenant4']) await database.run(tenant(schema));
    const many = await problemOf(() => check(database.urlAs(role)), 'table-missing');
    assert.match(many.message, /in schemas "Tenant Two", "tenant1", "tenant3" and "tenant4", .*: choose one of them/);
    const wrong = await problemOf(() => check(database.urlAs(role), { table: `tenant9.${TABLE}` }), 'table-missing');
    assert.match(
      wrong.message,
      /no table "tenant9"\."task_manager_taskmanager" in this database, but one of that name in schemas/,
    );
  });

  it('the search_path of the connection', async () => {
    await database.run(`${tenant('tenant1')}; grant select on ${TABLE} to ${role}`);
    const url = `${database.urlAs(role)}?options=${encodeURIComponent('-c search_path=nowhere')}`;
    const problem = await problemOf(() => check(url), 'table-missing');
    assert.match(
      problem.message,
      /in schemas "public" and "tenant1", which the search_path of this role \(nowhere\) does not name/,
    );
  });

  it('CONNECT to the database', async () => {
    await database.run(`revoke connect on database ${database.name} from public`);
    const problem = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(
      problem.message,
      new RegExp(`no permission to connect to the database ${database.name}\\. .*GRANT CONNECT ON DATABASE`),
    );
  });

  it('USAGE of the schema of a table that effects are looked for in', async () => {
    await database.run(`create table parcel (id bigint); grant select on parcel to ${role}`);
    await database.run('revoke usage on schema public from public');
    const look = (name: string) => inSnapshot(database.urlAs(role), (snapshot) => findRelation(snapshot, name));
    const relation = await look('"parcel"');
    assert.ok(typeof relation === 'object' && relation.readable.size === 0);
    assert.equal(await look('"public"."parcel"'), 'forbidden');
    assert.equal(await look('"no_such"'), 'missing');
  });
});
