import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { extension, EXTENSION_ID } from './support';

describe('activation', () => {
  it('loads neither pg nor ioredis, and is quick', async () => {
    const began = performance.now();
    await extension();
    const elapsed = performance.now() - began;
    const loaded = Object.keys(require.cache).filter((file) => /[\\/]dist[\\/](pg|ioredis)\.js$/.test(file));
    assert.deepEqual(loaded, []);
    console.log(`activate(): ${elapsed.toFixed(1)} ms`);
    assert.ok(elapsed < 500, `activation took ${elapsed.toFixed(0)} ms`);
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
