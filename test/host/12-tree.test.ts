import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../src/connect/profile';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { sumVerdicts } from '../../src/report/verdictText';
import { VerificationConsent } from '../../src/vscode/checks/verificationConsent';
import { sumOf } from '../../src/vscode/tree/cells';
import type { ActionNode, BranchNode, TreeNode } from '../../src/vscode/tree/treeNodes';
import { openReport } from './reportSupport';
import { check, checkAsSet, databaseUrl, extension, firstType, redisUrl, setting, until } from './support';

async function roots(): Promise<TreeNode[]> {
  return (await extension()).stuckTasks.getChildren();
}

async function actions(): Promise<ActionNode[]> {
  return (await roots()).filter((node) => node.kind === 'action');
}

async function branches(): Promise<BranchNode[]> {
  return (await roots()).filter((node) => node.kind === 'group' || node.kind === 'type' || node.kind === 'outcome');
}

/** As a click on it. */
async function click({ command }: ActionNode): Promise<void> {
  assert.ok(command);
  await vscode.commands.executeCommand(command.id, ...(command.arguments ?? []));
}

describe('A check of which nothing is old enough', () => {
  it('says that there are younger tasks, and shows them at one click; refreshes ask the same', async () => {
    const { state } = await extension();
    assert.ok(await check({ hours: 9000 }));
    assert.deepEqual(await branches(), []);
    const found = await actions();
    const all = found.find(({ id }) => id === 'younger-0');
    assert.ok(all, found.map(({ label }) => label).join('\n'));
    assert.ok(found.some(({ id }) => id === 'younger-168'));
    await click(found.find(({ id }) => id === 'younger-168')!);
    assert.equal(state().result?.diagnosis.parameters.hours, 168);
    assert.ok((await branches()).length > 0);
    await vscode.commands.executeCommand('celeryTasks.refresh');
    assert.equal(state().result?.diagnosis.parameters.hours, 168);
    assert.ok(await check());
  });
});

describe('The tree', () => {
  before(async () => {
    assert.ok(await checkAsSet({ limit: 3 }));
  });
  after(async () => {
    await vscode.commands.executeCommand('celeryTasks.groupTasks', { grouping: 'type', order: 'count' });
    await vscode.commands.executeCommand('celeryTasks.clearFilter');
  });

  it('says what cannot wait above the tasks', async () => {
    const [first] = await actions();
    assert.match(first?.label ?? '', /No worker is connected/);
    const { reports } = await extension();
    await click(first!);
    assert.ok(reports.main);
    reports.main.panel.dispose();
  });

  it('is grouped by each of its kinds, and loses no task', async () => {
    const { state } = await extension();
    const { taskTypes } = state().result!.diagnosis;
    const total = taskTypes.reduce((sum, { count }) => sum + count, 0);
    for (const grouping of ['verdict', 'queue', 'module', 'type']) {
      await vscode.commands.executeCommand('celeryTasks.groupTasks', { grouping });
      const found = await branches();
      assert.equal(
        found.reduce((sum, { cells }) => sum + sumOf(cells), 0),
        total,
        grouping,
      );
    }
    await vscode.commands.executeCommand('celeryTasks.groupTasks', { grouping: 'queue' });
    const queues = (await branches()).map(({ cells }) => cells[0]?.queue);
    const known = state().result!.diagnosis.infrastructure.queues!.map(({ name }) => name);
    assert.ok(queues.every((queue) => queue == null || known.includes(queue)));
    await vscode.commands.executeCommand('celeryTasks.groupTasks', { grouping: 'type' });
  });

  it('is sorted by age', async () => {
    await vscode.commands.executeCommand('celeryTasks.groupTasks', { order: 'age' });
    const ages = (await branches()).map((node) => (node.kind === 'type' ? Date.parse(node.type.oldestLastRun) : 0));
    assert.deepEqual(
      ages,
      [...ages].sort((a, b) => a - b),
    );
    await vscode.commands.executeCommand('celeryTasks.groupTasks', { order: 'count' });
  });

  it('is filtered by verdict and by name, and says so where nothing is left', async () => {
    const { state } = await extension();
    const { lost } = sumVerdicts(state().result!.diagnosis.taskTypes)!;
    await vscode.commands.executeCommand('celeryTasks.filterTasks', { verdicts: ['lost'] });
    assert.equal(
      (await branches()).reduce((sum, { cells }) => sum + sumOf(cells), 0),
      lost,
    );
    await vscode.commands.executeCommand('celeryTasks.filterTasks', { text: 'no such task' });
    assert.deepEqual(await branches(), []);
    const clear = (await actions()).find(({ id }) => id === 'clear-filter');
    assert.ok(clear);
    await click(clear);
    assert.ok((await branches()).length > 200);
  });

  it('is narrowed together with the report, from either of them', async () => {
    const { reports, stuckTasks } = await extension();
    const sent = await openReport();
    await vscode.commands.executeCommand('celeryTasks.filterTasks', { verdicts: ['lost'], text: 'hook' });
    await until(() => sent.last('filter'), 'the filter on the page');
    assert.deepEqual(sent.last('filter')!.filter, { text: 'hook', verdict: 'lost' });
    assert.equal(sent.last('filter')!.quiet, true);
    const count = sent.messages.length;
    sent.page.receive({ type: 'filtered', text: 'signal', verdict: null });
    assert.deepEqual(stuckTasks.look.filter, { verdicts: [], text: 'signal' });
    assert.equal(sent.messages.slice(count).filter(({ type }) => type === 'filter').length, 0, 'no echo');
    await vscode.commands.executeCommand('celeryTasks.clearFilter');
    reports.main!.panel.dispose();
  });

  it('leads from a task type to the report and to the log', async () => {
    const { reports } = await extension();
    const type = await firstType();
    await vscode.commands.executeCommand('celeryTasks.copyTaskName', type);
    assert.equal(await vscode.env.clipboard.readText(), `${type.type.taskModule}.${type.type.taskName}`);
    await vscode.commands.executeCommand('celeryTasks.filterReport', type);
    assert.ok(reports.main);
    reports.main.panel.dispose();
    await vscode.commands.executeCommand('celeryTasks.openLogHere', type);
    const line = (): string => {
      const editor = vscode.window.activeTextEditor;
      return editor ? editor.document.lineAt(editor.selection.active.line).text : '';
    };
    await until(() => line().includes(`${type.type.taskModule}.${type.type.taskName}`), 'the place in the log');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});

describe('Whether a check verifies', () => {
  const profile: ConnectionProfile = {
    id: 'env-file:.env',
    name: 'shop (.env)',
    origin: 'env-file',
    database: parsePostgresUrl(databaseUrl(), 'TEST_DATABASE_URL'),
    broker: parseRedisUrl(redisUrl(), 'TEST_REDIS_URL'),
    written: {},
  };
  const otherBroker = { ...profile, broker: parseRedisUrl('redis://127.0.0.1:1/0', 'test') };
  const restore: (() => Promise<void>)[] = [];

  before(async () => {
    // The demo says in its settings that checks verify: then nobody is asked.
    restore.push(await setting('checkExecution', undefined));
  });
  after(async () => {
    for (const back of restore) await back();
  });

  /** A memory of its own, and a person who gives this answer. */
  function consentOf(answer: 'always' | 'once' | 'counts' | undefined) {
    const kept = new Map<string, unknown>();
    const memory = {
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
      keys: () => [...kept.keys()],
    } as unknown as vscode.Memento;
    const asked: string[] = [];
    const consent = new VerificationConsent(memory, ({ name }) => {
      asked.push(name);
      return Promise.resolve(answer);
    });
    return { consent, asked, kept };
  }

  it('is asked once for a connection with a broker, and remembered', async () => {
    for (const [answer, checkExecution] of [
      ['always', true],
      ['counts', false],
    ] as const) {
      const { consent, asked, kept } = consentOf(answer);
      for (let time = 0; time < 2; time++)
        assert.deepEqual(await consent.decide(profile, { hours: 1 }), {
          overrides: { hours: 1 },
          decided: { checkExecution },
        });
      assert.equal(asked.length, 1);
      assert.equal(JSON.stringify([...kept]).includes(new URL(databaseUrl()).password), false);
      await consent.decide(otherBroker, {});
      assert.equal(asked.length, 2, 'another broker is another question');
      await consent.forget(profile);
      await consent.decide(profile, {});
      assert.equal(asked.length, 3, 'the answer went with the connection');
    }
  });

  it('holds for a check and its refreshes where the answer is "this time"', async () => {
    const { consent, asked } = consentOf('once');
    const answer = await consent.decide(profile, {});
    assert.deepEqual(answer, { overrides: { checkExecution: true }, decided: {} });
    await consent.decide(profile, answer.overrides);
    assert.equal(asked.length, 1, 'a refresh asks nothing');
    await consent.decide(profile, {});
    assert.equal(asked.length, 2);
  });

  it('is not asked where it is said, where no broker is known, or where a setting decides', async () => {
    const { consent, asked } = consentOf(undefined);
    assert.deepEqual((await consent.decide(profile, { checkExecution: false }))?.decided, {});
    const { id, name, origin, database, written } = profile;
    const withoutBroker = { id, name, origin, database, written };
    assert.deepEqual(await consent.decide(withoutBroker, {}), { overrides: {}, decided: {} });
    const back = await setting('checkExecution', false);
    assert.deepEqual(await consent.decide(profile, {}), { overrides: {}, decided: {} });
    await back();
    assert.deepEqual(asked, []);
    assert.equal(await consent.decide(profile, {}), undefined, 'Escape checks nothing');
  });
});
