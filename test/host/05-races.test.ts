import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../src/connect/profile';
import { openSources } from '../../src/connect/openSources';
import type { Servers } from '../../src/connect/servers';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { Problem } from '../../src/base/problem';
import { Checks } from '../../src/vscode/checks/checks';
import { Connections } from '../../src/vscode/connections/connections';
import { StuckTasksTree } from '../../src/vscode/tree/stuckTasksTree';
import { silentServer } from '../support/sockets';
import { check, databaseUrl, extension, firstType, setting, sql, until, untilNoQuery, untilSlow } from './support';

/** Opens the database of a profile, and these servers besides. */
function opened(more: Omit<Servers, 'database'> = {}): Connections {
  const options = { statementTimeoutMs: 60_000, namedByPerson: true };
  return {
    open: ({ database }: ConnectionProfile) => openSources({ database, ...more }, options),
  } as unknown as Connections;
}

/** Checks of our own on the real database, so that tests can cancel at will; only the look-up of the password is left out. */
function ownChecks(): { checks: Checks; profile: ConnectionProfile; slow: ConnectionProfile } {
  const connections = opened();
  const output = vscode.window.createOutputChannel('Races', { log: true });
  const database = parsePostgresUrl(databaseUrl(), 'TEST_DATABASE_URL');
  const profile: ConnectionProfile = { id: 'test:quick', name: 'quick', origin: 'environment', database, written: {} };
  return {
    checks: new Checks(connections, output),
    profile,
    slow: { ...profile, id: 'test:slow', name: 'slow', table: 'slow_races' },
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('Races', () => {
  before(async () => {
    await sql(
      'create or replace view slow_races as select t.* from task_manager_taskmanager t where pg_sleep(0.2) is not null',
    );
  });
  after(async () => {
    await sql('drop view slow_races');
  });

  it('checks again right after a cancel, instead of joining the check that dies', async () => {
    const { checks, slow } = ownChecks();
    const stop = new AbortController();
    const first = checks.run(slow, {}, stop.signal);
    await untilSlow('slow_races');
    stop.abort();
    const again = new AbortController();
    const second = checks.run(slow, {}, again.signal);
    await assert.rejects(first, (error) => error instanceof Problem && error.kind === 'cancelled');
    await until(
      () => checks.state.running?.progress?.label.startsWith('Querying database'),
      'the second check to be under way',
    );
    again.abort();
    await assert.rejects(second);
    await untilNoQuery();
  });

  it('cancels a check when another connection is chosen meanwhile', async () => {
    const { checks, slow, profile } = ownChecks();
    const running = checks.run(slow, {}, never());
    await untilSlow('slow_races');
    checks.turnTo({ ...profile, id: 'test:other' });
    await assert.rejects(running);
    assert.equal(checks.state.result, undefined);
    await untilNoQuery();
  });

  it('shows the last result of a connection again when it is chosen again, and what changed since', async () => {
    const { checks, profile } = ownChecks();
    const elsewhere = { ...profile, id: 'test:other', name: 'other' };
    const first = await checks.run(profile, { hours: 906 }, never());
    assert.equal(first.since, undefined, 'there is nothing to compare with');
    checks.turnTo(elsewhere);
    assert.equal(checks.state.result, undefined, 'nothing is known of the other one');
    const other = await checks.run(elsewhere, { hours: 2000 }, never());
    checks.turnTo(profile);
    assert.equal(checks.state.result, first);
    assert.equal(checks.lastResultOf(elsewhere.id)?.finishedAt, other.finishedAt);
    const again = await checks.run(profile, { hours: 906 }, never());
    assert.equal(again.since?.change, 0);
    assert.equal((await checks.run(profile, { hours: 2000 }, never())).since?.change, undefined, 'another question');
    checks.forgetOthers([elsewhere]);
    assert.equal(checks.lastResultOf(profile.id), undefined);
    checks.dispose();
  });

  it('asks each connection again what it was asked last, and not what another one was', async () => {
    const { checks, profile } = ownChecks();
    await checks.run(profile, { hours: 2000 }, never());
    assert.deepEqual(checks.lastOverrides(profile), { hours: 2000 });
    assert.deepEqual(checks.lastOverrides({ id: 'test:other' }), {});
    const { request } = await checks.run(profile, {}, never(), { hours: 3000 });
    assert.equal(request.hours, 3000, 'what was decided for the connection counts for this run');
    assert.deepEqual(checks.lastOverrides(profile), {}, 'and is decided anew for the next one');
    checks.dispose();
  });

  it('ends the query on the server when the window closes', async () => {
    const { checks, slow } = ownChecks();
    const running = checks.run(slow, {}, never()).catch((error: unknown) => error);
    await untilSlow('slow_races');
    await checks.stop();
    await untilNoQuery();
    assert.ok((await running) instanceof Problem);
  });

  it('lets go of a Redis that does not answer when the window closes', async () => {
    const silent = await silentServer();
    const broker = parseRedisUrl(`redis://127.0.0.1:${String(silent.port)}/0`, 'test');
    const { profile } = ownChecks();
    const checks = new Checks(
      opened({ broker, results: broker }),
      vscode.window.createOutputChannel('Races', { log: true }),
    );
    try {
      const running = checks.run(profile, { checkExecution: true }, never()).catch((error: unknown) => error);
      await until(() => silent.lines.size > 0, 'the question to Redis');
      const start = performance.now();
      await checks.stop();
      assert.ok(performance.now() - start < 6000, 'it does not wait for an answer');
      const ended = await running;
      assert.ok(ended instanceof Problem && ended.kind === 'cancelled');
      await until(() => silent.lines.size === 0, 'the line to be closed');
      await untilNoQuery();
    } finally {
      await silent.close();
    }
  });

  it('reads one page for a double click on "more…"', async () => {
    const { state } = await extension();
    await check({ limit: 2 });
    let reads = 0;
    const page = async (): Promise<[]> => {
      reads++;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [];
    };
    const source = { state: state(), onDidChange: () => ({ dispose: () => undefined }) };
    const tree = new StuckTasksTree(source, { page, byId: () => Promise.resolve([]) });
    const more = tree.getChildren(await firstType()).at(-1);
    assert.ok(more?.kind === 'more');
    await Promise.all([tree.loadMore(more), tree.loadMore(more)]);
    assert.equal(reads, 1);
  });

  it('never falls back to another database while the selected connection cannot be used', async () => {
    const url = new URL(databaseUrl());
    url.password = '';
    const entry = (name: string, databaseUrl: string): object => ({ name, databaseUrl });
    const back = await setting('connections', [entry('first', url.href), entry('second', 'mysql://elsewhere/db')]);
    const workspaceState = { get: () => 'settings:second', update: () => Promise.resolve() };
    const connections = new Connections({ workspaceState } as unknown as vscode.ExtensionContext);
    try {
      await assert.rejects(connections.current(), /second.*isn't a PostgreSQL URL/);
    } finally {
      connections.dispose();
      await back();
    }
  });
});
