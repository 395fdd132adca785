import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';

interface Activated {
  activate?: () => Promise<void>;
}

/** The commands that the demo's extension runs when its window is there. @param result what the check gives */
async function commandsOf(result: unknown): Promise<string[]> {
  const ran: string[] = [];
  const vscode = {
    commands: {
      executeCommand: (id: string) => {
        ran.push(id);
        return Promise.resolve(id === 'celeryTasks.check' ? result : undefined);
      },
    },
  };
  const exports: Activated = {};
  const text = readFileSync('tools/demo/editor/autorun/extension.js', 'utf8');
  const run = compileFunction(text, ['require', 'exports']) as (require: () => object, exports: Activated) => void;
  run(() => vscode, exports);
  await exports.activate?.();
  return ran;
}

describe('tools/demoAutorun', () => {
  it('the window of npm start shows the view, checks, and opens the report', async () => {
    assert.deepEqual(await commandsOf({}), [
      'workbench.view.extension.celeryTasks',
      'celeryTasks.check',
      'celeryTasks.openReport',
    ]);
  });

  it('the window of npm start opens nothing where the check gave no result', async () => {
    assert.equal((await commandsOf(undefined)).at(-1), 'celeryTasks.check');
  });
});
