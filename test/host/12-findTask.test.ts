import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TaskStory } from '../../src/model/story';
import { extension, setting, sql, until } from './support';

async function find(text: string): Promise<TaskStory | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.findTask', text);
}

async function addRow(status: string, taskId: string): Promise<number> {
  const [row] = await sql(
    `insert into task_manager_taskmanager (task_module, task_name, status, task_id, arguments, attempts, current_page, total_pages,
       reverse_module, reverse_name, killed, fixed, last_run, created_at, updated_at)
     select 'find.tests', 'one', '${status}', '${taskId}', '{"args": [], "kwargs": {}}', 1, 1, 1, '', '', false, false, t, t, t
     from (select now() - interval '1 hour' as t) as young returning id::int as id`,
  );
  return Number(row?.id);
}

describe('Find Task', () => {
  const CELERY_ID = '7a0c5a0e-8a7d-4a53-9c2f-0d9b1f6d7c11';
  let done: number;

  before(async () => {
    done = await addRow('DONE', CELERY_ID);
  });
  after(async () => {
    await sql("delete from task_manager_taskmanager where task_module = 'find.tests'");
    for (const panel of (await extension()).stories.panels()) panel.panel.dispose();
  });

  it('opens the story of a row that no check lists, by its id and by text with its Celery id', async () => {
    const story = await find(String(done));
    assert.deepEqual([story?.task?.id, story?.verification?.verdict], [done, 'finished']);
    const { stories } = await extension();
    const panels = stories.panels();
    assert.equal(panels.length, 1);
    assert.equal(panels[0]!.panel.title, `Task ${String(done)}`);
    await until(() => panels[0]!.ready, 'the page listens');
    const line = `[ERROR] celery.app.trace: Task find.tests.one[${CELERY_ID}] raised`;
    assert.equal((await find(line))?.task?.id, done);
    assert.equal(stories.panels().length, 1, 'the same task has one panel');
  });

  it('does what the buttons of the page say', async () => {
    const [panel] = (await extension()).stories.panels();
    assert.ok(panel);
    const again = new Promise<void>((resolve) => {
      const listening = panel.onDidSend((message) => {
        if (message.type !== 'story' || message.state.running !== null) return;
        listening.dispose();
        resolve();
      });
    });
    panel.receive({ type: 'storyDo', action: 'verifyAgain' });
    assert.notEqual(panel.state.running, null);
    await again;
    assert.deepEqual([panel.state.problem, panel.state.story.task?.id], [null, done]);
    panel.receive({ type: 'copy', request: 1, text: CELERY_ID });
    await until(async () => (await vscode.env.clipboard.readText()) === CELERY_ID, 'the id is on the clipboard');
    panel.receive({ type: 'do', action: 'runAgain' });
  });

  it('shows what else is known where there is no such task', async () => {
    const story = await find('7a0c5a0e-8a7d-4a53-9c2f-000000000000');
    assert.equal(story?.task, null);
    assert.ok(story.elsewhere);
  });

  it('refuses what is no id, and tells no story where there is no such table', async () => {
    assert.equal(await find('two words'), undefined);
    const restore = await setting('table', 'no_such_table');
    assert.equal(await find(String(done)), undefined);
    await restore();
  });

  it('asks for an id where a task is to be verified and none is selected', async () => {
    let ended = false;
    const verified = Promise.resolve(vscode.commands.executeCommand('celeryTasks.verifyTask', { kind: 'others' }));
    const asked = verified.then((row) => {
      ended = true;
      return row;
    });
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return ended;
    }, 'the question was left');
    assert.equal(await asked, undefined);
  });
});
