import * as vscode from 'vscode';
import { COMMANDS } from '../shared/contributions';
import { chosenTask, type ChosenTask, type TaskView } from './chosenTask';
import type { CheckStates } from '../checks/checkState';
import type { RowDetails } from '../../model/diagnosis';
import type { TaskNamed } from '../../python/model';
import type { ReportPanels } from '../report/reportPanels';
import { guarded, type ShownReports } from '../report/shownReport';
import { registerTaskLenses } from './taskLenses';
import type * as TaskCode from './taskCode';

interface Parts {
  readonly checks: CheckStates;
  readonly reports: ReportPanels;
  readonly treeView: TaskView;
}

/**
 * Registers what leads from a task to its code. Files are only read, so that all of it works in Restricted Mode too, and without a
 * connection. Each command gives what it opened or showed, or undefined.
 */
export function registerCode({ checks, reports, treeView }: Parts): vscode.Disposable {
  const register = (command: string, job: (task: ChosenTask) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, (asked?: unknown) =>
      guarded(async () => {
        const task = await chosenTask({ reports, treeView }, asked);
        return task && (await job(task));
      }),
    );
  return vscode.Disposable.from(
    register(COMMANDS.goToTaskSource, async (task) => (await code()).goToSource(task, rowsOf(reports, task))),
    register(COMMANDS.showTaskCallers, async (task) => (await code()).showCallers(task)),
    register(COMMANDS.showSignalReceivers, async (task) => (await code()).showReceivers(task, rowsOf(reports, task))),
    register(COMMANDS.showTaskCare, async (task) => (await import('./sideEffects')).showSideEffects(task)),
    registerTaskLenses(checks),
    reports.onDidAskSource(({ taskModule, taskName }) => {
      void guarded(async () => {
        const task = { taskModule, taskName };
        return (await code()).goToSource(task, rowsOf(reports, task));
      });
    }),
  );
}

/** The rows of a task type that the shown report has. */
function rowsOf({ active, latest }: ShownReports, { taskModule, taskName }: TaskNamed): readonly RowDetails[] {
  const type = (active ?? latest)?.diagnosis.taskTypes.find(
    (each) => each.taskModule === taskModule && each.taskName === taskName,
  );
  return type ? [...type.samples, ...(type.examples ?? [])] : [];
}

/** The code that reads Python is loaded at the first question. */
async function code(): Promise<typeof TaskCode> {
  return await import('./taskCode');
}
