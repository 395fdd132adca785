import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { REPORT_PANEL } from '../../src/vscode/shared/contributions';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import type { LogPlace } from '../../src/report/panelMessages';
import { closeReports, headIn, loaded, openReport } from './reportSupport';
import { check, extension, setting, sql, until, untilConnectionsChanged, untilNoQuery, untilSlow } from './support';

async function keptFile(): Promise<string> {
  return join((await extension()).storage!.fsPath, 'report.json');
}

async function cursorLine(): Promise<string> {
  const editor = vscode.window.activeTextEditor;
  return await Promise.resolve(editor ? editor.document.lineAt(editor.selection.active.line).text : '');
}

describe('The report', function () {
  before(async () => {
    assert.ok(await check({ limit: 3 }));
  });
  after(closeReports);

  it('opens once, and its page gets the state, then the Diagnosis without its samples', async () => {
    const { reports, state } = await extension();
    const sent = await openReport();
    assert.deepEqual(
      sent.messages.slice(0, 2).map(({ type }) => type),
      ['state', 'diagnosis'],
    );
    const { diagnosis } = state().result!;
    const head = headIn(sent.last('diagnosis')!)!;
    assert.equal(head.generatedAt, diagnosis.generatedAt);
    assert.deepEqual(
      head.taskTypes.map((type) => [type.taskName, type.count, type.sampleCount]),
      diagnosis.taskTypes.map((type) => [type.taskName, type.count, type.samples.length]),
    );
    assert.ok(head.taskTypes.every((type) => !('samples' in type)));
    const shown = sent.last('state')!.state;
    const { name } = state().result!.profile;
    assert.deepEqual([shown.origin, shown.connection, shown.running, shown.problem], ['check', name, null, null]);
    const page = reports.main;
    await vscode.commands.executeCommand('celeryTasks.openReport');
    assert.equal(reports.main, page);
    await until(() => sent.last('state')?.state.configured && sent.last('state')?.state.trusted, 'the connection');
  });

  it('loads from dist only, under a policy that forbids everything else', async () => {
    const { page } = await openReport();
    const { webview } = page.panel;
    assert.deepEqual(
      webview.options.localResourceRoots?.map((root) => root.path.split('/').at(-1)),
      ['dist'],
    );
    assert.equal(page.panel.options.retainContextWhenHidden ?? false, false);
    const nonce = /script-src 'nonce-(\w{32,})'/.exec(webview.html)?.[1];
    assert.ok(nonce);
    assert.match(webview.html, /default-src 'none'/);
    const { page: again } = await openReport();
    assert.equal(again.panel.webview.html.includes(nonce), false, 'a nonce is used once');
  });

  it('sends the samples of the task type that is asked for', async () => {
    const { state } = await extension();
    const sent = await openReport();
    const id = sent.last('diagnosis')!.id;
    sent.page.receive({ type: 'samples', request: 7, diagnosis: id, taskType: 1 });
    const { samples, examples = [] } = state().result!.diagnosis.taskTypes[1]!;
    assert.deepEqual(sent.last('samples'), { type: 'samples', request: 7, samples, examples });
  });

  it('answers nothing to what is no message, or about another Diagnosis', async () => {
    const sent = await openReport();
    const id = sent.last('diagnosis')!.id;
    const before = sent.messages.length;
    for (const message of [
      null,
      'ready',
      { type: 'samples', request: 1, diagnosis: id, taskType: 1e6 },
      { type: 'samples', request: 1, diagnosis: id, taskType: -1 },
      { type: 'samples', request: 1, diagnosis: 'other', taskType: 0 },
      { type: 'do', action: 'workbench.action.quit' },
      { type: 'openLogAt', diagnosis: 'other', place: { taskType: 0 } },
    ])
      sent.page.receive(message);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(sent.messages.slice(before), []);
  });

  it('copies to the clipboard, and says so', async () => {
    const sent = await openReport();
    sent.page.receive({ type: 'copy', request: 3, text: 'select 1;\n' });
    await until(() => sent.last('copied')?.request === 3, 'the answer');
    assert.equal(await vscode.env.clipboard.readText(), 'select 1;\n');
  });

  it('follows a check: its steps, then the new Diagnosis', async () => {
    const { state } = await extension();
    const sent = await openReport();
    const id = sent.last('diagnosis')!.id;
    const before = state().result;
    sent.page.receive({ type: 'do', action: 'runAgain' });
    const next = await sent.next('diagnosis');
    assert.notEqual(next.id, id);
    assert.notEqual(state().result, before);
    const head = headIn(next);
    assert.equal(head?.generatedAt, state().result?.diagnosis.generatedAt);
    assert.equal(head?.parameters.limit, 3, 'it asks the same again');
    assert.ok(sent.all('state').some(({ state: then }) => then.running !== null));
    assert.equal(sent.last('state')?.state.running, null);
  });

  it('cancels the running check, and keeps the result before it', async () => {
    const { state } = await extension();
    await sql(
      'create or replace view slow_report as select t.* from task_manager_taskmanager t where pg_sleep(0.2) is not null',
    );
    const sent = await openReport();
    const back = await setting('table', 'slow_report');
    try {
      const running = sent.next('state', ({ state: then }) => then.running !== null);
      sent.page.receive({ type: 'do', action: 'runAgain' });
      assert.equal((await running).state.running?.connection, state().result!.profile.name);
      await untilSlow('slow_report');
      const ended = sent.next('state', ({ state: then }) => then.running === null);
      sent.page.receive({ type: 'do', action: 'cancel' });
      assert.equal((await ended).state.problem?.kind, 'cancelled');
      assert.ok(state().result);
      await untilNoQuery();
    } finally {
      await back();
      await sql('drop view slow_report');
    }
    assert.ok(await check({ limit: 3 }));
  });

  it('opens the log where it tells of a type, a sample, a recommendation', async () => {
    const { state } = await extension();
    const sent = await openReport();
    const { diagnosis } = state().result!;
    const id = sent.last('diagnosis')!.id;
    const [first, second] = diagnosis.taskTypes;
    const places: readonly [LogPlace, string][] = [
      [{ taskType: 1 }, `Task: ${second!.taskModule}.${second!.taskName}`],
      [{ taskType: 0, sample: 2 }, `ID: ${String(first!.samples[2]!.id)}`],
      [{ recommendation: 1 }, `2. ${diagnosis.recommendations[1]!.title}`],
    ];
    for (const [place, line] of places) {
      sent.page.receive({ type: 'openLogAt', diagnosis: id, place });
      await until(async () => (await cursorLine()) === line, line);
      assert.equal(vscode.window.activeTextEditor?.document.uri.query, '');
    }
  });

  it('shows nothing of a connection that is no longer chosen', async () => {
    const sent = await openReport();
    await until(async () => existsSync(await keptFile()), 'the kept report');
    const back = await setting('connections', [{ name: 'other', databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' }]);
    try {
      await until(() => sent.last('diagnosis')?.head === null, 'the empty report');
      await until(async () => !existsSync(await keptFile()), 'the kept report to be gone');
    } finally {
      await back();
    }
    await until(() => sent.last('state')?.state.configured, 'the connection');
    assert.ok(await check({ limit: 3 }));
  });
});

describe('A restart', () => {
  before(async () => {
    assert.ok(await check({ limit: 2 }));
  });
  afterEach(closeReports);

  it('is survived by an open report, in a file for this user alone, until its tab is closed', async () => {
    const { reports, state, storage } = await extension();
    const file = await keptFile();
    await openReport();
    await until(() => existsSync(file), 'the kept report');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(storage?.path.includes('celery-task-diagnostics'), true);
    reports.main!.panel.dispose();
    await until(() => !existsSync(file), 'the kept report to be gone');
    assert.ok(state().result, 'the result stays');
  });

  it('brings the report back as it was, until a check replaces it', async () => {
    const { reports, state } = await extension();
    const file = await keptFile();
    await openReport();
    await until(() => existsSync(file), 'the kept report');
    const { diagnosis, finishedAt, profile } = state().result!;
    const kept = await vscode.workspace.fs.readFile(vscode.Uri.file(file));
    // What this window would ask again must not be what the kept report was asked.
    assert.ok(await check({ limit: 1 }));
    // The window after the restart knows no result: one of a connection that is named nowhere any more is forgotten.
    const env = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
    const text = await vscode.workspace.fs.readFile(env);
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env, new Uint8Array()));
    await until(() => state().result === undefined, 'the result to be forgotten');
    await untilConnectionsChanged(() => vscode.workspace.fs.writeFile(env, text));
    assert.equal(state().result, undefined);
    await closeReports();
    await until(() => !existsSync(file), 'the kept report to be gone');
    // Nothing that was still to be written brings it back.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(existsSync(file), false);
    writeFileSync(file, kept, { mode: 0o600 });

    const panel = vscode.window.createWebviewPanel(REPORT_PANEL, 'Restored', vscode.ViewColumn.Active, {});
    await reports.deserializeWebviewPanel(panel);
    const sent = await loaded(reports.main!);
    await until(() => sent.last('diagnosis')?.head, 'the Diagnosis');
    assert.equal(headIn(sent.last('diagnosis')!)!.generatedAt, diagnosis.generatedAt);
    const shown = sent.last('state')!.state;
    assert.deepEqual(
      [shown.origin, shown.connection, shown.finishedAt],
      ['saved', profile.name, finishedAt.toISOString()],
    );
    sent.page.receive({ type: 'samples', request: 1, diagnosis: sent.last('diagnosis')!.id, taskType: 0 });
    assert.deepEqual(sent.last('samples')?.samples, diagnosis.taskTypes[0]!.samples);
    await until(() => sent.last('state')?.state.configured, 'the connection');
    sent.page.receive({ type: 'do', action: 'runAgain' });
    const next = await sent.next('diagnosis');
    assert.equal(sent.last('state')?.state.origin, 'check');
    const { limit, checkExecution } = headIn(next)!.parameters;
    assert.equal(limit, 2, 'the same question');
    assert.equal(checkExecution, false);
  });

  it('forgets a report whose tab is gone', async () => {
    const { reports } = await extension();
    const file = await keptFile();
    writeFileSync(file, '{}\n{}', { mode: 0o600 });
    reports.sweep();
    await until(() => !existsSync(file), 'the file to be gone');
  });

  it('shows an empty report where the kept one cannot be read, and deletes that', async () => {
    const { reports } = await extension();
    const file = await keptFile();
    writeFileSync(file, '{"connection": "x"}\n{"schemaVersion": 9}', { mode: 0o600 });
    const panel = vscode.window.createWebviewPanel(REPORT_PANEL, 'Restored', vscode.ViewColumn.Active, {});
    await reports.deserializeWebviewPanel(panel);
    await loaded(reports.main!);
    assert.equal(reports.main?.panel.title, 'Celery Task Report');
  });
});

describe('Reports of other places', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reports-'));
    assert.ok(await check({ limit: 2 }));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await closeReports();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function openSaved(name: string, text: string): Promise<void> {
    const file = join(folder, name);
    writeFileSync(file, text);
    await vscode.commands.executeCommand('celeryTasks.openSavedReport', vscode.Uri.file(file));
  }

  it('opens the sample beside the report of the checks', async () => {
    const { reports } = await extension();
    const own = await openReport();
    await vscode.commands.executeCommand('celeryTasks.openSample');
    const sent = await loaded(reports.otherPages[0]!);
    assert.equal(sent.last('state')?.state.origin, 'sample');
    assert.ok(headIn(sent.last('diagnosis')!)!.taskTypes.length > 10);
    assert.equal(reports.main, own.page);
    await vscode.commands.executeCommand('celeryTasks.openSample');
    assert.equal(reports.otherPages.length, 1);
  });

  it('lets the log and the Markdown of the sample be of the sample', async () => {
    const { reports } = await extension();
    await vscode.commands.executeCommand('celeryTasks.openSample');
    const page = reports.otherPages[0]!;
    await until(() => page.panel.active, 'the sample');
    const { diagnosis } = page.content!;
    const text = await vscode.commands.executeCommand<string>('celeryTasks.copyMarkdown');
    assert.equal(await vscode.env.clipboard.readText(), text);
    assert.ok(text.includes(diagnosis.taskTypes[0]!.taskName));
    const last = diagnosis.taskTypes.length - 1;
    page.receive({ type: 'openLogAt', diagnosis: page.content!.id, place: { taskType: last } });
    const { taskModule, taskName } = diagnosis.taskTypes[last]!;
    await until(async () => (await cursorLine()) === `Task: ${taskModule}.${taskName}`, 'the log of the sample');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'celery-task-log');
    const back = await setting('logFile', 'logs/sample.log');
    try {
      const uri = vscode.window.activeTextEditor.document.uri;
      const saved = await vscode.commands.executeCommand<vscode.Uri>('celeryTasks.saveLog', uri);
      const log = new TextDecoder().decode(await vscode.workspace.fs.readFile(saved));
      assert.equal(log, vscode.window.activeTextEditor.document.getText());
    } finally {
      await back();
    }
  });

  it('runs a check of its own from the sample, in the report of the checks', async () => {
    const { reports, state } = await extension();
    await closeReports();
    await vscode.commands.executeCommand('celeryTasks.openSample');
    const sent = await loaded(reports.otherPages[0]!);
    await until(() => reports.isConfigured, 'the connection');
    const before = state().result;
    // The demo's settings verify, which takes its time.
    const back = await setting('checkExecution', false);
    sent.page.receive({ type: 'do', action: 'runAgain' });
    try {
      await until(() => state().result !== before, 'a check');
    } finally {
      await back();
    }
    assert.ok(reports.main);
    assert.equal(sent.page.content?.origin, 'sample');
  });

  it('opens an exported report, with every digit of its arguments', async () => {
    const { reports, state } = await extension();
    await closeReports();
    const { diagnosis } = state().result!;
    await openSaved('mine.json', diagnosisJson(diagnosis));
    const sent = await loaded(reports.otherPages[0]!);
    const shown = sent.last('state')!.state;
    assert.deepEqual([shown.origin, shown.connection, shown.finishedAt], ['saved', 'mine.json', null]);
    const { otherStatuses, ...shownDiagnosis } = sent.page.content!.diagnosis;
    assert.deepEqual(
      { ...shownDiagnosis, otherStatuses },
      {
        ...diagnosis,
        otherStatuses: diagnosis.otherStatuses.map((each) => ({ ...each, taskTypes: [] })),
      },
    );
  });

  it('opens no page for a file that is no report', async () => {
    const { reports } = await extension();
    await closeReports();
    const { diagnosis } = (await extension()).state().result!;
    const json = diagnosisJson(diagnosis);
    for (const text of [
      '',
      'no json',
      '[]',
      '{}',
      json.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      json.replace(/"count": \d+/, '"count": "many"'),
    ])
      await openSaved('bad.json', text);
    await vscode.commands.executeCommand('celeryTasks.openSavedReport', vscode.Uri.file(join(folder, 'missing.json')));
    assert.equal(reports.otherPages.length, 0);
  });
});

describe('After a check', () => {
  afterEach(closeReports);

  it('the report opens by itself where that is wanted, once a window, and takes no keyboard', async () => {
    const { reports } = await extension();
    await closeReports();
    const document = await vscode.workspace.openTextDocument({ content: 'typing here' });
    await vscode.window.showTextDocument(document);
    const back = await setting('openReportAfterCheck', 'always');
    try {
      await check({ limit: 1 });
      await until(() => reports.main?.ready, 'the report');
      assert.equal(reports.main?.panel.active, false);
      assert.equal(vscode.window.activeTextEditor?.document, document, 'the file stays in sight');
      await closeReports();
      await check({ limit: 1 });
      assert.equal(reports.main, undefined, 'who closed it does not want it again');
    } finally {
      await back();
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });
});
