import type * as vscode from 'vscode';
import type { StuckTasksTree } from './stuckTasksTree';
import type { TreeNode } from './treeNodes';

/**
 * Brings the tree forward after a check, without taking the keyboard from where the user types. It is never empty then: where nothing is
 * stuck, it says what can be asked next.
 */
export async function showResult(tree: StuckTasksTree, treeView: vscode.TreeView<TreeNode>): Promise<void> {
  if (treeView.visible) return;
  const [first] = tree.getChildren();
  // A check that ended in this moment has other nodes, and brings the view forward itself.
  if (first) await Promise.resolve(treeView.reveal(first, { select: false, focus: false })).catch(() => undefined);
}
