import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/vscode/shared/contributions';
import { EXTENSION_ID } from './support';

describe('activation', () => {
  it('costs little more than an empty extension, and loads no driver and nothing that asks servers', async () => {
    const empty = await activationMs('celery-task-diagnostics-tests.empty');
    const ours = await activationMs(EXTENSION_ID);
    console.log(`      activation: ours ${ours.toFixed(1)} ms of CPU, an empty extension ${empty.toFixed(1)} ms`);
    const loaded = Object.keys(require.cache).filter((file) =>
      /[\\/]dist[\\/](pg|ioredis|amqplib|core)\.js$/.test(file),
    );
    assert.deepEqual(loaded, []);
    // Of CPU, because machines that run tests are busy; the bench measures the time.
    assert.ok(ours - empty < 300, `${ours.toFixed(0)} ms`);
  });

  it('registers every command that the manifest contributes', async () => {
    const known = await vscode.commands.getCommands(true);
    for (const command of Object.values(COMMANDS)) assert.ok(known.includes(command), command);
  });

  it('runs in this VS Code', () => {
    console.log(`VS Code ${vscode.version}, ${vscode.env.appHost}`);
    assert.ok(vscode.extensions.getExtension(EXTENSION_ID)?.isActive);
  });
});

/** What activating takes of the processor, in milliseconds. */
async function activationMs(id: string): Promise<number> {
  const extension = vscode.extensions.getExtension(id);
  assert.ok(extension && !extension.isActive, `${id} is there and not active yet`);
  const began = process.cpuUsage();
  await extension.activate();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
