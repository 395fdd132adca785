import assert from 'node:assert/strict';
import { canary } from '../support/canary';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { check } from '../support/scans';
import { describePostgres } from '../support/servers';
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
      assert.match(wrong.message, new RegExp(`refused the password of user ${role}`));
      assert.ok(!wrong.message.includes(canary('')));
      const none = await problemOf(
        () => check(urlWith((url) => ([url.username, url.password] = [role, '']))),
        'authentication',
      );
      assert.match(none.message, /none is known|refused the password/);
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
    assert.ok(performance.now() - start < 3000);
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
      assert.ok(performance.now() - start < 2000);
      await until(() => Promise.resolve(silent.lines.size === 0 || undefined), 1000);
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
  const file = await database.value('show hba_file');
  const rules = await database.value('select pg_read_file($1)', [file]);
  const write = async (text: string): Promise<void> => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const rows = lines.map((line) => `(E'${line.replace(/\t/g, ' ').replaceAll('\\', '').replaceAll("'", "''")}')`);
    await database.run(`copy (values ${rows.join(', ')}) to '${file!}'`);
    await database.run('select pg_reload_conf()');
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  await database.run(`set password_encryption = 'scram-sha-256'; alter role ${role} password '${canary('role')}'`);
  await write(`host all ${role} all scram-sha-256\n${rules!}`);
  try {
    await work();
  } finally {
    await write(rules!);
  }
}
