import * as vscode from 'vscode';
import { COMMANDS, VIEW } from '../shared/contributions';
import { showProblem } from '../problems/problems';
import { argumentsText } from '../../report/textLog';
import type { TreeNode } from './treeNodes';
import { registerVerifyTask } from './verifyTask';
import { registerViewStatus } from './viewStatusBinding';
import type { Checks } from '../checks/checks';
import type { ResultRows } from '../checks/resultRows';
import type { Connections } from '../connections/connections';
import type { ShowConnectionProblem } from '../problems/actions';
import type { StuckTasksTree } from './stuckTasksTree';

interface Parts {
  readonly checks: Checks;
  readonly connections: Connections;
  readonly rows: ResultRows;
  readonly tree: StuckTasksTree;
  readonly treeView: vscode.TreeView<TreeNode>;
  readonly showConnectionProblem: ShowConnectionProblem;
}

/** Registers what the tree says above its items, and what its items offer. */
export function registerTree(parts: Parts): vscode.Disposable {
  const { tree, treeView } = parts;
  // The editor passes the item and, where several are selected and it is one of them, all of these.
  const copy = (text: (node: TreeNode) => string | null) => async (node?: TreeNode, selected?: readonly TreeNode[]) => {
    const chosen = selected ?? (node ? [node] : treeView.selection);
    const values = chosen.map(text).filter((value) => value !== null && value !== '');
    if (values.length === 0) return;
    await vscode.env.clipboard.writeText(values.join('\n'));
    void vscode.window.setStatusBarMessage('$(check) Copied', 2000);
  };
  return vscode.Disposable.from(
    registerViewStatus(parts),
    registerVerifyTask(parts),
    vscode.commands.registerCommand(
      COMMANDS.copyTaskId,
      copy((node) => (node.kind === 'sample' ? node.sample.taskId : null)),
    ),
    vscode.commands.registerCommand(
      COMMANDS.copyArguments,
      copy((node) => (node.kind === 'sample' ? argumentsText(node.sample) : null)),
    ),
    vscode.commands.registerCommand(COMMANDS.loadMore, async (node?: TreeNode) => {
      if (node?.kind !== 'more') return;
      try {
        await vscode.window.withProgress({ location: { viewId: VIEW } }, () => tree.loadMore(node));
      } catch (error) {
        showProblem(error);
      }
    }),
  );
}
