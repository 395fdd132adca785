import * as vscode from 'vscode';
import { COMMANDS } from '../shared/contributions';
import { sampleOf } from '../../model/estimate';
import { count, number } from '../../base/numbers';
import { Problem } from '../../base/problem';
import type { RowsForFix } from '../../check/rowsForFix';
import { escapeUnsafe } from '../../base/unsafeText';
import { CAUSES, VERDICTS, type Cause, type Verdict } from '../../model/verdict';
import type { CheckResult } from '../checks/checks';
import { requireTrust } from '../connections/connections';
import { toProblem } from '../problems/problems';
import type { FixCheck, FixKind, FixPlan, FixScript } from '../../model/fix';
import type { TreeNode } from '../tree/treeNodes';
import { contentOfResult, type ReportContent } from '../report/reportContent';
import { showWithCure } from '../problems/actions';
import { EVERY_ROW, targetOfNodes, targetOfOutcome, targetOfReport, type FixTarget } from './fixTarget';
import { pickScript } from './pickScript';
import type { Services } from '../shared/services';
import { whenSlow } from '../shared/whenSlow';

/** What came of asking for a script. */
export interface FixAnswer {
  readonly plan: FixPlan;
  /** Empty when the person escaped, or there is no script. */
  readonly documents: readonly vscode.TextDocument[];
}

/** Registers "Generate Fix Script": from the tree, from a report, or of all rows of the latest check. Nothing is ever run. */
export function registerFix(services: Services): vscode.Disposable {
  const { reports, checks, treeView } = services;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.generateFixScript, async (asked?: unknown, selected?: unknown) => {
      const { result } = checks.state;
      return await attempt(services, async () => {
        const found = checked(reports.active, result);
        const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as TreeNode[]) : nodesOf(asked);
        const wish = wishOf(asked);
        const target =
          wish.target ??
          targetOfNodes(nodes ?? (treeView.visible ? treeView.selection : [])) ??
          (await pickTarget(found));
        return target && (await generate(services, found, target, wish.kind));
      });
    }),
    reports.onDidAskFix(({ content, rows }) => {
      void attempt(services, async () => {
        const found = checked(content, checks.state.result);
        const target = targetOfReport(found.diagnosis, rows);
        return target && (await generate(services, found, target));
      });
    }),
  );
}

/**
 * The check that a script can be made of: the latest, of this window, with verification.
 * @param content the report that the person works with
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
    throw new Problem(
      'not-configured',
      'There is no result yet: run "Celery Tasks: Check and Verify Execution" first.',
    );
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

/** A failure is shown, with the one thing that helps. */
async function attempt(services: Services, job: () => Promise<FixAnswer | undefined>): Promise<FixAnswer | undefined> {
  try {
    requireTrust();
    return await job();
  } catch (error) {
    const problem = toProblem(error);
    if (problem instanceof NotVerified) offer(problem, 'Check with Verification', COMMANDS.verifyExecution);
    else if (problem.kind === 'invalid') offer(problem, 'Check Again', COMMANDS.verifyExecution);
    else showWithCure(services, problem, services.checks.state.result?.profile);
    return undefined;
  }
}

function offer({ message }: Problem, title: string, command: string): void {
  void vscode.window.showWarningMessage(message, title).then((answer) => {
    if (answer !== undefined) void vscode.commands.executeCommand(command);
  });
}

async function generate(
  services: Services,
  result: CheckResult,
  target: FixTarget,
  kind?: FixKind,
): Promise<FixAnswer | undefined> {
  const says = escapeUnsafe(target.says);
  const judged = result.judged.choose(target.choice);
  if (judged.length === 0) {
    void vscode.window.showInformationMessage(
      `None of these rows was judged (${says}): a script is made only for rows that the check has looked at.`,
    );
    return undefined;
  }
  const read = await whenSlow(`Reading ${count(judged.length, 'row')} again, without changing them`, (signal) =>
    services.checks.readAgain(result, judged, signal),
  );
  const { planFix } = await import('../../fixes/planFix');
  const plan = planFix(await fixCheck(result, read), read.rows, target.says, read.moved, new Date());
  const moved = read.moved === 0 ? '' : `, ${number(read.moved)} moved since the check and left out`;
  const title = `Fix Script: ${says} (${count(read.rows.length, 'row')}${moved})`;
  const script = kind === undefined ? await pickScript(title, plan) : plan.scripts.find((one) => one.kind === kind);
  if (!script) return { plan, documents: [] };
  const { withCare } = await import('../code/sideEffectComment');
  const shown = script.kind === 'dispatch' ? await withCare(script, read.rows) : script;
  // Another check may have ended while the person chose, or while code was read.
  if (services.checks.state.result !== result)
    throw new Problem('invalid', 'A newer check has ended meanwhile: generate the fix script again.');
  return { plan, documents: await services.fixes.show(shown, inverseOf(script, plan), result) };
}

const INVERSES: Readonly<Partial<Record<FixKind, FixKind>>> = { sql: 'inverse-sql', django: 'inverse-django' };

function inverseOf(script: FixScript, { scripts }: FixPlan): FixScript | undefined {
  const kind = INVERSES[script.kind];
  return kind && scripts.find((one) => one.kind === kind);
}

async function fixCheck({ diagnosis, profile }: CheckResult, { table, wantsIndex }: RowsForFix): Promise<FixCheck> {
  const { createScanIndex } = await import('../../verdicts/advice/snippets');
  const { postgres, redis, queues } = diagnosis.infrastructure;
  const broker = redis && redis.role !== 'results' ? redis.address : undefined;
  return {
    generatedAt: diagnosis.generatedAt,
    connection: profile.name,
    address: postgres.address,
    ...(broker === undefined ? {} : { broker }),
    olderThan: diagnosis.parameters.olderThan,
    statuses: diagnosis.parameters.statuses,
    table,
    ...(wantsIndex ? { index: createScanIndex({ sql: table }) } : {}),
    ...(queues ? { queues: queues.map(({ name }) => name) } : {}),
  };
}

function nodesOf(asked: unknown): readonly TreeNode[] | undefined {
  return typeof asked === 'object' && asked !== null && 'kind' in asked && 'id' in asked
    ? [asked as TreeNode]
    : undefined;
}

/** What a keybinding or another program may name: `{ verdict, cause, script }`. */
function wishOf(asked: unknown): { readonly target?: FixTarget; readonly kind?: FixKind } {
  if (typeof asked !== 'object' || asked === null || 'id' in asked) return {};
  const { verdict, cause, script } = asked as Record<string, unknown>;
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

const KINDS: readonly FixKind[] = ['sql', 'inverse-sql', 'django', 'inverse-django', 'dispatch', 'cure'];

/** Asks for a verdict and cause, where no rows were chosen. */
async function pickTarget({ diagnosis, judged }: CheckResult): Promise<FixTarget | undefined> {
  const sums = new Map<string, { verdict: Verdict; cause: Cause | null; rows: number }>();
  for (const { group, rows } of judged.countsOf()) {
    const { verdict, cause = null } = group;
    const key = `${verdict}/${cause ?? ''}`;
    const sum = sums.get(key) ?? { verdict, cause, rows: 0 };
    sum.rows += rows;
    sums.set(key, sum);
  }
  if (sums.size === 0) throw new Problem('not-configured', 'Nothing is stuck, so there is nothing to fix.');
  const ofThese = sampleOf(diagnosis.taskTypes) ? ' that were judged' : '';
  const items = [
    { label: 'Every row that was judged', description: count(judged.size, 'row'), target: EVERY_ROW },
    ...[...sums.values()]
      .sort((a, b) => b.rows - a.rows)
      .map(({ verdict, cause, rows }) => ({
        label: cause === null ? verdict : `${verdict} · ${cause}`,
        description: `${count(rows, 'row')}${ofThese}`,
        target: targetOfOutcome(verdict, cause),
      })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Generate Fix Script',
    placeHolder: 'For which rows? Nothing is run: a script is opened for you to read',
  });
  return picked?.target;
}
