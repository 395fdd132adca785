import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CallerSearch, ReceiverSearch } from '../../src/python/model';
import type { TaskSideEffects } from '../../src/vscode/code/taskSource';
import type { SampleNode, TypeNode } from '../../src/vscode/tree/treeNodes';
import { headIn, openReport } from './reportSupport';
import { check, checkAsSet, extension, setting, until } from './support';

const HOOK = { taskModule: 'breathecode.notify.tasks', taskName: 'async_deliver_hook' };
const ASSIGNMENTS = { taskModule: 'breathecode.assignments.tasks', taskName: 'set_cohort_user_assignments' };

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const file = (path: string): vscode.Uri => vscode.Uri.joinPath(folder(), path);

async function write(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(file(path), new TextEncoder().encode(text));
}

async function goTo(task: object): Promise<vscode.Location | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.goToTaskSource', task);
}

/** The line of the file in which a function begins, as its text says. */
async function lineOf(path: string, text: string): Promise<number> {
  const lines = new TextDecoder().decode(await vscode.workspace.fs.readFile(file(path))).split('\n');
  const line = lines.findIndex((one) => one.startsWith(text));
  assert.notEqual(line, -1, text);
  return line;
}

/** What the editor is at. */
function place(): string {
  const editor = vscode.window.activeTextEditor;
  return editor
    ? `${vscode.workspace.asRelativePath(editor.document.uri)}:${String(editor.selection.active.line)}`
    : '';
}

async function close(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

async function typeNode(task: typeof HOOK): Promise<TypeNode> {
  const { stuckTasks } = await extension();
  const found = stuckTasks
    .getChildren()
    .find((node): node is TypeNode => node.kind === 'type' && node.type.taskName === task.taskName);
  assert.ok(found, task.taskName);
  return found;
}

describe('From a stuck row to its code', () => {
  before(async () => {
    assert.ok(await check());
    await write(
      'venv/lib/python3/site-packages/breathecode/notify/tasks.py',
      '@task()\ndef async_deliver_hook():\n    pass\n',
    );
    await write('services/shop/src/shop/tasks.py', '@shared_task\ndef pack(order):\n    pass\n');
    await write(
      'services/shop/src/shop/views.py',
      'from .tasks import pack\n\n\ndef order(request):\n    pack.delay(1)\n',
    );
    await write('services/other/shop/tasks.py', '@shared_task\ndef pack(order):\n    pass\n');
  });
  after(async () => {
    await close();
    for (const path of ['venv', 'services']) await vscode.workspace.fs.delete(file(path), { recursive: true });
  });
  afterEach(close);

  it('opens the function of a type and of a sample, and never a copy in an environment', async () => {
    const line = await lineOf('breathecode/notify/tasks.py', 'def async_deliver_hook');
    const type = await typeNode(HOOK);
    const location = await goTo(type);
    assert.equal(location?.uri.path, file('breathecode/notify/tasks.py').path);
    assert.equal(place(), `breathecode/notify/tasks.py:${String(line)}`);
    await close();
    const sample = (await extension()).stuckTasks.getChildren(type)[0];
    assert.equal((await goTo(sample!))?.range.start.line, line);
  });

  it('asks which, where several may be it, and opens what is chosen', async () => {
    const asked = goTo({ taskModule: 'shop.tasks', taskName: 'pack' });
    // The list is there when accepting it does something: a command, so nothing of the page can be asked.
    let answered = false;
    void asked.then(() => (answered = true));
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return answered;
    }, 'the choice');
    assert.match((await asked)?.uri.path ?? '', /\/services\/(shop\/src|other)\/shop\/tasks\.py$/);
  });

  it('opens nothing for a task whose code is not here, nor for a name that is a pattern', async () => {
    assert.equal(await goTo({ taskModule: 'nowhere.tasks', taskName: 'nothing_of_this_name' }), undefined);
    assert.equal(await goTo({ taskModule: '**.{notify,x}.*', taskName: '*' }), undefined);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('finds code that is not saved yet where the person sees it', async () => {
    const editor = await vscode.window.showTextDocument(file('breathecode/events/tasks.py'));
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '# one\n# more\n');
    });
    const line = (await lineOf('breathecode/events/tasks.py', 'def send_event_reminder')) + 2;
    const task = { taskModule: 'breathecode.events.tasks', taskName: 'send_event_reminder' };
    assert.equal((await goTo(task))?.range.start.line, line);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('shows who sends a task, over its function', async () => {
    const search = await vscode.commands.executeCommand<CallerSearch>('celeryTasks.showTaskCallers', ASSIGNMENTS);
    assert.deepEqual(
      search.callers.map(({ place: { file: uri }, how }) => [
        vscode.workspace.asRelativePath(vscode.Uri.parse(uri)),
        how,
      ]),
      [['breathecode/assignments/receivers.py', 'delay']],
    );
    assert.match(place(), /^breathecode\/assignments\/tasks\.py:/);
  });

  it('takes a route in the settings for no caller', async () => {
    const search = await vscode.commands.executeCommand<CallerSearch>('celeryTasks.showTaskCallers', HOOK);
    const paths = (all: CallerSearch['callers']): string[] =>
      all.map(({ place: { file: uri } }) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri)));
    assert.equal(paths(search.callers).includes('breathecode/settings.py'), false);
    assert.ok(paths(search.mentions).some((path) => path.endsWith('settings.py')));
  });

  it("opens a task of the library where the workspace's environment has it, and nowhere where it has not", async () => {
    const task = { taskModule: 'task_manager.django.tasks', taskName: 'execute_signal' };
    assert.equal(await goTo(task), undefined);
    const path = '.venv/lib/python3.12/site-packages/task_manager/django/tasks.py';
    await write(path, 'import x\n\n\n@shared_task\ndef execute_signal(module, name):\n    pass\n');
    try {
      assert.equal((await goTo(task))?.range.start.line, 4);
      assert.equal(place(), `${path}:4`);
    } finally {
      await close();
      await vscode.workspace.fs.delete(file('.venv'), { recursive: true });
    }
  });

  it('shows what a worker runs for a signal', async () => {
    const type = {
      ...(await typeNode(HOOK)).type,
      taskModule: 'task_manager.django.tasks',
      taskName: 'execute_signal',
    };
    const args = ['breathecode.assignments', 'assignment_status_updated', 'breathecode.assignments.models', 'Task', 1];
    const sample = { id: 1, arguments: { rawJSON: JSON.stringify({ args, kwargs: {} }) } };
    const node = { kind: 'sample', id: 'x', sample, type } as unknown as SampleNode;
    const asked = vscode.commands.executeCommand<ReceiverSearch>('celeryTasks.showSignalReceivers', node);
    let search: ReceiverSearch | undefined;
    void asked.then((found) => (search = found));
    // One receiver, and the place where the signal is made: two to choose from.
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return search;
    }, 'the choice');
    assert.deepEqual(
      search?.receivers.map(({ functionName, sender }) => [functionName, sender]),
      [['refresh_history', 'model']],
    );
    assert.match(place(), /^breathecode\/assignments\/receivers\.py:/);
  });

  it('shows the lines that ask for care before a task runs again', async () => {
    const asked = vscode.commands.executeCommand<TaskSideEffects>('celeryTasks.showTaskCare', HOOK);
    let sideEffects: TaskSideEffects | undefined;
    void asked.then((found) => (sideEffects = found));
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return sideEffects;
    }, 'the choice');
    assert.deepEqual(
      sideEffects?.sideEffects.map(({ kind, call, via }) => [kind, call, via]),
      [['http', 'requests.post', ['post']]],
    );
    const line = await lineOf('breathecode/notify/tasks.py', '    return requests.post');
    assert.equal(place(), `breathecode/notify/tasks.py:${String(line)}`);
  });

  it('is a link in the log', async () => {
    await vscode.commands.executeCommand('celeryTasks.openLog');
    const { uri } = vscode.window.activeTextEditor!.document;
    const all = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);
    // The editor itself finds addresses in any text.
    const links = all.filter(({ target }) => target?.scheme === 'command');
    const { diagnosis } = (await extension()).state().result!;
    assert.equal(links.length, diagnosis.taskTypes.length);
    const target = links.find((link) => decodeURIComponent(link.target!.query).includes(HOOK.taskName))?.target;
    assert.equal(target?.path, 'celeryTasks.goToTaskSource');
    const [task] = JSON.parse(decodeURIComponent(target.query)) as [object];
    assert.deepEqual(task, HOOK);
  });

  it('is asked for by the report, for a type that it shows', async () => {
    const { reports } = await extension();
    const sent = await openReport();
    const shown = sent.last('diagnosis')!;
    const taskType = headIn(shown)!.taskTypes.findIndex((type) => type.taskName === HOOK.taskName);
    reports.main!.receive({ type: 'goToSource', diagnosis: 'another', taskType });
    reports.main!.receive({ type: 'goToSource', diagnosis: shown.id, taskType: 100_000 });
    reports.main!.receive({ type: 'goToSource', diagnosis: shown.id, taskType });
    await until(() => place().startsWith('breathecode/notify/tasks.py:'), 'the code');
  });
});

describe('CodeLens over task functions', () => {
  const lenses = async (path: string): Promise<vscode.CodeLens[]> =>
    await vscode.commands.executeCommand('vscode.executeCodeLensProvider', file(path));
  const ours = async (path: string): Promise<string[]> =>
    (await lenses(path))
      .filter(({ command }) => command?.command === 'celeryTasks.showTypeInReport')
      .map(({ command }) => command!.title);

  before(async () => {
    assert.ok(await checkAsSet());
    await vscode.workspace.openTextDocument(file('breathecode/assignments/tasks.py'));
    await vscode.workspace.openTextDocument(file('breathecode/notify/models.py'));
  });

  it('says how many are stuck, why most of them are, and when that was checked', async () => {
    const path = 'breathecode/assignments/tasks.py';
    const titles = await ours(path);
    assert.equal(titles.length, 4);
    assert.match(titles[0] ?? '', /^6,480 stuck · \d+% [a-z]+ \([a-z, -]+\) · checked \d/);
    const [first] = (await lenses(path)).filter(({ command }) => command?.command === 'celeryTasks.showTypeInReport');
    assert.equal(first?.range.start.line, await lineOf(path, '@task(bind=True'));
    assert.deepEqual(await ours('breathecode/notify/models.py'), []);
  });

  it('follows the check, and is off by its setting', async () => {
    assert.ok(await check());
    assert.match((await ours('breathecode/assignments/tasks.py'))[0] ?? '', / · not verified · /);
    const back = await setting('codeLens', false);
    try {
      assert.deepEqual(await ours('breathecode/assignments/tasks.py'), []);
    } finally {
      await back();
    }
  });

  it('opens the report at its type', async () => {
    const sent = await openReport();
    const [lens] = await lenses('breathecode/notify/tasks.py');
    const next = sent.next('showType');
    await vscode.commands.executeCommand(lens!.command!.command, ...((lens!.command!.arguments ?? []) as unknown[]));
    const head = headIn(sent.last('diagnosis')!);
    assert.equal(head!.taskTypes[(await next).taskType]?.taskName, HOOK.taskName);
  });
});
