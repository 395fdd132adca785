import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { TreeNode } from '../../src/vscode/tree/treeNodes';
import { check, extension, firstType, ourQueries, setting, sql, untilNoQuery, untilSlow } from './support';

const STUCK = `status = 'SCHEDULED' and last_run <= now() - interval '906 hours'`;

describe('Check Task Status', () => {
  it('finds what plain SQL finds', async () => {
    const diagnosis = await check();
    assert.ok(diagnosis);
    const rows = await sql(
      `select task_module || '.' || task_name as name, count(*)::int as n from task_manager_taskmanager where ${STUCK} group by task_module, task_name order by 2 desc, (task_module || '.' || task_name) collate "C"`,
    );
    assert.deepEqual(
      diagnosis.taskTypes.map((type) => [`${type.taskModule}.${type.taskName}`, type.count]),
      rows.map((row) => [row.name, row.n]),
    );
    assert.equal(await ourQueries(), 0);
  });

  it('fills the tree with types, their newest samples, and the other statuses', async () => {
    const { stuckTasks } = await extension();
    const diagnosis = await check({ limit: 3 });
    assert.ok(diagnosis);
    const roots = stuckTasks.getChildren();
    const first = roots.find((node) => node.kind === 'type');
    assert.ok(first);
    const item = stuckTasks.getTreeItem(first);
    const type = diagnosis.taskTypes[0]!;
    assert.equal(item.label, `${type.count.toLocaleString('en-US')} ${type.taskName}`);
    const children = stuckTasks.getChildren(first);
    assert.deepEqual(
      children.map((child) => child.kind),
      ['sample', 'sample', 'sample', 'more'],
    );
    const expected = await sql(
      `select id::int as id from task_manager_taskmanager where ${STUCK} and task_module = $1 and task_name = $2 order by last_run desc, id desc limit 3`,
      [type.taskModule, type.taskName],
    );
    assert.deepEqual(
      sampleIds(children),
      expected.map((row) => row.id),
    );
    const others = roots.find((node) => node.kind === 'others');
    assert.ok(others);
    const [status] = stuckTasks.getChildren(others);
    assert.equal(status?.kind, 'status');
    const [otherType] = stuckTasks.getChildren(status);
    assert.equal(otherType?.kind, 'type');
    assert.equal(stuckTasks.getChildren(otherType)[0]?.kind, 'sample');
  });

  it('loads the next page behind "more…", without gap or double', async () => {
    const { stuckTasks } = await extension();
    await check({ limit: 5 });
    const first = await firstType();
    const more = stuckTasks.getChildren(first).at(-1);
    await vscode.commands.executeCommand('celeryTasks.loadMore', more);
    const expected = await sql(
      `select id::int as id from task_manager_taskmanager where ${STUCK} and task_module = $1 and task_name = $2 order by last_run desc, id desc limit 105`,
      [first.type.taskModule, first.type.taskName],
    );
    assert.deepEqual(
      sampleIds(stuckTasks.getChildren(first)),
      expected.map((row) => row.id),
    );
  });

  it('has tooltips with every field, and database text in them is only text', async () => {
    const { stuckTasks } = await extension();
    await check();
    const sample = stuckTasks.getChildren(await firstType())[0]!;
    const item = await stuckTasks.resolveTreeItem(stuckTasks.getTreeItem(sample), sample);
    const tooltip = (item.tooltip as vscode.MarkdownString).value;
    for (const name of [
      'Last run',
      'Started at',
      'Created at',
      'Updated at',
      'Task ID',
      'Status message',
      'Attempts',
      'Page',
      'Priority',
    ]) {
      assert.match(tooltip, new RegExp(name.replace(' ', '(&nbsp;| )')), name);
    }
    assert.equal((item.tooltip as vscode.MarkdownString).isTrusted, undefined);
  });

  it('copies a task id and arguments', async () => {
    const { stuckTasks } = await extension();
    await check();
    const node = stuckTasks
      .getChildren(await firstType())
      .find((child) => child.kind === 'sample' && child.sample.taskId)!;
    assert.ok(node.kind === 'sample');
    await vscode.commands.executeCommand('celeryTasks.copyTaskId', node);
    assert.equal(await vscode.env.clipboard.readText(), node.sample.taskId);
    await vscode.commands.executeCommand('celeryTasks.copyArguments', node);
    assert.equal(await vscode.env.clipboard.readText(), node.sample.arguments?.rawJSON);
  });

  it('takes hours, limit and statuses from the settings, and changed for one run from the caller', async () => {
    const restore = [await setting('hours', 1000), await setting('limit', 1), await setting('statuses', ['PENDING'])];
    try {
      const fromSettings = await check();
      assert.deepEqual(
        [fromSettings?.parameters.hours, fromSettings?.parameters.limit, fromSettings?.parameters.statuses],
        [1000, 1, ['PENDING']],
      );
      const once = await check({ hours: 24 });
      assert.equal(once?.parameters.hours, 24);
      assert.equal(once.parameters.checkExecution, false);
      const refreshed = await vscode.commands.executeCommand<Diagnosis | undefined>('celeryTasks.refresh');
      assert.equal(refreshed?.parameters.hours, 24, 'a refresh asks the same again');
    } finally {
      for (const back of restore) await back();
    }
  });

  it('keeps the last result, marked, when a later check fails', async () => {
    const { state } = await extension();
    const good = await check();
    const back = await setting('table', 'no_such_table');
    try {
      assert.equal(await check(), undefined);
      assert.equal(state().problem?.kind, 'table-missing');
      assert.equal(state().result?.diagnosis, good);
    } finally {
      await back();
    }
    assert.ok(await check());
    assert.equal((await extension()).state().problem, undefined, 'the failure is forgotten');
  });

  it('names the setting that cannot be used', async () => {
    const { state } = await extension();
    const back = await setting('hours', -4);
    try {
      assert.equal(await check(), undefined);
      assert.match(state().problem?.message ?? '', /celeryTasks\.hours/);
    } finally {
      await back();
    }
  });

  it('ends the query on the server when a check is cancelled by another one', async () => {
    await sql(
      'create or replace view slow_tasks as select t.* from task_manager_taskmanager t where pg_sleep(0.2) is not null',
    );
    try {
      const back = await setting('table', 'slow_tasks');
      const slow = check({ hours: 1 });
      await untilSlow('slow_tasks');
      await back();
      const quick = await check();
      assert.ok(quick);
      assert.equal(await slow, undefined);
      await untilNoQuery();
    } finally {
      await sql('drop view slow_tasks');
    }
  });

  it('joins a running check that asks the same', async () => {
    const [first, second] = await Promise.all([check(), check()]);
    assert.ok(first);
    assert.equal(first, second);
  });
});

function sampleIds(nodes: readonly TreeNode[]): number[] {
  return nodes.filter((node) => node.kind === 'sample').map((node) => node.sample.id);
}
