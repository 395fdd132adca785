import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { startOwnPostgres, type OwnPostgres } from '../support/ownPostgres';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { check } from '../support/scans';
import { createSlowTasks } from '../support/taskTable';

/** On a server of its own: it is filled up and killed here. */
describe('faults of a whole PostgreSQL server', function () {
  this.timeout(60_000);
  let server: OwnPostgres;
  let database: TestDatabase;
  before(async () => {
    server = await startOwnPostgres({
      max_connections: '8',
      superuser_reserved_connections: '3',
      // What was written must be there after the kill.
      synchronous_commit: 'on',
    });
    database = await TestDatabase.create(server.url);
    await createSlowTasks(database);
  });
  after(async () => {
    await server.stop();
  });

  it('max_connections reached', async () => {
    const role = await database.createRole();
    await database.run(`grant select on all tables in schema public to ${role}`);
    const others: Client[] = [];
    try {
      for (;;) others.push(await database.session());
    } catch {
      // Full.
    }
    try {
      assert.ok(others.length > 2);
      const problem = await problemOf(() => check(database.urlAs(role)), 'too-many-connections');
      assert.match(problem.message, /no free connection \(.*(slots|too many clients).*max_connections/);
      await database.assertNothingLeft();
    } finally {
      await Promise.all(others.map((client) => client.end()));
    }
    await until(() => check(database.urlAs(role)).catch(() => undefined));
    await database.assertNothingLeft();
  });

  it('kill -9 of the session that serves us, in mid-query; the next check works', async () => {
    const running = problemOf(() => check(database.url, { table: 'slow' }), 'connection-lost');
    const pid = await database.untilRunning('from "public"."slow"');
    process.kill(pid, 'SIGKILL');
    const problem = await running;
    assert.match(problem.message, /Check again|then check again/);
    // The whole server starts anew then, and it says so to whoever comes meanwhile.
    const next = await until(() => check(database.url).catch(() => undefined));
    assert.equal(next.taskTypes.length, 1);
    const left = await until(() =>
      TestDatabase.attach(database.url)
        .then(async (again) => {
          const sessions = await again.ourSessions();
          await again.client.end();
          return sessions;
        })
        .catch(() => undefined),
    );
    assert.deepEqual(left, []);
  });

  it('the server stops in mid-query', async () => {
    const again = await TestDatabase.attach(database.url);
    const running = problemOf(() => check(database.url, { table: 'slow' }), 'connection-lost');
    await again.untilRunning('from "public"."slow"');
    const start = performance.now();
    await server.stop();
    const problem = await running;
    assert.ok(performance.now() - start < 10_000);
    assert.match(problem.message, /administrator|closed the connection/);
    await problemOf(() => check(database.url), 'refused');
  });
});
