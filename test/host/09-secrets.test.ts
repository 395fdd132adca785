import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { parsePostgresUrl, postgresSecretKey } from '../../src/connect/postgres/postgresUrl';
import { parseRedisUrl, redisSecretKey } from '../../src/connect/redis/redisUrl';
import { canary } from '../support/canary';
import { postgresSpy, redisSpy, type PasswordSpy } from '../support/passwordSpies';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { check, checkAsSet, databaseUrl, extension, setting, sql } from './support';

const NAME = 'shop';
const SECRET = canary('stored@:/?#');

/** The incident's database without its password. */
function bare(): URL {
  const url = new URL(databaseUrl());
  url.password = '';
  return url;
}

describe('Stored passwords', () => {
  let back: (() => Promise<void>)[] = [];
  let spies: PasswordSpy[] = [];

  /** In the settings of the folder, as somebody could have put it into a repository. */
  const connect = async (entry: object): Promise<void> => {
    const { connections } = await extension();
    back.push(await setting('connections', [{ name: NAME, ...entry }]));
    await connections.select({ id: `settings:${NAME}`, name: NAME });
  };
  afterEach(async () => {
    for (const restore of back.reverse()) await restore();
    for (const spy of spies) await spy.close();
    [back, spies] = [[], []];
    await check();
  });

  const postgres = async (): Promise<PasswordSpy> => {
    const spy = await postgresSpy();
    spies.push(spy);
    return spy;
  };

  it('open the database that they were stored for', async () => {
    const { connections, state } = await extension();
    const target = parsePostgresUrl(databaseUrl(), 'TEST_DATABASE_URL');
    await connections.storePassword(postgresSecretKey(target), target.password ?? '');
    await connect({ databaseUrl: bare().href });
    assert.ok(await check(), state().problem?.message);
    assert.equal(state().result?.profile.origin, 'settings');
  });

  it('are not sent where a workspace setting points the same name and user to', async () => {
    const spy = await postgres();
    for (const change of [
      (url: URL) => (url.port = String(spy.port)),
      (url: URL) => (url.host = `localhost:${String(spy.port)}`),
      (url: URL) => (url.search = `?host=127.0.0.1&port=${String(spy.port)}`),
    ]) {
      const url = bare();
      change(url);
      const before = spy.asked();
      await connect({ databaseUrl: url.href });
      await check();
      assert.ok(spy.asked() > before, 'it asked for a password');
    }
    assert.ok(!spy.heard().includes(new URL(databaseUrl()).password) && !spy.heard().includes(canary('')));
  });

  it('are not sent for another user of the same server; the spy hears the one that is its own', async () => {
    const { connections } = await extension();
    const spy = await postgres();
    const own = `postgresql://bob@127.0.0.1:${String(spy.port)}/db?sslmode=disable`;
    await connections.storePassword(postgresSecretKey(parsePostgresUrl(own, 'it')), SECRET);
    await connect({ databaseUrl: own.replace('bob', 'eve') });
    await check();
    assert.ok(spy.asked() > 0);
    assert.ok(!spy.heard().includes(SECRET));
    await connect({ databaseUrl: own });
    await check();
    assert.ok(spy.heard().includes(SECRET));
  });

  it('of Redis are bound in the same way', async () => {
    const { connections } = await extension();
    const [mine, other] = [await redisSpy(), await redisSpy()];
    spies.push(mine, other);
    const url = (spy: PasswordSpy): string => `redis://127.0.0.1:${String(spy.port)}/0`;
    await connections.storePassword(redisSecretKey(parseRedisUrl(url(mine), 'it')), SECRET);
    await connect({ databaseUrl: bare().href, redisUrl: url(other) });
    await checkAsSet({ checkExecution: true, hours: 800_000 });
    assert.ok(other.asked() > 0);
    assert.ok(!other.heard().includes(SECRET));
    await connect({ databaseUrl: bare().href, redisUrl: url(mine) });
    await checkAsSet({ checkExecution: true, hours: 800_000 });
    assert.ok(mine.heard().includes(SECRET));
  });

  it('are in no file of the editor: settings, state, storage, logs', async () => {
    const { storage } = await extension();
    assert.ok(storage);
    // <user data>/User/workspaceStorage/<workspace>/<extension>
    const user = dirname(dirname(dirname(storage.fsPath)));
    const folders = [dirname(user), vscode.workspace.workspaceFolders![0]!.uri.fsPath];
    const files = folders.flatMap(filesOf).filter((file) => !file.endsWith('.env'));
    assert.ok(files.some((file) => file.endsWith('settings.json')));
    assert.ok(
      files.some((file) => file.endsWith('Celery Tasks.log')),
      'our output channel is among them',
    );
    const { password } = new URL(databaseUrl());
    for (const file of files) {
      const content = readFileSync(file);
      for (const secret of [password, SECRET, encodeURIComponent(SECRET)])
        assert.equal(content.includes(secret), false, file);
    }
  });
});

describe('Masking of arguments', () => {
  const shown = async (masked: unknown): Promise<string> => {
    const back = await setting('maskedArguments', masked);
    try {
      const diagnosis = await check({ statuses: ['MASKED'] });
      assert.ok(diagnosis);
      const { rawJSON } = diagnosis.taskTypes[0]?.samples[0]?.arguments ?? { rawJSON: '' };
      assert.ok(diagnosisJson(diagnosis).includes(rawJSON));
      return rawJSON;
    } finally {
      await back();
    }
  };
  before(() =>
    sql(`insert into task_manager_taskmanager (task_module, task_name, status, last_run, arguments, attempts, task_id, created_at, updated_at, fixed, killed)
      values ('shop.tasks', 'masked', 'MASKED', now() - interval '2000 hours', '{"id": 5, "token": "of-7"}', 1, '', now(), now(), false, false)`),
  );
  after(async () => {
    await sql("delete from task_manager_taskmanager where status = 'MASKED'");
    await check();
  });

  it('is on, can be chosen, and is switched off by an empty list alone', async () => {
    assert.equal(await shown(undefined), '{"id": 5, "token": "***"}');
    assert.equal(await shown(['id']), '{"id": "***", "token": "of-7"}');
    assert.equal(await shown([]), '{"id": 5, "token": "of-7"}');
    for (const wrong of [[5], 'token', false, {}]) assert.equal(await shown(wrong), '{"id": 5, "token": "***"}');
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
