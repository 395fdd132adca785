import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check, databaseUrl, extension, setting } from './support';

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
      assert.match(state().problem?.message ?? '', /no_such_database|asks for a password|refused/);
    } finally {
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
});
