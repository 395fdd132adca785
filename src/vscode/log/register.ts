import * as vscode from 'vscode';
import { COMMANDS, LOG_SCHEME } from '../shared/contributions';
import { Problem } from '../../base/problem';
import { logFileSetting } from '../shared/settings';
import { workspaceFile } from '../shared/workspaceFile';
import { LOG_FILE_NAME } from '../../report/logOutline';
import { textLog } from '../../report/textLog';
import type { CheckStates } from '../checks/checkState';
import type { ReportContent } from '../report/reportContent';
import type { ReportPanels } from '../report/reportPanels';
import { guarded, shownReport } from '../report/shownReport';
import { askWhereToSave, saveFile } from '../shared/saveFile';
import { LogDocuments } from './logDocument';
import { registerTaskLinks } from './logLinks';

interface Parts {
  readonly checks: CheckStates;
  readonly reports: ReportPanels;
}

/**
 * Registers the log: its documents, with folding, outline and links, and the commands that open and save it. Saving returns the Uri
 * written, or undefined.
 */
export function registerLog({ checks, reports }: Parts): vscode.Disposable {
  const logs = new LogDocuments(checks);
  return vscode.Disposable.from(
    logs,
    registerTaskLinks(),
    vscode.commands.registerCommand(COMMANDS.openLog, () => guarded(() => logs.show(shownReport(reports)))),
    vscode.commands.registerCommand(COMMANDS.saveLog, (document?: unknown) =>
      guarded(() => saveLog(logOf(logs, document) ?? shownReport(reports))),
    ),
    reports.onDidAskLog(({ content, place }) => {
      void guarded(() => logs.show(content, place));
    }),
  );
}

/** The report of the log document whose button was pressed, or that is being edited. */
function logOf(logs: LogDocuments, document: unknown): ReportContent | undefined {
  const uri = document instanceof vscode.Uri ? document : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === LOG_SCHEME ? logs.contentOf(uri) : undefined;
}

async function saveLog({ diagnosis }: ReportContent): Promise<vscode.Uri | undefined> {
  const text = textLog(diagnosis);
  const target = configuredLogFile() ?? (await askWhereToSave(LOG_FILE_NAME, { Log: ['log', 'txt'] }));
  return target && (await saveFile(target, text, 'The log'));
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
