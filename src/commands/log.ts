import * as vscode from 'vscode';
import { COMMANDS } from '../contributions';
import type { Diagnosis } from '../diagnosis/model';
import { Problem } from '../diagnosis/problem';
import { showProblem } from '../editor/problems';
import { logFileSetting } from '../editor/settings';
import { workspaceFile } from '../editor/workspaceFile';
import { diagnosisJson } from '../report/diagnosisJson';
import { LOG_FILE_NAME } from '../report/logName';
import { saveText } from '../report/saveText';
import { textLog } from '../report/textLog';
import { LOG_URI } from '../views/logDocument';
import type { Services } from './services';

/** Registers opening and saving the log, and exporting the JSON. Saving gives the Uri written, or undefined. */
export function registerLog({ checks }: Services): vscode.Disposable {
  const latest = (): Diagnosis => {
    const diagnosis = checks.state.result?.diagnosis;
    if (!diagnosis)
      throw new Problem('not-configured', 'There is no result yet: run "Celery Tasks: Check Task Status" first.');
    return diagnosis;
  };
  const guarded =
    <T>(job: () => Promise<T>) =>
    async (): Promise<T | undefined> => {
      try {
        return await job();
      } catch (error) {
        showProblem(error, {
          'not-configured': { title: 'Check Task Status', run: () => vscode.commands.executeCommand(COMMANDS.check) },
        });
        return undefined;
      }
    };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(
      COMMANDS.openLog,
      guarded(async () => {
        latest();
        await vscode.window.showTextDocument(LOG_URI, { preview: false });
      }),
    ),
    vscode.commands.registerCommand(
      COMMANDS.saveLog,
      guarded(async () => {
        const text = textLog(latest());
        const target = configuredLogFile() ?? (await askWhere(LOG_FILE_NAME, { Log: ['log', 'txt'] }));
        return target && (await save(target, text, 'The log'));
      }),
    ),
    vscode.commands.registerCommand(
      COMMANDS.exportJson,
      guarded(async () => {
        const json = diagnosisJson(latest());
        const target = await askWhere('celery-task-diagnosis.json', { JSON: ['json'] });
        return target && (await save(target, json, 'The JSON'));
      }),
    ),
  );
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
  if (target.scheme === 'file') await saveText(target.fsPath, text, what);
  else await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const shown = vscode.workspace.asRelativePath(target);
  void vscode.window.showInformationMessage(`${what} was saved to ${shown}.`, 'Open').then((chosen) => {
    if (chosen !== undefined) void vscode.window.showTextDocument(target);
  });
  return target;
}
