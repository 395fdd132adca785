import assert from 'node:assert/strict';
import { canary } from '../support/canary';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { check } from '../support/scans';
import { withRules } from '../support/serverRules';
import { describePostgres } from '../support/servers';
import { slowLink } from '../support/slowLink';
import { silentServer } from '../support/sockets';
import { createSlowTasks, TABLE } from '../support/taskTable';

describePostgres('faults', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createSlowTasks(database);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it('no such table', async () => {
    const problem = await problemOf(() => check(database.url, { table: 'other.tasks' }), 'table-missing');
    assert.match(problem.message, /no table "other"\."tasks"/);
    await problemOf(() => check(database.url, { table: `${TABLE}_id_seq` }), 'table-missing');
  });

  it('a table that is not the task manager', async () => {
    await database.run('create table other (id int)');
    const problem = await problemOf(() => check(database.url, { table: 'other' }), 'wrong-table');
    assert.match(problem.message, /task_module, task_name, status, last_run/);
  });

  it('no such database', async () => {
    const problem = await problemOf(() => check(urlWith((url) => (url.pathname = '/no_such_one'))), 'database-missing');
    assert.match(problem.message, /no_such_one/);
  });

  it('nothing listens, and a name nobody knows', async () => {
    await problemOf(() => check(`postgres://bob:${canary('fault')}@127.0.0.1:1/db`), 'refused');
    await problemOf(() => check(`postgres://bob:${canary('fault')}@no-such-host.invalid/db`), 'host-not-found');
    const inDocker = await problemOf(
      () => check(`postgres://bob:${canary('fault')}@no-such-service/db`),
      'host-not-found',
    );
    assert.match(inDocker.message, /no-such-service".*Docker service, use localhost/);
    await problemOf(() => check('postgres://bob@%2Fno%2Fsuch%2Ffolder/db'), 'refused');
  });

  it('TLS is asked for and the server has none', async () => {
    if ((await database.value('show ssl')) === 'on') return;
    await problemOf(() => check(`${database.url}?sslmode=require`), 'tls');
    await problemOf(() => check(`${database.url}?sslmode=verify-full&sslrootcert=/no/such.pem`), 'tls');
  });

  it('a wrong password, and none', async () => {
    const role = await database.createRole();
    await withPasswordsAsked(database, role, async () => {
      const wrong = await problemOf(() => check(database.urlAs(role, canary('wrong'))), 'authentication');
      assert.match(wrong.message, new RegExp(`^Wrong password for ${role} at`));
      assert.ok(!wrong.message.includes(canary('')));
      const none = await problemOf(
        () => check(urlWith((url) => ([url.username, url.password] = [role, '']))),
        'authentication',
      );
      assert.match(none.message, /none is stored|Wrong password/);
      await problemOf(() => check(database.urlAs(role)), 'permission');
    });
  });

  it('a statement that takes too long is ended by the server', async () => {
    const start = performance.now();
    const problem = await problemOf(
      () => check(database.url, { table: 'slow' }, { postgres: { statementTimeoutMs: 200 } }),
      'timeout',
    );
    assert.match(problem.message, /statement timeout/);
    assert.ok(performance.now() - start < 15_000, 'half of what the statement would take');
  });

  it('another session that holds the table', async () => {
    const other = await database.session();
    await other.query(`begin; lock table ${TABLE} in access exclusive mode`);
    try {
      await problemOf(() => check(database.url), 'lock');
    } finally {
      await other.end();
    }
    assert.equal((await check(database.url)).taskTypes.length, 1);
  });

  it('an ALTER TABLE that waits for another session', async () => {
    const reader = await database.session();
    const changer = await database.session();
    await reader.query(`begin; select count(*) from ${TABLE}`);
    const { rows } = await changer.query<{ pid: number }>('select pg_backend_pid() as pid');
    const altering = changer.query(`alter table ${TABLE} add column later int`);
    try {
      await until(async () =>
        (await database.value('select 1 from pg_stat_activity where pid = $1 and wait_event_type = $2', [
          rows[0]!.pid,
          'Lock',
        ])) === undefined
          ? undefined
          : true,
      );
      const start = performance.now();
      const problem = await problemOf(() => check(database.url), 'lock');
      assert.match(problem.message, /ALTER TABLE/);
      assert.ok(performance.now() - start < 20_000, 'it does not wait with the others');
    } finally {
      await reader.query('rollback');
      await altering;
      await Promise.all([reader.end(), changer.end()]);
    }
    assert.equal((await check(database.url)).taskTypes.length, 1);
  });

  it('the connection limit of a role, and of a database', async () => {
    const role = await database.createRole();
    await database.run(`grant select on all tables in schema public to ${role}; alter role ${role} connection limit 0`);
    const ofRole = await problemOf(() => check(database.urlAs(role)), 'too-many-connections');
    assert.match(ofRole.message, /too many connections for role .*CONNECTION LIMIT/);
    await database.run(`alter role ${role} connection limit 1; alter database ${database.name} connection limit 0`);
    const ofDatabase = await problemOf(() => check(database.urlAs(role)), 'too-many-connections');
    assert.match(ofDatabase.message, /too many connections for database/);
    await database.run(`alter database ${database.name} connection limit -1`);
    assert.equal((await check(database.urlAs(role))).taskTypes.length, 1);
    await database.run(`alter role ${role} nologin`);
    await problemOf(() => check(database.urlAs(role)), 'authentication');
  });

  it('a slow link only takes longer', async () => {
    const { hostname, port } = new URL(serverUrl);
    const link = await slowLink({ host: hostname, port: Number(port) }, 5, 200);
    try {
      const slow = urlWith((url) => (url.port = String(link.port)));
      assert.equal((await check(slow)).taskTypes.length, 1);
      const stop = new AbortController();
      const running = problemOf(() => check(slow, { table: 'slow' }, { signal: stop.signal }), 'cancelled');
      await database.untilRunning('from "public"."slow"');
      const start = performance.now();
      stop.abort();
      await running;
      assert.ok(performance.now() - start < 15_000, 'half of what the statement would take');
      // It was ended, and not only left: then it would still run.
      await database.assertNothingLeft();
    } finally {
      await link.close();
    }
    const crawling = await slowLink({ host: hostname, port: Number(port) }, 200, 4);
    try {
      const url = urlWith((made) => (made.port = String(crawling.port)));
      await problemOf(() => check(url, {}, { postgres: { connectTimeoutMs: 500 } }), 'timeout');
    } finally {
      await crawling.close();
    }
  });

  it('a server that accepts and never answers', async () => {
    const silent = await silentServer();
    try {
      const start = performance.now();
      await problemOf(
        () =>
          check(
            `postgres://bob:${canary('fault')}@127.0.0.1:${String(silent.port)}/db`,
            {},
            { postgres: { connectTimeoutMs: 300 } },
          ),
        'timeout',
      );
      assert.ok(performance.now() - start < 8000, 'half of the usual patience');
      await until(() => Promise.resolve(silent.lines.size === 0 || undefined));
    } finally {
      await silent.close();
    }
  });

  it('a session that an administrator ends', async () => {
    const running = problemOf(() => check(database.url, { table: 'slow' }), 'connection-lost');
    const pid = await database.untilRunning('from "public"."slow"');
    await database.run('select pg_terminate_backend($1)', [pid]);
    await running;
  });

  it('a value in the table that makes the query fail', async () => {
    await database.run(
      `create view broken as select id, task_module, task_name, status, last_run + (1 / (id - id)) * interval '1 hour' as last_run from ${TABLE}`,
    );
    const problem = await problemOf(() => check(database.url, { table: 'broken' }), 'unknown');
    assert.match(problem.message, /division by zero/);
  });
});

/** Makes the server ask this role for a password, whatever its other rules are, while `work` runs. */
async function withPasswordsAsked(database: TestDatabase, role: string, work: () => Promise<void>): Promise<void> {
  await database.run(`set password_encryption = 'scram-sha-256'; alter role ${role} password '${canary('role')}'`);
  await withRules(database, [`host all ${role} all scram-sha-256`], work);
}
