import * as vscode from 'vscode';
import { Problem, toProblem } from '../../base/problem';
import type { FixKind } from '../../model/fix';
import { CAUSES, VERDICTS } from '../../model/verdict';
import type { CheckResult, CheckStates } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import { requireTrust } from '../connections/connections';
import type { ShowConnectionProblem } from '../problems/actions';
import { contentOfResult, type ReportContent } from '../report/reportContent';
import type { ReportPanels } from '../report/reportPanels';
import { COMMANDS } from '../shared/contributions';
import type { TreeNode } from '../tree/treeNodes';
import { FixDocuments } from './fixDocuments';
import { targetOfNodes, targetOfOutcome, targetOfReport, targetOfRow, type FixTarget } from './fixTarget';
import type { FixAnswer } from './generateFix';

interface Parts {
  readonly checks: CheckStates;
  readonly rows: Pick<ResultRows, 'forFix'>;
  readonly reports: ReportPanels;
  readonly treeView: Pick<vscode.TreeView<TreeNode>, 'visible' | 'selection'>;
  readonly showConnectionProblem: ShowConnectionProblem;
}

/** Registers "Generate Fix Script": from the tree, from a report, or of all rows of the latest check. Nothing is ever run. */
export function registerFix({ checks, rows, reports, treeView, showConnectionProblem }: Parts): vscode.Disposable {
  const documents = new FixDocuments(checks);
  const attempt = async (job: () => Promise<FixAnswer | undefined>): Promise<FixAnswer | undefined> => {
    try {
      requireTrust();
      return await job();
    } catch (error) {
      const problem = toProblem(error);
      if (problem instanceof NotVerified) offer(problem, 'Check with Verification', COMMANDS.verifyExecution);
      else if (problem.kind === 'invalid') offer(problem, 'Check Again', COMMANDS.verifyExecution);
      else showConnectionProblem(problem, checks.state.result?.profile);
      return undefined;
    }
  };
  return vscode.Disposable.from(
    documents,
    vscode.commands.registerCommand(COMMANDS.generateFixScript, async (asked?: unknown, selected?: unknown) => {
      const { result } = checks.state;
      return await attempt(async () => {
        const found = checked(reports.active, result);
        const { generateFix, pickTarget } = await import('./generateFix');
        const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as TreeNode[]) : nodesOf(asked);
        const wish = wishOf(asked);
        const target =
          wish.target ??
          targetOfNodes(nodes ?? (treeView.visible ? treeView.selection : [])) ??
          (await pickTarget(found));
        return target && (await generateFix({ checks, rows, documents }, found, target, wish.kind));
      });
    }),
    reports.onDidAskFix(({ content, rows: chosen }) => {
      void attempt(async () => {
        const found = checked(content, checks.state.result);
        const { generateFix } = await import('./generateFix');
        const target = targetOfReport(found.diagnosis, chosen);
        return target && (await generateFix({ checks, rows, documents }, found, target));
      });
    }),
  );
}

/**
 * The check that a script can be made of: the latest, of this window, with verification.
 * @param content the report that the user works with
 * @throws Problem that says what to do first
 */
function checked(content: ReportContent | undefined, result: CheckResult | undefined): CheckResult {
  if (content && content.origin !== 'check')
    throw new Problem(
      'invalid',
      content.origin === 'sample'
        ? 'The sample report is made up: check your own tasks to generate a fix script for them.'
        : 'This report is of an earlier check, and its rows may have moved since: check again, then generate the fix script.',
    );
  if (!result)
    throw new Problem('not-configured', 'There is no result yet: run "Celery Tasks: Check with Verification" first.');
  if (content && contentOfResult(result) !== content)
    throw new Problem('invalid', 'A newer check has ended meanwhile: generate the fix script from what is shown now.');
  if (!result.diagnosis.parameters.checkExecution) throw new NotVerified();
  return result;
}

class NotVerified extends Problem {
  constructor() {
    super(
      'invalid',
      'Execution was not verified, so nothing is known of these rows that a script could rest on: check with verification first.',
    );
  }
}

function offer({ message }: Problem, title: string, command: string): void {
  void vscode.window.showWarningMessage(message, title).then((answer) => {
    if (answer !== undefined) void vscode.commands.executeCommand(command);
  });
}

function nodesOf(asked: unknown): readonly TreeNode[] | undefined {
  return typeof asked === 'object' && asked !== null && 'kind' in asked && 'id' in asked
    ? [asked as TreeNode]
    : undefined;
}

/** What a keybinding or another program may name: `{ verdict, cause, script }`, or one `{ row }`. */
function wishOf(asked: unknown): { readonly target?: FixTarget; readonly kind?: FixKind } {
  if (typeof asked !== 'object' || asked === null || 'id' in asked) return {};
  const { verdict, cause, script, row } = asked as Record<string, unknown>;
  if (Number.isSafeInteger(row)) return { target: targetOfRow(row as number) };
  const known = VERDICTS.find((one) => one === verdict);
  const because = cause === null ? null : CAUSES.find((one) => one === cause);
  // A cause that is not known must not come to mean every cause.
  const isKnown = known !== undefined && (cause === undefined || because !== undefined);
  const kind = KINDS.find((one) => one === script);
  return {
    ...(isKnown ? { target: targetOfOutcome(known, because) } : {}),
    ...(kind ? { kind } : {}),
  };
}

const KINDS: readonly FixKind[] = ['sql', 'inverse-sql', 'django', 'inverse-django', 'dispatch', 'cure', 'index'];
