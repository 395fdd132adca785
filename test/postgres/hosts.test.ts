import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_NAME } from '../../src/base/clientName';
import { readSessions } from '../../src/tables/taskManager/sessions/readSessions';
import { findTable } from '../../src/tables/findTable';
import { until, withClient } from '../support/database';
import { startPair, type OwnPostgres } from '../support/ownPostgres';
import { canary } from '../support/canary';
import { problemOf } from '../support/problems';
import { check, inSnapshot } from '../support/scans';
import { silentServer } from '../support/sockets';

describe('several hosts: a primary and its standby', function () {
  this.timeout(60_000);
  let folder: string;
  let pair: Awaited<ReturnType<typeof startPair>>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pair-'));
    pair = await startPair(folder, (url) =>
      withClient(url, async (client) => {
        await client.query(
          `create table task_manager_taskmanager (id bigserial primary key, task_module text, task_name text, status text, last_run timestamptz)`,
        );
        await client.query(
          `insert into task_manager_taskmanager (task_module, task_name, status, last_run) values ('shop.tasks', 'send', 'SCHEDULED', now() - interval '2000 hours')`,
        );
      }),
    );
  });
  after(async () => {
    await pair.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const server of [pair.primary, pair.standby]) {
      await until(async () => ((await sessionsOfOurs(server)) === 0 ? true : undefined), 2000);
    }
  });

  const url = (ports: readonly number[], options = ''): string => {
    const { password } = new URL(pair.primary.url);
    const hosts = ports.map((port) => `127.0.0.1:${String(port)}`).join(',');
    return `postgres://postgres:${password}@${hosts}/postgres?connect_timeout=2&${options}`;
  };
  const reached = async (target: string): Promise<'primary' | 'standby'> => {
    const rows = await inSnapshot(target, (snapshot) => snapshot.query('select pg_is_in_recovery() as standby'));
    return rows[0]?.standby === 't' ? 'standby' : 'primary';
  };

  it('are tried in order until one answers', async () => {
    const { primary, standby } = pair;
    assert.equal(await reached(url([primary.port, standby.port])), 'primary');
    assert.equal(await reached(url([standby.port, primary.port])), 'standby');
    assert.equal(await reached(url([1, standby.port])), 'standby');
    const silent = await silentServer();
    try {
      assert.equal(await reached(url([1, silent.port, primary.port])), 'primary', 'one that never answers, too');
    } finally {
      await silent.close();
    }
  });

  it('of which the standby does not know the sessions of the tasks', async () => {
    for (const { url: target } of [pair.primary, pair.standby]) {
      const told = await inSnapshot(target, async (snapshot) =>
        readSessions(snapshot, await findTable(snapshot, 'task_manager_taskmanager')),
      );
      const standby = target === pair.standby.url;
      assert.equal(told.report.state, standby ? 'unavailable' : 'ok');
      if (standby) assert.match(told.report.detail, /^this server is a standby: /);
    }
  });

  it('are chosen by target_session_attrs', async () => {
    const ports = [pair.primary.port, pair.standby.port];
    const backward = [...ports].reverse();
    for (const [kind, first, last] of [
      ['any', 'primary', 'standby'],
      ['read-write', 'primary', 'primary'],
      ['primary', 'primary', 'primary'],
      ['read-only', 'standby', 'standby'],
      ['standby', 'standby', 'standby'],
      ['prefer-standby', 'standby', 'standby'],
    ] as const) {
      assert.equal(await reached(url(ports, `target_session_attrs=${kind}`)), first, kind);
      assert.equal(await reached(url(backward, `target_session_attrs=${kind}`)), last, kind);
    }
    const alone = `target_session_attrs=prefer-standby`;
    assert.equal(await reached(url([pair.primary.port, 1], alone)), 'primary', 'preferred, not asked for');
  });

  it('none of which will do are named in one sentence', async () => {
    const problem = await problemOf(() => check(url([1, 2])), 'refused');
    assert.match(
      problem.message,
      /^None of 127\.0\.0\.1:1, 127\.0\.0\.1:2 can be used.*Connection refused at 127\.0\.0\.1:2/,
    );
    const { port } = pair.standby;
    const standby = await problemOf(() => check(url([port, 1], 'target_session_attrs=primary')), 'refused');
    assert.match(standby.message, /None of/);
    const single = await problemOf(() => check(url([port], 'target_session_attrs=read-write')), 'refused');
    assert.match(single.message, /is a standby, but target_session_attrs=read-write needs the other/);
  });

  it('a server that refuses the user ends the search, as in libpq', async () => {
    const wrong = url([pair.primary.port, pair.standby.port]).replace(/:[^:@]+@/, `:${canary('wrong')}@`);
    const problem = await problemOf(() => check(wrong), 'authentication');
    assert.match(problem.message, new RegExp(` at 127\\.0\\.0\\.1:${String(pair.primary.port)}, or no such user\\.$`));
    assert.ok(!problem.message.includes(canary('')));
  });

  it('a check can be cancelled on the server that answered', async () => {
    const stop = new AbortController();
    const target = url([1, pair.standby.port]);
    const running = problemOf(
      () => inSnapshot(target, (snapshot) => snapshot.query('select pg_sleep(30)'), stop.signal),
      'cancelled',
    );
    await until(async () => ((await sessionsOfOurs(pair.standby, 'pg_sleep')) === 1 ? true : undefined));
    const start = performance.now();
    stop.abort();
    await running;
    assert.ok(performance.now() - start < 15_000, 'half of what the statement would take');
    await until(async () => ((await sessionsOfOurs(pair.standby, 'pg_sleep')) === 0 ? true : undefined));
  });

  it('a whole check on the standby says that it is one', async () => {
    const { taskTypes, infrastructure } = await check(url([1, pair.standby.port]));
    assert.equal(taskTypes[0]?.count, 1);
    assert.match(JSON.stringify(infrastructure), /replica|standby|recovery/i);
  });
});

function sessionsOfOurs(server: OwnPostgres, text = ''): Promise<number> {
  return withClient(server.url, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where application_name = $1 and query like '%' || $2 || '%'`,
      [CLIENT_NAME, text],
    );
    return rows[0]!.n;
  });
}
