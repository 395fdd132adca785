import * as vscode from 'vscode';
import { SECTION, SETTINGS } from '../shared/contributions';
import { totalStuck, type Diagnosis } from '../../model/diagnosis';
import { count } from '../../base/numbers';
import { openReportAfterCheckSetting } from '../shared/settings';
import type { CheckStates } from '../checks/checkState';
import type { ReportPanels } from './reportPanels';

const ASKED = 'celeryTasks.askedForReport';

/**
 * Opens the report after the first check of a window, or asks once on this machine whether it should.
 * @param memory of the machine, over all windows
 */
export function registerReportAfterCheck(
  checks: CheckStates,
  reports: ReportPanels,
  memory: vscode.Memento,
): vscode.Disposable {
  let shown = checks.state.result;
  let opened = false;
  return checks.onDidChange(({ result }) => {
    if (!result || result === shown) return;
    shown = result;
    const setting = openReportAfterCheckSetting();
    if (setting === 'never') return;
    if (setting === 'always') {
      // Who closed it does not want it again today, also when it was open before the first check.
      if (!opened && !reports.main) reports.show(true);
      opened = true;
    } else if (!reports.main && result.diagnosis.taskTypes.length > 0 && memory.get(ASKED) !== true) {
      void memory.update(ASKED, true);
      void ask(reports, result.diagnosis);
    }
  });
}

async function ask(reports: ReportPanels, diagnosis: Diagnosis): Promise<void> {
  const tasks = totalStuck(diagnosis);
  const stuck = `${count(tasks, 'task')} ${tasks === 1 ? 'is' : 'are'} stuck`;
  const answer = await vscode.window.showInformationMessage(
    `${stuck} in ${count(diagnosis.taskTypes.length, 'type')}. Read them as a report?`,
    'Open Report',
    'Always',
    'Never',
  );
  if (answer === 'Open Report' || answer === 'Always') reports.show();
  if (answer === 'Always' || answer === 'Never') await remember(answer === 'Always' ? 'always' : 'never');
}

async function remember(value: string): Promise<void> {
  try {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    await configuration.update(SETTINGS.openReportAfterCheck, value, vscode.ConfigurationTarget.Global);
  } catch {
    void vscode.window.showWarningMessage(
      `The answer could not be saved: set ${SECTION}.${SETTINGS.openReportAfterCheck} to ${value} in your settings.`,
    );
  }
}
