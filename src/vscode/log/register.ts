import * as vscode from 'vscode';
import { COMMANDS, LOG_SCHEME } from '../shared/contributions';
import { Problem } from '../../base/problem';
import { showProblem } from '../problems/problems';
import { logFileSetting } from '../shared/settings';
import { workspaceFile } from '../shared/workspaceFile';
import { LOG_FILE_NAME } from '../../report/logName';
import { textLog } from '../../report/textLog';
import type { ReportContent } from '../report/reportContent';
import type { Services } from '../shared/services';

/** Registers opening and saving the log, and exporting the JSON. Saving gives the Uri written, or undefined. */
export function registerLog(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.openLog, () => guarded(() => services.logs.show(shownReport(services)))),
    vscode.commands.registerCommand(COMMANDS.saveLog, (document?: unknown) =>
      guarded(() => saveLog(logOf(services, document) ?? shownReport(services))),
    ),
    vscode.commands.registerCommand(COMMANDS.exportJson, () => guarded(() => exportJson(shownReport(services)))),
  );
}

/** Runs a job about a report; a failure is shown and not thrown at the caller. */
export async function guarded<T>(job: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await job();
  } catch (error) {
    showProblem(error, {
      'not-configured': { title: 'Check Task Status', run: () => vscode.commands.executeCommand(COMMANDS.check) },
    });
    return undefined;
  }
}

/** What a command is about: the report that the person works with, else the latest one. @throws Problem when there is none */
export function shownReport({ reports }: Pick<Services, 'reports'>): ReportContent {
  const content = reports.active ?? reports.latest;
  if (!content)
    throw new Problem('not-configured', 'There is no result yet: run "Celery Tasks: Check Task Status" first.');
  return content;
}

/** The report of the log document whose button was pressed, or in which the person is. */
function logOf({ logs }: Services, document: unknown): ReportContent | undefined {
  const uri = document instanceof vscode.Uri ? document : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === LOG_SCHEME ? logs.contentOf(uri) : undefined;
}

async function saveLog({ diagnosis }: ReportContent): Promise<vscode.Uri | undefined> {
  const text = textLog(diagnosis);
  const target = configuredLogFile() ?? (await askWhere(LOG_FILE_NAME, { Log: ['log', 'txt'] }));
  return target && (await save(target, text, 'The log'));
}

/** Writes a Diagnosis where the person says. */
export async function exportJson({ diagnosis }: ReportContent): Promise<vscode.Uri | undefined> {
  const { diagnosisJson } = await import('../../report/diagnosisJson');
  const json = diagnosisJson(diagnosis);
  const target = await askWhere('celery-task-diagnosis.json', { JSON: ['json'] });
  return target && (await save(target, json, 'The JSON'));
}

/** Where `celeryTasks.logFile` points. @throws Problem when that is outside the workspace: a setting must not write just anywhere */
function configuredLogFile(): vscode.Uri | undefined {
  const setting = logFileSetting();
  if (setting === '' || !vscode.workspace.workspaceFolders?.length) return undefined;
  const target = workspaceFile(setting);
  if (target) return target;
  throw new Problem(
    'invalid',
    `The setting celeryTasks.logFile points outside the workspace (${setting}): choose a path inside it, or empty the setting to be asked.`,
  );
}

async function askWhere(name: string, filters: Record<string, string[]>): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const start = folder ? { defaultUri: vscode.Uri.joinPath(folder.uri, name) } : {};
  return await vscode.window.showSaveDialog({ ...start, filters, title: 'Save' });
}

async function save(target: vscode.Uri, text: string, what: string): Promise<vscode.Uri> {
  if (target.scheme === 'file') {
    const { saveText } = await import('../../report/saveText');
    await saveText(target.fsPath, text, what);
  } else await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const shown = vscode.workspace.asRelativePath(target);
  void vscode.window.showInformationMessage(`${what} was saved to ${shown}.`, 'Open').then((chosen) => {
    if (chosen !== undefined) void vscode.window.showTextDocument(target);
  });
  return target;
}
