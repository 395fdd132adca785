import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lacksBroker, withAddedBroker } from '../../src/connect/addedBroker';
import { isBroken, secretKeys, type ConnectionProfile } from '../../src/connect/profile';
import { withoutPassword } from '../../src/connect/postgres/withoutPassword';
import { checkAsSet, databaseUrl, extension, redisUrl, until, untilConnectionsChanged } from './support';

const env = (): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

async function current(): Promise<ConnectionProfile> {
  const { connections } = await extension();
  const profile = await connections.current();
  assert.ok(profile);
  return profile;
}

describe('a .env without a broker', () => {
  let original: Uint8Array;
  const text = (): string => `DEBUG=1\nDATABASE_URL=${databaseUrl()}\n\nMAIL=x\n`;

  before(async () => {
    original = await vscode.workspace.fs.readFile(env());
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env(), utf8(text())));
  });
  after(async () => {
    const { connections } = await extension();
    const profile = await current();
    await connections.keepBroker(profile, undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env(), original));
  });

  it('makes the first step of a check to add it', async () => {
    assert.equal(lacksBroker(await current()), true);
    const diagnosis = await checkAsSet({ checkExecution: true });
    assert.equal(diagnosis?.recommendations[0]?.id, 'search-broker');
    assert.match(diagnosis.recommendations[0].title, /^Add the Redis URL of Celery's broker: /);
  });

  it('is verified with the one that was added, whose password is in the secret storage and nowhere else', async () => {
    const { connections } = await extension();
    const profile = await current();
    const url = withoutPassword(redisUrl());
    const { broker } = secretKeys(withAddedBroker(profile, { url }));
    const password = decodeURIComponent(new URL(redisUrl()).password);
    if (broker !== undefined && password !== '') await connections.storePassword(broker, password);
    await connections.keepBroker(profile, { url });
    const added = await current();
    assert.deepEqual([added.id, added.addedBroker, lacksBroker(added)], [profile.id, true, false]);
    const diagnosis = await checkAsSet({ checkExecution: true });
    const states = new Map(diagnosis?.sources.map(({ name, state }) => [name, state]));
    assert.ok(['ok', 'partial'].includes(states.get('broker') ?? ''), String(states.get('broker')));
    assert.equal(
      diagnosis?.recommendations.some(({ id }) => id === 'search-broker'),
      false,
    );
    assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(env())), text());
  });

  it('does not lend it to another database, and takes it away', async () => {
    const { connections } = await extension();
    const other = text().replace(/\/[^/\n]*\n\nMAIL/, '/elsewhere\n\nMAIL');
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env(), utf8(other)));
    assert.equal(lacksBroker(await current()), true);
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env(), utf8(text())));
    const added = await current();
    assert.equal(added.addedBroker, true);
    await connections.keepBroker(added, undefined);
    await connections.forgetPasswords(added);
    assert.equal(lacksBroker(await current()), true);
    const { broker } = secretKeys(added);
    assert.equal(broker !== undefined && (await connections.hasPassword(broker)), false);
  });

  it('is opened where the broker belongs, as an edit that nobody saved', async () => {
    await vscode.commands.executeCommand('celeryTasks.openEnvFile');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), env().toString());
    assert.equal(editor.document.lineAt(2).text, 'CELERY_BROKER_URL=');
    assert.deepEqual([editor.selection.active.line, editor.selection.active.character], [2, 18]);
    assert.equal(editor.document.isDirty, true);
    assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(env())), text());
    // A second time it goes to the line that is there.
    await vscode.commands.executeCommand('celeryTasks.openEnvFile');
    await until(() => editor.document.getText().match(/CELERY_BROKER_URL=/g)?.length === 1, 'one line');
  });

  it('is in no other connection', async () => {
    const { connections } = await extension();
    for (const entry of await connections.list()) if (!isBroken(entry)) assert.notEqual(entry.addedBroker, true);
  });
});
