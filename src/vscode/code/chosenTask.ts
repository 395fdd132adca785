import * as vscode from 'vscode';
import { LOG_LANGUAGE } from '../shared/contributions';
import { taskTypeName, type RowDetails, type TaskType } from '../../model/diagnosis';
import { count } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskOfLogLine } from '../../report/logPlaces';
import type { TaskNamed } from '../../python/model';
import type { TreeNode } from '../tree/treeNodes';
import { shownReport, type ShownReports } from '../report/shownReport';

/** What a command about a task's code is about. */
export interface ChosenTask extends TaskNamed {
  /** The row that it was asked at. */
  readonly sample?: RowDetails;
}

/** The tree, as a command needs it that is about the selected task. */
export type TaskView = Pick<vscode.TreeView<TreeNode>, 'visible' | 'selection'>;

/**
 * The task that a command is about: the one that the caller named, else the one selected in the tree or in the log's line, else the
 * one that the user picks from the shown report.
 * @param asked a node of the tree, or the names of a task
 * @returns undefined when the user escaped
 * @throws Problem when there is no report to pick from
 */
export async function chosenTask(
  { reports, treeView }: { readonly reports: ShownReports; readonly treeView: TaskView },
  asked: unknown,
): Promise<ChosenTask | undefined> {
  const task = taskOf(asked);
  if (task) return task;
  const here = taskInLog() ?? (treeView.visible ? taskOf(treeView.selection[0]) : undefined);
  return here ?? (await pickType(shownReport(reports).diagnosis.taskTypes));
}

/** @returns undefined for everything that names no task */
function taskOf(value: unknown): ChosenTask | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('kind' in value)) {
    const { taskModule, taskName } = value as Partial<Record<keyof TaskNamed, unknown>>;
    return typeof taskModule === 'string' && typeof taskName === 'string' ? { taskModule, taskName } : undefined;
  }
  const node = value as TreeNode;
  if (node.kind === 'type' || node.kind === 'outcome') return named(node.type);
  if (node.kind === 'sample') return { ...named(node.type), sample: node.sample };
  return node.kind === 'evidence' || node.kind === 'reading' ? taskOf(node.owner) : undefined;
}

function named({ taskModule, taskName }: TaskNamed): TaskNamed {
  return { taskModule, taskName };
}

function taskInLog(): ChosenTask | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== LOG_LANGUAGE) return undefined;
  return taskOfLogLine(editor.document.lineAt(editor.selection.active.line).text);
}

async function pickType(types: readonly TaskType[]): Promise<ChosenTask | undefined> {
  if (types.length === 0) throw new Problem('not-configured', 'Nothing is stuck, so there is no task to choose from.');
  const items = types.map((type) => ({
    label: escapeUnsafe(type.taskName),
    description: count(type.count, 'task'),
    detail: escapeUnsafe(taskTypeName(type)),
    type,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Task Types',
    placeHolder: 'Which task?',
    matchOnDetail: true,
  });
  return picked && named(picked.type);
}
