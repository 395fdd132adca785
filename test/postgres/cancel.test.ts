import assert from 'node:assert/strict';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { proxy, silentServer } from '../support/sockets';
import { createSlowTasks } from '../support/taskTable';
import { quickest } from '../support/quickest';

describePostgres('cancelling', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createSlowTasks(database);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  it('ends the query on the server within a second', async () => {
    const took = await quickest(1000, async () => {
      const stop = new AbortController();
      const running = problemOf(() => check(database.url, { table: 'slow' }, { signal: stop.signal }), 'cancelled');
      await database.untilRunning('from "public"."slow"');
      const start = performance.now();
      stop.abort();
      await until(
        async () => (await database.ourSessions()).every((session) => session.state !== 'active') || undefined,
      );
      await running;
      return performance.now() - start;
    });
    assert.ok(took <= 1000, `${took.toFixed(0)} ms`);
  });

  it('ends the query of a role without any rights beyond the table', async () => {
    const role = await database.createRole();
    await database.run(`grant select on slow to ${role}`);
    const stop = new AbortController();
    const running = problemOf(
      () => check(database.urlAs(role), { table: 'slow' }, { signal: stop.signal }),
      'cancelled',
    );
    await database.untilRunning('from "public"."slow"');
    stop.abort();
    await running;
  });

  it('before the start connects to nothing', async () => {
    const silent = await silentServer();
    let lines = 0;
    const count = setInterval(() => (lines = Math.max(lines, silent.lines.size)), 1);
    await problemOf(
      () => check(`postgres://bob@127.0.0.1:${String(silent.port)}/db`, {}, { signal: AbortSignal.abort() }),
      'cancelled',
    );
    await problemOf(
      () =>
        snapshots(`postgres://bob@127.0.0.1:${String(silent.port)}/db`).read(
          () => Promise.resolve(1),
          AbortSignal.abort(),
        ),
      'cancelled',
    );
    clearInterval(count);
    assert.equal(lines, 0);
    await silent.close();
  });

  it('while connecting is heard at once, at whatever moment', async () => {
    const silent = await silentServer();
    try {
      for (const moment of [0, 1, 5, 150]) {
        const took = await quickest(500, async () => {
          const stop = new AbortController();
          const running = problemOf(
            () => check(`postgres://bob@127.0.0.1:${String(silent.port)}/db`, {}, { signal: stop.signal }),
            'cancelled',
          );
          if (moment > 0) await new Promise((resolve) => setTimeout(resolve, moment));
          const start = performance.now();
          stop.abort();
          await running;
          return performance.now() - start;
        });
        assert.ok(took <= 500, `after ${String(moment)} ms: ${took.toFixed(0)} ms`);
      }
      await until(() => Promise.resolve(silent.lines.size === 0 || undefined));
    } finally {
      await silent.close();
    }
  });

  it('is heard at every step of a check', async () => {
    const labels: string[] = [];
    await check(database.url, {}, { onProgress: (event) => labels.push(event.label) });
    // With the last one the answer is there already.
    for (const moment of labels.slice(0, -1).keys()) {
      const stop = new AbortController();
      let seen = 0;
      const onProgress = (): void => {
        if (seen++ === moment) stop.abort();
      };
      const problem = await problemOf(() => check(database.url, {}, { signal: stop.signal, onProgress }), 'cancelled');
      assert.equal(problem.message, 'The check was cancelled.', labels[moment]);
    }
  });

  it('between two statements ends the snapshot before the next', async () => {
    const stop = new AbortController();
    await problemOf(
      () =>
        inSnapshot(
          database.url,
          async (snapshot) => {
            await snapshot.query('select 1');
            stop.abort();
            return snapshot.query('select 2');
          },
          stop.signal,
        ),
      'cancelled',
    );
  });

  it('comes to an end when the line is dead, too', async () => {
    const { hostname, port } = new URL(serverUrl);
    let frozen = false;
    const line = await proxy({ host: hostname, port: Number(port) }, () => frozen);
    const url = new URL(database.url);
    url.port = String(line.port);
    try {
      const stop = new AbortController();
      const running = problemOf(() => check(url.href, { table: 'slow' }, { signal: stop.signal }), 'cancelled');
      await database.untilRunning('from "public"."slow"');
      frozen = true;
      const start = performance.now();
      stop.abort();
      await running;
      assert.ok(performance.now() - start < 10_000);
    } finally {
      await line.close();
      // On a real dead line PostgreSQL 14 and later see it within 5 s (client_connection_check_interval).
      await database.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'celery-task-diagnostics' and datname = current_database()",
      );
    }
  });
});
