import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isBroken } from '../../src/connect/profile';
import { unreadEnvFiles } from '../../src/vscode/connections/unreadEnvFiles';
import { check, databaseUrl, extension, setting, until } from './support';

describe('Connections', () => {
  it('finds the DATABASE_URL of the workspace .env by itself', async () => {
    const { state } = await extension();
    assert.ok(await check());
    assert.equal(state().result?.profile.origin, 'env-file');
  });

  it('prefers a connection of the settings, and asks the database that it names', async () => {
    const { state } = await extension();
    const url = new URL(databaseUrl());
    url.password = '';
    url.pathname = '/no_such_database';
    const back = await setting('connections', [{ name: 'elsewhere', databaseUrl: url.href }]);
    try {
      await check();
      assert.match(state().problem?.message ?? '', /no_such_database|requires a password|Wrong password|refused/);
    } finally {
      await back();
    }
  });

  it('keeps a failure when the editor tells of a file that changed nothing', async () => {
    const { connections, state } = await extension();
    const back = await setting('connections', [{ name: 'nowhere', databaseUrl: 'postgresql://u@127.0.0.1:1/db' }]);
    const env = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
    let changes = 0;
    const listener = connections.onDidChange(() => changes++);
    try {
      await until(() => state().result === undefined, 'the result of another server to go');
      await check();
      assert.match(state().problem?.message ?? '', /Connection refused/);
      changes = 0;
      await vscode.workspace.fs.writeFile(env, await vscode.workspace.fs.readFile(env));
      await until(() => changes > 0, 'the file to be noticed');
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.match(state().problem?.message ?? '', /Connection refused/);
    } finally {
      listener.dispose();
      await back();
    }
  });

  it('refuses a password in the settings with one sentence that does not repeat it', async () => {
    const { state } = await extension();
    const back = await setting('connections', [{ name: 'leaky', databaseUrl: 'postgresql://u:hunter2@127.0.0.1/db' }]);
    const env = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
    const text = await vscode.workspace.fs.readFile(env);
    await vscode.workspace.fs.delete(env);
    try {
      await check();
      assert.match(state().problem?.message ?? '', /leaky.*holds a password/);
      assert.doesNotMatch(state().problem?.message ?? '', /hunter2/);
    } finally {
      await vscode.workspace.fs.writeFile(env, text);
      await back();
    }
  });

  it('reads the files of celeryTasks.envFile too, inside the folder only', async () => {
    const { connections } = await extension();
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const write = (path: string, text: string): Thenable<void> =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, path), new TextEncoder().encode(text));
    await write('.env.staging', 'POSTGRES_HOST=staging.invalid\nPOSTGRES_DB=shop\nPOSTGRES_PASSWORD=hunter2\n');
    await write('.env.empty', 'DEBUG=1\n');
    await write('../outside.env', 'DATABASE_URL=postgres://outside.invalid/shop\n');
    const outside = vscode.Uri.joinPath(folder, '../outside.env');
    const paths = [
      '.env.staging',
      '.env.empty',
      '.env.missing',
      '../outside.env',
      outside.fsPath,
      '~/outside.env',
      '.env',
    ];
    const back = await setting('envFile', paths);
    try {
      const entries = (await connections.list()).filter(({ origin }) => origin === 'env-file');
      const said = entries.map((entry) => [entry.id, isBroken(entry) ? entry.problem.message : entry.database.host]);
      assert.equal(said.filter(([id]) => id === 'env-file:.env').length, 1, 'the standard file once');
      assert.deepEqual(
        said.slice(1).map(([id]) => id),
        paths.slice(0, -1).map((path) => `env-file:${path}`),
      );
      const texts = said.slice(1).map(([, text]) => text ?? '');
      assert.equal(texts[0], 'staging.invalid');
      assert.match(texts[1] ?? '', /"\.env\.empty" names no database/);
      assert.match(texts[2] ?? '', /"\.env\.missing" cannot be read/);
      for (const text of texts.slice(3)) assert.match(text, /leads out of the folder/);
      assert.doesNotMatch(texts.join(), /outside\.invalid|hunter2/);
    } finally {
      await back();
      await vscode.workspace.fs.delete(outside);
      for (const path of ['.env.staging', '.env.empty'])
        await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, path));
    }
  });

  it('fills in ${workspaceFolder}, makes one connection of files that belong together, and offers what lies below the root', async () => {
    const { connections } = await extension();
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const at = (path: string): vscode.Uri => vscode.Uri.joinPath(folder, path);
    const files = {
      'deep/backend/.env': 'DATABASE_URL=postgres://u@backend.invalid/shop\n',
      '.envs/.local/.postgres': 'POSTGRES_HOST=local.invalid\nPOSTGRES_DB=shop\n',
      '.envs/.local/.django': 'REDIS_URL=redis://cache.invalid/1\n',
      'deep/node_modules/.env': 'DATABASE_URL=postgres://u@package.invalid/shop\n',
    };
    for (const [path, text] of Object.entries(files))
      await vscode.workspace.fs.writeFile(at(path), new TextEncoder().encode(text));
    const found = async (): Promise<string[]> =>
      (await connections.list()).flatMap((entry) =>
        entry.origin !== 'env-file' || entry.name.endsWith('(.env)')
          ? []
          : isBroken(entry)
            ? entry.problem.message
            : `${entry.name} at ${entry.database.host}, ${entry.written.redisUrl ?? 'none'}`,
      );
    let back = await setting('envFile', undefined);
    try {
      assert.deepEqual(await found(), [], 'nothing is used unasked');
      const offered = (await unreadEnvFiles()).map(({ paths, profile }) => [profile.name, ...paths]);
      assert.deepEqual(offered, [
        ['shop (.envs/.local/.postgres + .django)', '.envs/.local/.postgres', '.envs/.local/.django'],
        ['shop (deep/backend/.env)', 'deep/backend/.env'],
      ]);
      await back();
      back = await setting('envFile', [
        '${workspaceFolder}/deep/backend/.env',
        '.envs/.local/.postgres',
        '.envs/.local/.django',
        '.envs/.local',
        '${workspaceFolder}/../other/.env',
      ]);
      const [backend, both, folderItself, outside, ...more] = await found();
      assert.equal(backend, 'shop (deep/backend/.env) at backend.invalid, none');
      assert.equal(both, 'shop (.envs/.local/.postgres + .django) at local.invalid, redis://cache.invalid/1');
      assert.match(folderItself ?? '', /"\.envs\/\.local" is a folder: name the files in it/);
      assert.match(outside ?? '', /leads out of the folder/);
      assert.deepEqual(more, []);
      assert.deepEqual(await unreadEnvFiles(), []);
    } finally {
      await back();
      for (const path of ['deep', '.envs']) await vscode.workspace.fs.delete(at(path), { recursive: true });
    }
  });

  it('takes variables that only look like a database for no connection, and names them', async () => {
    const { connections } = await extension();
    const env = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
    const text = await vscode.workspace.fs.readFile(env);
    await vscode.workspace.fs.writeFile(env, new TextEncoder().encode('SHOP_DB_HOST=h\nSHOP_DB_NAME=shop\n'));
    try {
      const entry = (await connections.list()).find(({ id }) => id === 'env-file:.env');
      assert.ok(entry && isBroken(entry));
      assert.match(entry.problem.message, /SHOP_DB_HOST and SHOP_DB_NAME in \.env look like a database/);
      const current = await connections.current();
      assert.notEqual(current?.id, 'env-file:.env');
    } finally {
      await vscode.workspace.fs.writeFile(env, text);
    }
  });

  it('notices when a file of celeryTasks.envFile changes', async () => {
    const { connections } = await extension();
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env.watched');
    const back = await setting('envFile', '.env.watched');
    let changes = 0;
    const listener = connections.onDidChange(() => changes++);
    try {
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('DATABASE_URL=postgres://host/one\n'));
      await until(() => changes > 0, 'the new file to be noticed');
      const entry = (await connections.list()).find(({ id }) => id === 'env-file:.env.watched');
      assert.equal(entry?.name, 'one (.env.watched)');
    } finally {
      listener.dispose();
      await vscode.workspace.fs.delete(file);
      await back();
    }
  });

  it('takes ${env:NAME} whole from the settings of a workspace, and no piece of a URL', async () => {
    const { connections } = await extension();
    process.env.HOST_TEST_URL = databaseUrl();
    const entry = (name: string, url: string): object => ({ name, databaseUrl: url });
    const back = await setting('connections', [
      entry('whole', '${env:HOST_TEST_URL}'),
      entry('piece', 'postgresql://u:${env:PGPASSWORD}@elsewhere.invalid/db'),
      entry('missing', '${env:HOST_TEST_MISSING}'),
    ]);
    try {
      const [whole, piece, missing] = await connections.list();
      assert.ok(whole && !isBroken(whole));
      assert.equal(whole.database.password, new URL(databaseUrl()).password);
      assert.ok(piece && isBroken(piece) && missing && isBroken(missing));
      assert.match(piece.problem.message, /only your user settings may/);
      assert.match(missing.problem.message, /HOST_TEST_MISSING, which is not set/);
    } finally {
      await back();
      delete process.env.HOST_TEST_URL;
    }
  });
});
