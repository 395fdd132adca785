import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { COMMANDS } from '../shared/contributions';
import type { RowDetails } from '../../model/diagnosis';
import { formatProgress } from '../../model/progress';
import { requireTrust } from '../connections/connections';
import { oneLine } from '../../report/format';
import { outcomeText } from '../../report/verdictText';
import type { SampleNode, TreeNode } from './treeNodes';
import { cancellable } from '../shared/cancellable';
import type { CheckStates } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import type { ShowConnectionProblem } from '../problems/actions';
import type { StuckTasksTree } from './stuckTasksTree';

interface Parts {
  readonly checks: CheckStates;
  readonly rows: Pick<ResultRows, 'verify'>;
  readonly tree: StuckTasksTree;
  readonly treeView: vscode.TreeView<TreeNode>;
  readonly showConnectionProblem: ShowConnectionProblem;
}

/** Registers "Verify This Task", which asks for an id where none is selected. It returns the row as it was found, or undefined when it is gone or nothing was looked at. */
export function registerVerifyTask(parts: Parts): vscode.Disposable {
  const running = new Map<number, Promise<RowDetails | undefined>>();
  return vscode.commands.registerCommand(COMMANDS.verifyTask, async (node?: TreeNode) => {
    const chosen = sampleOf(node ?? parts.treeView.selection[0]);
    if (!chosen) {
      await vscode.commands.executeCommand(COMMANDS.findTask);
      return undefined;
    }
    // A second click while it runs waits for the same answer.
    const { id } = chosen.sample;
    const job = running.get(id) ?? verify(parts, chosen);
    running.set(id, job);
    try {
      return await job;
    } finally {
      if (running.get(id) === job) running.delete(id);
    }
  });
}

/** The sample that a node is, or belongs to. */
function sampleOf(node: TreeNode | undefined): SampleNode | undefined {
  if (node?.kind === 'sample') return node;
  return node?.kind === 'evidence' || node?.kind === 'reading' ? node.owner : undefined;
}

/** A failure is shown and not thrown at the caller. */
async function verify(
  { checks, rows, tree, treeView, showConnectionProblem }: Parts,
  node: SampleNode,
): Promise<RowDetails | undefined> {
  const { id } = node.sample;
  try {
    requireTrust();
    const sample = await cancellable(`Verifying task ${String(id)}`, (signal, progress) =>
      rows.verify(id, signal, (event) => {
        progress.report({ message: formatProgress(event) });
      }),
    );
    const shown = tree.replace(node, sample);
    if (shown) await tell(treeView, shown);
    return sample;
  } catch (error) {
    showConnectionProblem(toProblem(error), checks.state.result?.profile);
    return undefined;
  }
}

/** Opens the evidence under the row. A message says when the row is no longer stuck. */
async function tell(treeView: Parts['treeView'], node: SampleNode): Promise<void> {
  const { sample, again, outcome } = node;
  const name = `Task ${String(sample.id)}`;
  if (again?.found === 'gone') {
    void vscode.window.showInformationMessage(`${name} is no longer in the table.`);
    return;
  }
  if (again?.found === 'moved') {
    const verdict = outcome ? ` Its verdict: ${outcomeText(outcome)}.` : '';
    void vscode.window.showInformationMessage(
      `${name} is no longer stuck: it is ${oneLine(sample.status)} and was touched since the check.${verdict}`,
    );
  }
  // An answer, not a demand: the keyboard stays where the user types. A check that ended in this moment has other nodes.
  if (treeView.visible) {
    await Promise.resolve(treeView.reveal(node, { select: true, focus: false, expand: true })).catch(() => undefined);
  }
}
