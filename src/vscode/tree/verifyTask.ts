import * as vscode from 'vscode';
import { COMMANDS, VIEW } from '../shared/contributions';
import type { Sample } from '../../model/diagnosis';
import { formatProgress } from '../../model/progress';
import { requireTrust } from '../connections/connections';
import { toProblem } from '../problems/problems';
import { oneLine } from '../../report/format';
import { outcomeText } from '../../report/verdictText';
import type { SampleNode, TreeNode } from './treeNodes';
import { cancellable } from '../shared/cancellable';
import { showWithCure } from '../problems/actions';
import type { Services } from '../shared/services';

/** Registers "Verify This Task". It gives the row as it was found, or undefined when it is gone or nothing was looked at. */
export function registerVerify(services: Services): vscode.Disposable {
  const running = new Map<number, Promise<Sample | undefined>>();
  return vscode.commands.registerCommand(COMMANDS.verifyTask, async (node?: TreeNode) => {
    const chosen = sampleOf(node ?? services.treeView.selection[0]);
    if (!chosen) {
      void vscode.window.showInformationMessage('Select a task in the Stuck Tasks view first.');
      return undefined;
    }
    // A second click while it runs waits for the same answer.
    const { id } = chosen.sample;
    const job = running.get(id) ?? verify(services, chosen);
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
async function verify(services: Services, node: SampleNode): Promise<Sample | undefined> {
  const { checks, tree } = services;
  const { id } = node.sample;
  try {
    requireTrust();
    const sample = await vscode.window.withProgress({ location: { viewId: VIEW } }, () =>
      cancellable(`Verifying task ${String(id)}`, (signal, progress) =>
        checks.verify(id, signal, (event) => {
          progress.report({ message: formatProgress(event) });
        }),
      ),
    );
    const shown = tree.replace(node, sample);
    if (shown) await tell(services, shown);
    return sample;
  } catch (error) {
    showWithCure(services, toProblem(error), checks.state.result?.profile);
    return undefined;
  }
}

/** Opens the evidence under the row; what is no longer stuck is said in words too. */
async function tell({ treeView }: Services, node: SampleNode): Promise<void> {
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
  // An answer, not a demand: the keyboard stays where the person types. A check that ended in this moment has other nodes.
  if (treeView.visible) {
    await Promise.resolve(treeView.reveal(node, { select: true, focus: false, expand: true })).catch(() => undefined);
  }
}
