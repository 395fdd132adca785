import * as vscode from 'vscode';
import { count, number } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import type { RowsForFix } from '../../check/rowsForFix';
import { sampleOf } from '../../model/estimate';
import type { FixCheck, FixKind, FixPlan, FixScript } from '../../model/fix';
import type { Cause, Verdict } from '../../model/verdict';
import type { CheckResult, CheckStates } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import { whenSlow } from '../shared/whenSlow';
import type { FixDocuments } from './fixDocuments';
import { EVERY_ROW, targetOfOutcome, type FixTarget } from './fixTarget';
import { pickScript } from './pickScript';

/** What came of asking for a script. */
export interface FixAnswer {
  readonly plan: FixPlan;
  /** Empty when the user escaped, or there is no script. */
  readonly documents: readonly vscode.TextDocument[];
}

interface Parts {
  readonly checks: CheckStates;
  readonly rows: Pick<ResultRows, 'forFix'>;
  readonly documents: FixDocuments;
}

/**
 * Reads the chosen rows again, lets the user choose a script, and opens it.
 * @param kind the script, where the caller names it
 * @throws Problem
 */
export async function generateFix(
  { checks, rows, documents }: Parts,
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
    rows.forFix(result, judged, signal),
  );
  const { planFix } = await import('../../fixes/planFix');
  const plan = planFix(fixCheck(result, read), read.rows, target.says, read.moved, new Date());
  const moved = read.moved === 0 ? '' : `, ${number(read.moved)} moved since the check and left out`;
  const title = `Fix Script: ${says} (${count(read.rows.length, 'row')}${moved})`;
  const script = kind === undefined ? await pickScript(title, plan) : plan.scripts.find((one) => one.kind === kind);
  if (!script) return { plan, documents: [] };
  const { withSideEffects } = await import('../code/sideEffectComment');
  const shown = script.kind === 'dispatch' ? await withSideEffects(script, read.rows) : script;
  // Another check may have ended while the user chose, or while code was read.
  if (checks.state.result !== result)
    throw new Problem('invalid', 'A newer check has ended meanwhile: generate the fix script again.');
  return { plan, documents: await documents.show(shown, inverseOf(script, plan), result) };
}

const INVERSES: Readonly<Partial<Record<FixKind, FixKind>>> = { sql: 'inverse-sql', django: 'inverse-django' };

function inverseOf(script: FixScript, { scripts }: FixPlan): FixScript | undefined {
  const kind = INVERSES[script.kind];
  return kind && scripts.find((one) => one.kind === kind);
}

function fixCheck({ diagnosis, profile }: CheckResult, { table, index }: RowsForFix): FixCheck {
  const { postgres, redis, queues, broker: other } = diagnosis.infrastructure;
  const broker = redis && redis.role !== 'results' ? redis.address : undefined;
  return {
    generatedAt: diagnosis.generatedAt,
    connection: profile.name,
    address: postgres.address,
    ...(broker === undefined ? {} : { broker }),
    ...(other ? { onRabbit: true as const } : {}),
    olderThan: diagnosis.parameters.olderThan,
    statuses: diagnosis.parameters.statuses,
    table,
    ...(index ? { index } : {}),
    ...(queues ? { queues: queues.map(({ name }) => name) } : {}),
  };
}

/** Asks for a verdict and cause, where no rows were chosen. */
export async function pickTarget({ diagnosis, judged }: CheckResult): Promise<FixTarget | undefined> {
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
