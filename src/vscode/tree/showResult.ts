import * as vscode from 'vscode';
import { hiddenRows } from '../../model/hidden';
import type { CheckStates } from '../checks/checkState';
import type { StuckTasksTree } from './stuckTasksTree';
import type { TreeNode } from './treeNodes';

/**
 * Brings the tree forward after a check, without taking the keyboard from where the user types. An empty tree cannot be brought
 * forward: a message says that nothing is stuck.
 */
export async function showResult(
  checks: CheckStates,
  tree: StuckTasksTree,
  treeView: vscode.TreeView<TreeNode>,
): Promise<void> {
  if (treeView.visible) return;
  const [first] = tree.getChildren();
  if (first) {
    // A check that ended in this moment has other nodes, and brings the view forward itself.
    await Promise.resolve(treeView.reveal(first, { select: false, focus: false })).catch(() => undefined);
    return;
  }
  const { result } = checks.state;
  if (!result) return;
  const { parameters, sources } = result.diagnosis;
  const asked = `${parameters.statuses.join(' or ')} for ${String(parameters.hours)} hours or more`;
  const hidden = hiddenRows(sources);
  if (hidden === null) void vscode.window.showInformationMessage(`Nothing is stuck: no task is ${asked}.`);
  else void vscode.window.showWarningMessage(`No task is ${asked} among the rows that the check sees. ${hidden}.`);
}
