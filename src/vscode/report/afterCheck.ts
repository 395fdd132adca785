import * as vscode from 'vscode';
import { SECTION, SETTINGS } from '../shared/contributions';
import { totalStuck, type Diagnosis } from '../../model/diagnosis';
import { count } from '../../base/numbers';
import { openReportAfterCheckSetting } from '../shared/settings';
import type { CheckStates } from '../checks/checkState';
import type { ReportPanels } from './reportPanels';

const ASKED = 'celeryTasks.askedForReport';

/**
 * Opens the report after the first check of a window, or asks whether it should: once in a window, and until there is an answer on this
 * machine. A question that nobody saw is none.
 * @param memory of the machine, over all windows
 */
export function registerReportAfterCheck(
  checks: CheckStates,
  reports: ReportPanels,
  memory: vscode.Memento,
): vscode.Disposable {
  let shown = checks.state.result;
  let opened = false;
  let asked = false;
  return checks.onDidChange(({ result }) => {
    if (!result || result === shown) return;
    shown = result;
    const setting = openReportAfterCheckSetting();
    if (setting === 'never') return;
    if (setting === 'always') {
      // Who closed it does not want it again today, also when it was open before the first check.
      if (!opened && !reports.main) reports.show(true);
      opened = true;
    } else if (!asked && !reports.main && result.diagnosis.taskTypes.length > 0 && memory.get(ASKED) !== true) {
      asked = true;
      void ask(reports, result.diagnosis, memory);
    }
  });
}

async function ask(reports: ReportPanels, diagnosis: Diagnosis, memory: vscode.Memento): Promise<void> {
  const answer = await vscode.window.showInformationMessage(
    `${count(totalStuck(diagnosis), 'stuck task')} found. Open the report?`,
    'Open Report',
    'Always',
    'Never',
  );
  if (answer === undefined) return;
  await memory.update(ASKED, true);
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
