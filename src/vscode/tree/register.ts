import * as vscode from 'vscode';
import { COMMANDS, VIEW } from '../shared/contributions';
import { showProblem } from '../problems/problems';
import { taskTypeName } from '../../model/diagnosis';
import { argumentsText } from '../../report/textLog';
import { cellsOf, knowsQueues, verdictsOf } from './cells';
import { registerCheckProgress, type ProgressPlace } from './checkProgress';
import { isFiltered, NO_FILTER, readFilter, readLook, type TreeFilter, type TreeLook } from './treeLook';
import type { FilteredPlace, SharedFilter } from '../shared/sharedFilter';
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
  /** Where else the progress of a check can be seen. */
  readonly report: ProgressPlace & FilteredPlace;
  /** Memory of the workspace. */
  readonly memory: vscode.Memento;
}

const LOOK = 'celeryTasks.treeLook';

/** Registers what the tree says above its items, how it is grouped, sorted and filtered, and what its items offer. */
export function registerTree(parts: Parts): vscode.Disposable {
  const { checks, tree, treeView, report } = parts;
  tree.look = readLook(parts.memory.get(LOOK));
  return vscode.Disposable.from(
    registerViewStatus(parts),
    registerCheckProgress(checks, [treeView, report]),
    registerVerifyTask(parts),
    registerLook(parts),
    shareFilter(tree, report),
    registerCopies(treeView),
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

/** Tree and report are narrowed together. Of several verdicts, which only the tree can show at once, the report knows nothing. */
function shareFilter(tree: StuckTasksTree, report: FilteredPlace): vscode.Disposable {
  let shared = shareable(tree.look.filter);
  const isShared = (filter: SharedFilter): boolean => filter.text === shared.text && filter.verdict === shared.verdict;
  return vscode.Disposable.from(
    tree.onDidChangeLook(({ filter }) => {
      const now = shareable(filter);
      if (isShared(now)) return;
      shared = now;
      report.followFilter(now);
    }),
    report.onDidFilter((filter) => {
      if (isShared(filter)) return;
      shared = filter;
      const verdicts = filter.verdict === null ? [] : [filter.verdict];
      tree.look = { ...tree.look, filter: { verdicts, text: filter.text.trim() } };
    }),
  );
}

function shareable({ verdicts, text }: TreeFilter): SharedFilter {
  return { text, verdict: verdicts.length === 1 ? (verdicts[0] ?? null) : null };
}

/** Grouping and order are kept for the workspace; a filter is not, because it hides tasks. */
function registerLook({ checks, tree, memory }: Parts): vscode.Disposable {
  const show = async (look: TreeLook | undefined): Promise<void> => {
    if (!look) return;
    tree.look = look;
    await memory.update(LOOK, { grouping: look.grouping, order: look.order });
  };
  const diagnosis = () => checks.state.result?.diagnosis;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.groupTasks, async (wanted?: unknown) => {
      const asked = readLook(wanted, tree.look);
      if (asked !== tree.look) {
        await show(asked);
        return;
      }
      const { chooseGrouping } = await import('./chooseLook');
      const shown = diagnosis();
      const verdicts = shown?.parameters.checkExecution === true;
      await show(await chooseGrouping(tree.look, { verdicts, queues: shown !== undefined && knowsQueues(shown) }));
    }),
    vscode.commands.registerCommand(COMMANDS.filterTasks, async (wanted?: unknown) => {
      const { chooseFilter } = await import('./chooseLook');
      const shown = diagnosis();
      const counts = verdictsOf(shown ? cellsOf(shown) : []);
      const filter = readFilter(wanted) ?? (await chooseFilter(tree.look.filter, counts));
      if (filter) tree.look = { ...tree.look, filter: isFiltered(filter) ? filter : NO_FILTER };
    }),
    vscode.commands.registerCommand(COMMANDS.clearFilter, () => {
      tree.look = { ...tree.look, filter: NO_FILTER };
    }),
  );
}

function registerCopies(treeView: vscode.TreeView<TreeNode>): vscode.Disposable {
  // The editor passes the item and, where several are selected and it is one of them, all of these.
  const copy = (text: (node: TreeNode) => string | null) => async (node?: TreeNode, selected?: readonly TreeNode[]) => {
    const chosen = selected ?? (node ? [node] : treeView.selection);
    const values = [...new Set(chosen.map(text))].filter((value) => value !== null && value !== '');
    if (values.length === 0) return;
    await vscode.env.clipboard.writeText(values.join('\n'));
    void vscode.window.setStatusBarMessage('$(check) Copied', 2000);
  };
  const register = (command: string, text: (node: TreeNode) => string | null): vscode.Disposable =>
    vscode.commands.registerCommand(command, copy(text));
  return vscode.Disposable.from(
    register(COMMANDS.copyTaskId, (node) => (node.kind === 'sample' ? node.sample.taskId : null)),
    register(COMMANDS.copyRowId, (node) => (node.kind === 'sample' ? String(node.sample.id) : null)),
    register(COMMANDS.copyArguments, (node) => (node.kind === 'sample' ? argumentsText(node.sample) : null)),
    register(COMMANDS.copyTaskName, (node) =>
      node.kind === 'type' || node.kind === 'outcome' || node.kind === 'sample' ? taskTypeName(node.type) : null,
    ),
  );
}
