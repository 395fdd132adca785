import type * as vscode from 'vscode';
import type { Checks } from '../editor/checks';
import type { Connections } from '../editor/connections';
import type { FixDocuments } from '../editor/fixDocuments';
import type { Output } from '../editor/output';
import type { LogDocuments } from '../views/logDocument';
import type { ReportPanels } from '../views/reportPanels';
import type { StuckTasksTree } from '../views/stuckTasksTree';
import type { TreeNode } from '../views/treeNodes';

/** The parts that commands work with; `extension.ts` builds them once. */
export interface Services {
  readonly connections: Connections;
  readonly checks: Checks;
  readonly tree: StuckTasksTree;
  readonly treeView: vscode.TreeView<TreeNode>;
  readonly logs: LogDocuments;
  readonly reports: ReportPanels;
  readonly fixes: FixDocuments;
  readonly output: Output;
}
