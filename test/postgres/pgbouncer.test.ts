import assert from 'node:assert/strict';
import { Client } from 'pg';
import { diagnose } from '../../src/check/diagnose';
import { readPage } from '../../src/tables/page';
import { canary } from '../support/canary';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot, OPTIONS, snapshots } from '../support/scans';
import { describePostgres, pgbouncerUrl } from '../support/servers';
import { createSlowTasks, insertTasks, TABLE } from '../support/taskTable';

/** All that a session keeps beyond a transaction. */
const LEFT_BEHIND = `select json_build_object(
  'settings', (select json_object_agg(name, setting order by name) from pg_settings where name <> 'application_name'),
  'prepared', (select count(*) from pg_prepared_statements),
  'cursors', (select count(*) from pg_cursors),
  'channels', (select count(*) from pg_listening_channels()),
  'locks', (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'),
  'temporary', (select count(*) from pg_class where relpersistence = 't'))::text as kept, pg_backend_pid() as pid`;

describePostgres('a real PgBouncer in transaction mode', (serverUrl) => {
  let database: TestDatabase;
  let url: string;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createSlowTasks(database);
    await insertTasks(
      database,
      Array.from({ length: 30 }, (_, index) => ({ hoursAgo: 2000 + index })),
    );
    const through = new URL(pgbouncerUrl(serverUrl));
    through.pathname = `/${database.name}`;
    url = through.href;
  });
  after(() => database.drop());
  afterEach(async () => {
    // The session in the pool bears the name of its last client until the next one comes.
    await asAnother((client) => client.query('select 1'));
    await database.assertNothingLeft();
  });

  /** What another client of the pooler does, in the one session that there is. */
  async function asAnother<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: url, application_name: 'another' });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Runs `work` and fails when the session that it used is not as it was. */
  async function leavingNothing(work: () => Promise<unknown>): Promise<void> {
    const look = (): Promise<{ kept: string; pid: string }> =>
      asAnother(async (client) => (await client.query<{ kept: string; pid: string }>(LEFT_BEHIND)).rows[0]!);
    const before = await look();
    await work();
    const after = await look();
    assert.equal(after.pid, before.pid, 'the same session of the server, or nothing is proven');
    assert.deepEqual(JSON.parse(after.kept), JSON.parse(before.kept));
    await asAnother((client) => client.query('create table writable (id int); drop table writable'));
  }

  it('a role and a schema of the options leave nothing behind', async () => {
    const role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}`);
    const options = encodeURIComponent(`-c role=${role} -c search_path=public,elsewhere`);
    await leavingNothing(async () => {
      const asked = "select current_user as who, current_setting('search_path') as path";
      const rows = await inSnapshot(`${url}?options=${options}`, (snapshot) => snapshot.query(asked));
      assert.deepEqual(rows, [{ who: role, path: 'public,elsewhere' }]);
      assert.equal((await check(`${url}?options=${options}`)).taskTypes[0]?.count, 31);
    });
    // It would stay as an empty value in a session that others use.
    const own = await problemOf(() => check(`${url}?options=-c%20shop.tenant%3D1`), 'refused');
    assert.match(own.message, /rejects the connection's options \(shop\.tenant\)/);
  });

  it('a check finds the same as without it', async () => {
    await leavingNothing(async () => {
      const { taskTypes } = await check(url);
      assert.equal(taskTypes[0]?.count, 31);
      const direct = (await check(database.url)).taskTypes;
      const stable = ({ taskModule, taskName, count, samples }: (typeof direct)[number]): unknown[] => [
        taskModule,
        taskName,
        count,
        samples,
      ];
      assert.deepEqual(taskTypes.map(stable), direct.map(stable));
    });
  });

  it('a verification of every row', async () => {
    const verification = { askWorkers: false, maxQueueScan: 1000, effects: [] };
    const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
    await leavingNothing(async () => {
      const { taskTypes } = await diagnose({ postgres: snapshots(url) }, { ...OPTIONS, verification }, quiet);
      assert.deepEqual(taskTypes[0]?.verdicts, { unknown: 31 });
    });
  });

  it('pages of samples', async () => {
    const type = { taskModule: 'shop.tasks', taskName: 'send' };
    const olderThan = '2100-01-01T00:00:00Z';
    await leavingNothing(async () => {
      const request = { table: TABLE, type, statuses: ['SCHEDULED'], olderThan, size: 20, maskedKeys: [] };
      const first = await inSnapshot(url, (snapshot) => readPage(snapshot, request));
      const { lastRun, id } = first.at(-1)!;
      const rest = await inSnapshot(url, (snapshot) => readPage(snapshot, { ...request, after: { lastRun, id } }));
      assert.deepEqual([first.length, rest.length], [20, 11]);
    });
  });

  it('cannot be written through', async () => {
    await leavingNothing(async () => {
      const attempt = inSnapshot(url, (snapshot) => snapshot.query(`delete from ${TABLE}`));
      await assert.rejects(attempt, /read-only transaction/);
    });
  });

  it('a check that is cancelled ends on the server', async () => {
    await leavingNothing(async () => {
      const stop = new AbortController();
      const running = problemOf(() => check(url, { table: 'slow' }, { signal: stop.signal }), 'cancelled');
      await database.untilRunning('from "public"."slow"');
      const start = performance.now();
      stop.abort();
      await running;
      assert.ok(performance.now() - start < 15_000, 'half of what the statement would take');
      await until(
        async () => (await database.ourSessions()).every((session) => session.state !== 'active') || undefined,
      );
    });
  });

  it('a statement that takes too long, and one that fails', async () => {
    await leavingNothing(async () => {
      await problemOf(() => check(url, { table: 'slow' }, { postgres: { statementTimeoutMs: 200 } }), 'timeout');
      await problemOf(() => check(url, { table: 'nowhere' }), 'table-missing');
    });
  });

  it('refuses a wrong password and an unknown database in one sentence', async () => {
    const changed = (change: (made: URL) => void): string => {
      const made = new URL(url);
      change(made);
      return made.href;
    };
    const wrong = await problemOf(() => check(changed((made) => (made.password = canary('wrong')))), 'authentication');
    assert.ok(!wrong.message.includes(canary('')));
    const missing = await problemOf(
      () => check(changed((made) => (made.pathname = '/no_such_one'))),
      'database-missing',
    );
    assert.match(missing.message, /no_such_one/);
  });
});
