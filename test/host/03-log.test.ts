import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { check, databaseUrl, extension, setting, until } from './support';

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;

describe('Diagnostic log', () => {
  before(async () => {
    assert.ok(await check());
  });

  it('opens as a read-only document in its own language, the text of the command line', async () => {
    await vscode.commands.executeCommand('celeryTasks.openLog');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'celery-tasks-log');
    assert.equal(document.languageId, 'celery-task-log');
    const cli = join(__dirname, '..', '..', 'dist', 'check-task-status.js');
    const text = execFileSync('node', [cli], {
      env: { ...process.env, DATABASE_URL: databaseUrl() },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1e9,
    });
    // Ages go on between the two checks, and each cost what it cost; everything else is the same text.
    const timeless = (log: string): string => log.replace(/^(Max Hours Stuck|Cost): .*$/gm, '$1');
    assert.equal(timeless(document.getText()), timeless(text));
  });

  it('folds by section, task type and sample, and has an outline', async () => {
    const uri = vscode.window.activeTextEditor!.document.uri;
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    );
    assert.deepEqual(
      symbols.map((symbol) => symbol.name),
      ['Analyzing tasks stuck for more than 906 hours', 'Other potentially stuck tasks by status', 'Recommendations'],
    );
    const diagnosis = (await extension()).state().result!.diagnosis;
    assert.equal(symbols[0]?.children.length, diagnosis.taskTypes.length);
    assert.equal(symbols[0].children[0]?.children.length, diagnosis.taskTypes[0]?.samples.length);
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.ok(ranges.length > diagnosis.taskTypes.length);
  });

  it('has a plan beside it on request, planned or measured, as a document', async () => {
    const hasRun = (text: string): boolean => /^-- +Execution Time: /m.test(text);
    for (const mode of ['plan', 'analyze']) {
      const uri = await vscode.commands.executeCommand<vscode.Uri>('celeryTasks.explainScan', mode);
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.toString(), uri.toString());
      assert.deepEqual([uri.scheme, document.languageId], ['celery-tasks-plan', 'sql']);
      await until(() => hasRun(document.getText()) === (mode === 'analyze'), `the text of ${mode}`);
      assert.match(document.getText(), /^-- \$2 = 5$/m);
      assert.match(document.getText(), /^-- In words: It reads /m);
    }
    await vscode.commands.executeCommand('celeryTasks.openLog');
  });

  it('is brought up to date by the next check', async () => {
    await check({ hours: 1200 });
    const document = vscode.window.activeTextEditor!.document;
    await until(() => document.lineAt(0).text.includes('1200 hours'), 'the new text');
    await check();
  });

  it('is saved where celeryTasks.logFile says, creating folders', async () => {
    const back = await setting('logFile', 'logs/deep/diagnosis.log');
    try {
      const saved = await vscode.commands.executeCommand<vscode.Uri>('celeryTasks.saveLog');
      assert.equal(saved.path, vscode.Uri.joinPath(folder(), 'logs/deep/diagnosis.log').path);
      assert.match(readFileSync(saved.fsPath, 'utf8'), /^Analyzing tasks stuck for more than 906 hours:\n={80}\n/);
    } finally {
      await back();
    }
  });

  it('is not written outside the workspace by a setting', async () => {
    for (const path of ['../escaped.log', join(tmpdir(), 'celery-escaped.log'), 'logs/../../escaped.log']) {
      const back = await setting('logFile', path);
      try {
        assert.equal(await vscode.commands.executeCommand('celeryTasks.saveLog'), undefined);
        const target = path.startsWith('/') ? path : join(folder().fsPath, path);
        assert.equal(existsSync(target), false, path);
      } finally {
        await back();
      }
    }
  });
});
