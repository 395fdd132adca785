import type { OtherStatus, PostgresFacts, RowDetails, TaskType, Timeline, YoungerRows } from '../model/diagnosis';
import { taskTypeName, totalStuck } from '../model/diagnosis';
import { typeKey } from '../model/taskType';
import type { CheckParameters } from '../model/parameters';
import type { ProgressSteps, StepId } from '../model/progress';
import type { Snapshot } from '../ports/database';
import { limitToTable } from './budget';
import { readClock } from './clock';
import { firstLookText } from './firstLook';
import { SCAN_SETTINGS } from './settings';
import type { ScanStatement } from '../sql/statement';
import { findTable } from './findTable';
import type { Group, TaskTable } from './table';

/** Steps of progress that one scan makes. */
export const SCAN_STEPS: readonly StepId[] = ['table', 'scan', 'samples'];

export interface ScanOptions extends CheckParameters {
  /** `table` or `schema.table`. */
  readonly table: string;
  /** Argument keys whose values never leave the scan. */
  readonly maskedKeys: readonly string[];
}

export interface ScanResult {
  /** The server's clock. */
  readonly now: string;
  readonly olderThan: string;
  /** The axis of every `lastRuns`; absent where nothing is stuck. */
  readonly timeline?: Timeline;
  readonly taskTypes: readonly TaskType[];
  readonly otherStatuses: readonly OtherStatus[];
  /** The rows of the chosen statuses that are not old enough to be stuck, most rows first. */
  readonly younger: readonly YoungerRows[];
  readonly facts: Omit<PostgresFacts, 'address'>;
  readonly table: TaskTable;
  /** The statements that read the whole table, as they were sent. */
  readonly passes: readonly ScanStatement[];
}

/**
 * Reads everything that the table says, in one pass over it and one look-up of the samples by primary key.
 * All numbers come from `snapshot`, so they agree with each other.
 * @throws Problem when the table is missing, is another table, or may not be read
 */
export async function scan(snapshot: Snapshot, options: ScanOptions, progress: ProgressSteps): Promise<ScanResult> {
  progress.next('table', `Looking up the table ${options.table}`);
  const table = await findTable(snapshot, options.table);
  await limitToTable(snapshot, table);
  const clock = await readClock(snapshot, options.hours);

  const query = 'Querying database for stuck tasks';
  progress.next('scan', query, `${query}... This may take a moment`);
  await snapshot.query(SCAN_SETTINGS);
  const { groups, younger, timeline, passes } = await table.kind.groups(snapshot, table, clock, options, (look) => {
    const text = firstLookText(look);
    if (text !== undefined) progress.say(text);
  });
  const stuck = groups.filter((group) => options.statuses.includes(group.status));
  const others = groups.filter((group) => !options.statuses.includes(group.status));

  progress.next('samples', 'Reading sample tasks');
  const ids = groups.flatMap((group) => group.newestIds);
  const samples = await table.kind.samples(snapshot, table, ids, options.maskedKeys);
  const taskTypes = toTaskTypes(stuck, samples, options.limit);
  progress.count({ stuck: totalStuck({ taskTypes }), taskTypes: taskTypes.length });
  progress.say(`Processing complete. Found ${String(taskTypes.length)} stuck task types.`);
  taskTypes.forEach((type, index) => {
    progress.say(`Analyzing task type ${String(index + 1)}/${String(taskTypes.length)}: ${taskTypeName(type)}`);
  });

  return {
    now: clock.now,
    olderThan: clock.olderThan,
    ...(timeline ? { timeline } : {}),
    taskTypes,
    otherStatuses: toOtherStatuses(others, samples, options.limit),
    younger: [...younger].sort(mostRowsFirst),
    facts: {
      serverVersion: clock.serverVersion,
      table: table.sql,
      estimatedRows: table.estimatedRows,
      tableBytes: table.bytes,
      replica: clock.replica,
    },
    table,
    passes,
  };
}

function toTaskTypes(groups: readonly Group[], samples: ReadonlyMap<number, RowDetails>, limit: number): TaskType[] {
  const byType = groupBy(groups, typeKey);
  return [...byType.values()].map((members) => toTaskType(members, samples, limit)).sort(mostStuckFirst);
}

function toTaskType(groups: readonly Group[], samples: ReadonlyMap<number, RowDetails>, limit: number): TaskType {
  const newest = groups.flatMap((group) =>
    group.newestIds.map((id) => samples.get(id)).filter((sample) => sample !== undefined),
  );
  return {
    taskModule: groups[0]?.taskModule ?? '',
    taskName: groups[0]?.taskName ?? '',
    count: sum(groups),
    maxHoursStuck: maxHours(groups),
    oldestLastRun: groups.map((group) => group.oldest).reduce((a, b) => (timeOrder(a, b) <= 0 ? a : b)),
    newestLastRun: groups.map((group) => group.newest).reduce((a, b) => (timeOrder(a, b) >= 0 ? a : b)),
    byStatus: Object.fromEntries(groups.map((group) => [group.status, group.count])),
    ...lastRuns(groups),
    samples: groups.length === 1 ? newest : newestFirst(newest).slice(0, limit),
  };
}

/** None for the rows of other statuses, which have no place on the timeline. */
function lastRuns(groups: readonly Group[]): Pick<TaskType, 'lastRuns'> {
  const counted = groups.map((group) => group.lastRuns).filter((bins) => bins !== undefined);
  if (counted.length === 0) return {};
  const sums: Record<number, number> = {};
  for (const bins of counted)
    for (const [bin, rows] of Object.entries(bins)) sums[Number(bin)] = (sums[Number(bin)] ?? 0) + rows;
  return { lastRuns: sums };
}

function toOtherStatuses(
  groups: readonly Group[],
  samples: ReadonlyMap<number, RowDetails>,
  limit: number,
): OtherStatus[] {
  const byStatus = groupBy(groups, (group) => group.status);
  return [...byStatus]
    .map(([status, members]) => ({
      status,
      count: sum(members),
      maxHoursStuck: maxHours(members),
      taskTypes: toTaskTypes(members, samples, limit),
    }))
    .sort(mostRowsFirst);
}

/** Map.groupBy, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

function sum(groups: readonly Group[]): number {
  return groups.reduce((total, group) => total + group.count, 0);
}

/** Not Math.max(...): a table with 200,000 task types has more groups than a call may have arguments. */
function maxHours(groups: readonly Group[]): number {
  return groups.reduce((hours, group) => Math.max(hours, group.maxHours), 0);
}

function mostRowsFirst(a: Pick<YoungerRows, 'status' | 'count'>, b: Pick<YoungerRows, 'status' | 'count'>): number {
  return b.count - a.count || compare(a.status, b.status);
}

function mostStuckFirst(a: TaskType, b: TaskType): number {
  return b.count - a.count || compare(taskTypeName(a), taskTypeName(b));
}

/** As the scan gives those of each group already. */
function newestFirst(samples: readonly RowDetails[]): RowDetails[] {
  return [...samples].sort((a, b) => timeOrder(b.lastRun, a.lastRun) || b.id - a.id);
}

/** `…:45Z` and `…:45.000001Z` cannot be compared as texts, because Z sorts after the point. */
function timeOrder(a: string, b: string): number {
  return compare(a.slice(0, -1), b.slice(0, -1));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
