import type { Row, Snapshot } from '../ports/database';
import type { ScanOptions } from './scan';
import { readClock } from './clock';
import type { ScanStatement } from '../sql/statement';
import { SCAN_SETTINGS } from './settings';
import type { GroupsRequest, TaskTable } from './table';

/** How the server would run a statement, or did. */
export interface ExplainedStatement extends ScanStatement {
  /** EXPLAIN's lines, as the server prints them. */
  readonly plan: readonly string[];
}

/** Whether the server only plans (which costs it nothing), or runs the statement and measures. */
export type ExplainMode = 'plan' | 'analyze';

/** A setting of the session as the statements find it. */
export interface SettingInEffect {
  readonly name: string;
  /** With its unit, as SHOW prints it. */
  readonly value: string;
}

export interface ScanExplanation {
  readonly mode: ExplainMode;
  readonly settings: readonly SettingInEffect[];
  readonly statements: readonly ExplainedStatement[];
}

type Asked = Pick<ScanOptions, 'hours' | 'limit' | 'statuses'>;

/**
 * The statements of a scan that read many rows, as they are sent, in their order. The samples' look-up by primary key is none of them.
 * A large table is looked into, because the pass depends on what is found there.
 * @throws Problem
 */
export async function scanStatements(snapshot: Snapshot, table: TaskTable, asked: Asked): Promise<ScanStatement[]> {
  return await table.kind.statements(snapshot, table, await requestOf(snapshot, asked), true);
}

/** The plan of the pass alone, as it would be without a look into the table before: it reads the table in the same way. @throws Problem */
export async function planOfPass(snapshot: Snapshot, table: TaskTable, asked: Asked): Promise<string[]> {
  const statements = await table.kind.statements(snapshot, table, await requestOf(snapshot, asked), false);
  const pass = statements.at(-1);
  if (!pass) return [];
  await snapshot.query(SCAN_SETTINGS);
  return (await snapshot.query(`${EXPLAIN.plan} ${pass.text}`, pass.values)).map(planLine);
}

async function requestOf(snapshot: Snapshot, { hours, limit, statuses }: Asked): Promise<GroupsRequest> {
  return { ...(await readClock(snapshot, hours)), statuses, limit };
}

/** What decides how a scan is planned, and how long it may take. */
const SETTINGS_SHOWN = [
  'statement_timeout',
  'lock_timeout',
  'enable_sort',
  'enable_seqscan',
  'jit',
  'work_mem',
  'parallel_setup_cost',
  'parallel_tuple_cost',
  'max_parallel_workers_per_gather',
  'max_parallel_workers',
  'random_page_cost',
  'effective_cache_size',
  'shared_buffers',
];

const SETTINGS_IN_EFFECT = `select name, current_setting(name) as value from pg_settings where name = any($1::text[])
 order by array_position($1::text[], name)`;

/**
 * Asks the server for the plan of each statement of a scan, with the settings of a scan, in the snapshot's own transaction. With
 * `analyze` the server runs them: that costs what a scan costs, under the same limits.
 * @throws Problem as a scan does
 */
export async function explainScan(
  snapshot: Snapshot,
  table: TaskTable,
  options: Asked,
  mode: ExplainMode,
): Promise<ScanExplanation> {
  await snapshot.query(SCAN_SETTINGS);
  const settings = await snapshot.query(SETTINGS_IN_EFFECT, [SETTINGS_SHOWN]);
  const statements: ExplainedStatement[] = [];
  for (const statement of await scanStatements(snapshot, table, options)) {
    const rows = await snapshot.query(`${EXPLAIN[mode]} ${statement.text}`, statement.values);
    statements.push({ ...statement, plan: rows.map(planLine) });
  }
  return {
    mode,
    settings: settings.map(({ name, value }) => ({ name: name ?? '', value: value ?? '' })),
    statements,
  };
}

const EXPLAIN: Readonly<Record<ExplainMode, string>> = {
  plan: 'explain',
  analyze: 'explain (analyze, buffers)',
};

function planLine(row: Row): string {
  return row['QUERY PLAN'] ?? '';
}
