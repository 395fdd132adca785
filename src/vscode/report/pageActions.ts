import * as vscode from 'vscode';
import { COMMANDS } from '../shared/contributions';
import type { PageAction } from '../../report/panelMessages';
import type { ReportContent } from './reportContent';
import type { ReportPage } from './reportPage';
import type { Checks } from '../checks/checks';
import type { Output } from '../shared/output';
import type { ReportPanels } from './reportPanels';
import { guarded } from './shownReport';

interface Parts {
  readonly checks: Pick<Checks, 'cancel'>;
  readonly reports: ReportPanels;
  readonly output: Output;
}

/** Makes the buttons of every report do what they say, for the Diagnosis that their page shows. */
export function registerPageActions(parts: Parts): vscode.Disposable {
  return vscode.Disposable.from(
    parts.reports.onDidAsk(({ action, page }) => {
      void guarded(() => act(parts, action, page));
    }),
    parts.reports.onDidAskHours(({ hours, page }) => {
      void guarded(() => checkHours(parts.reports, hours, page));
    }),
  );
}

async function act({ checks, reports, output }: Parts, action: PageAction, page: ReportPage): Promise<void> {
  const { content } = page;
  switch (action) {
    case 'runAgain':
      await check(reports, page, false);
      return;
    case 'verifyExecution':
      await check(reports, page, true);
      return;
    case 'cancel':
      checks.cancel();
      return;
    case 'openLog':
      if (content) reports.askLog(content);
      return;
    case 'exportJson':
    case 'copyMarkdown':
    case 'share':
      // The feature that shares reports listens too.
      return;
    case 'addConnection':
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      return;
    case 'addBroker':
      await vscode.commands.executeCommand(COMMANDS.addRedis);
      return;
    case 'openEnv':
      await vscode.commands.executeCommand(COMMANDS.openEnvFile);
      return;
    case 'openSample':
      await vscode.commands.executeCommand(COMMANDS.openSample);
      return;
    case 'openSettings':
      await vscode.commands.executeCommand('workbench.action.openSettings', 'celeryTasks');
      return;
    case 'showOutput':
      output.show();
      return;
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

/** Checks from a report. What a sample or a file shows is of another place: there it begins a report of one's own. */
async function check(reports: ReportPanels, page: ReportPage, verify: boolean): Promise<void> {
  if (page !== reports.main) {
    if (vscode.workspace.isTrusted && !reports.isConfigured) {
      await vscode.commands.executeCommand(COMMANDS.addConnection);
      return;
    }
    reports.show();
    await vscode.commands.executeCommand(verify ? COMMANDS.verifyExecution : COMMANDS.check);
    return;
  }
  if (page.content?.origin === 'saved')
    await vscode.commands.executeCommand(COMMANDS.check, sameQuestion(page.content, verify));
  else await vscode.commands.executeCommand(verify ? COMMANDS.verifyExecution : COMMANDS.refresh);
}

/** Checks the same connection for younger tasks too. A sample or a file is of another place: only the report of the checks asks. */
async function checkHours(reports: ReportPanels, hours: number, page: ReportPage): Promise<void> {
  if (page !== reports.main || !page.content) return;
  await vscode.commands.executeCommand(COMMANDS.check, { ...sameQuestion(page.content, false), hours });
}

/** After a restart, what the check before it was asked is known from its Diagnosis alone. */
function sameQuestion({ diagnosis }: ReportContent, verify: boolean): object {
  const { hours, limit, statuses, checkExecution } = diagnosis.parameters;
  return { hours, limit, statuses, checkExecution: checkExecution || verify };
}
