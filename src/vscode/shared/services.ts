import type * as vscode from 'vscode';
import type { Checks } from '../checks/checks';
import type { Connections } from '../connections/connections';
import type { FixDocuments } from '../fix/fixDocuments';
import type { Output } from './output';
import type { LogDocuments } from '../log/logDocument';
import type { ReportPanels } from '../report/reportPanels';
import type { StuckTasksTree } from '../tree/stuckTasksTree';
import type { TreeNode } from '../tree/treeNodes';

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
