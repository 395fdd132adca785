import { redact } from '../base/redact';
import { taskTypeName, type Diagnosis, type RowDetails, type TaskType } from '../model/diagnosis';
import type { JudgedRows } from '../model/judgedRows';
import type { Outcome } from '../model/verdict';
import { VERDICTS } from '../model/verdictWords';
import { outcomeSums } from './outcomeSums';

/** Excel and its like show no more rows than this, the head included. */
export const MOST_CSV_ROWS = 1_048_576;

type Cell = string | number | null | undefined;

/**
 * One line for each task type: how many of its tasks are stuck, since when, and what became of them.
 * @returns CSV as RFC 4180 has it, in UTF-8 with a byte order mark, by which spreadsheets know that
 */
export function typesCsv({ taskTypes }: Pick<Diagnosis, 'taskTypes'>): string {
  const head = ['task', 'stuck', 'oldest_last_run', 'newest_last_run', 'max_hours_stuck', 'statuses', 'judged'];
  return csv([
    [...head, ...VERDICTS, 'causes', ...BOUNDS],
    ...taskTypes.map((type) => [
      taskTypeName(type),
      type.count,
      type.oldestLastRun,
      type.newestLastRun,
      Number(type.maxHoursStuck.toFixed(2)),
      Object.entries(type.byStatus)
        .map(([status, count]) => `${status}: ${String(count)}`)
        .join('; '),
      type.judged ?? (type.verdicts ? type.count : null),
      ...VERDICTS.map((verdict) => (type.verdicts ? (type.verdicts[verdict] ?? 0) : null)),
      causesOf(type),
      type.bounds?.waitingAtMost,
      type.bounds?.heldAtMost,
      type.bounds?.nowhereAtLeast,
    ]),
  ]);
}

/** Empty where the broker's numbers bound nothing: its messages were read, or some may have escaped the count. */
const BOUNDS = ['waiting_at_most', 'held_at_most', 'without_message_at_least'];

/** `lost broker-wiped: 37310; finished lost-update: 901` */
function causesOf(type: TaskType): string {
  return outcomeSums([type])
    .filter(({ cause }) => cause !== undefined)
    .map(({ verdict, cause, count }) => `${verdict} ${cause ?? ''}: ${String(count)}`)
    .join('; ');
}

const ROW_HEAD = [
  ...['id', 'task', 'status', 'verdict', 'cause', 'confidence', 'duplicate', 'last_run', 'updated_at'],
  ...['task_id', 'celery_state', 'created_at', 'started_at', 'attempts', 'status_message', 'arguments'],
];

/** What a table of rows holds, and what not. */
export interface RowsCsv {
  readonly text: string;
  /** Rows in it. */
  readonly rows: number;
  /** Rows that are left out because a spreadsheet would not show them. */
  readonly leftOut: number;
}

/**
 * One line for each row: all that were judged, where that is known, else the samples and examples of the Diagnosis. Of samples and
 * examples it also has the columns that a check reads of them alone, their arguments as masked as everywhere.
 * @param judged the rows of the same check; undefined, or empty, where it is not of this window or verified nothing
 * @param most rows to write
 */
export function rowsCsv(
  { taskTypes }: Pick<Diagnosis, 'taskTypes'>,
  judged: Pick<JudgedRows, 'size' | 'each'> | undefined,
  most = MOST_CSV_ROWS - 1,
): RowsCsv {
  const lines: Cell[][] = [ROW_HEAD];
  const shown = new Map<number, readonly [string, RowDetails]>();
  for (const type of taskTypes)
    for (const row of [...type.samples, ...(type.examples ?? [])]) shown.set(row.id, [taskTypeName(type), row]);
  let all = 0;
  for (const { id, lastRun, updatedAt, group } of judged?.each() ?? []) {
    if (++all > most) continue;
    const details = shown.get(id)?.[1];
    const own = [id, taskTypeName(group), group.status, ...outcomeCells(group), group.twin ? 'yes' : null];
    const times = [details?.lastRun ?? isoTime(lastRun), details?.updatedAt ?? isoTime(updatedAt)];
    lines.push([...own, ...times, ...detailCells(details)]);
    shown.delete(id);
  }
  // Rows that another check, of a sampled table, did not judge.
  for (const [name, row] of shown.values()) {
    if (++all > most) continue;
    const own = [row.id, name, row.status, ...outcomeCells(row.verification), null];
    lines.push([...own, row.lastRun, row.updatedAt, ...detailCells(row)]);
  }
  return { text: csv(lines), rows: lines.length - 1, leftOut: Math.max(0, all - most) };
}

function outcomeCells(outcome: Outcome | undefined): Cell[] {
  if (!outcome) return [null, null, null];
  return [outcome.verdict, outcome.cause, outcome.verdict === 'unknown' ? null : outcome.confidence];
}

function detailCells(row: RowDetails | undefined): Cell[] {
  if (!row) return [null, null, null, null, null, null, null];
  const { taskId, celeryState, createdAt, startedAt, attempts, statusMessage } = row;
  return [taskId, celeryState, createdAt, startedAt, attempts, statusMessage, row.arguments?.rawJSON];
}

/** @param seconds NaN: not known */
function isoTime(seconds: number): string | null {
  return Number.isNaN(seconds) ? null : new Date(seconds * 1000).toISOString();
}

function csv(lines: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    if (value === null || value === undefined) return '';
    return typeof value === 'number' ? String(value) : textCell(value);
  };
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Spreadsheets run a cell that begins so, also behind white space: `=cmd|…`, and the full-width signs of East Asian keyboards. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const RUNS = /^[\s\u0000-\u001f]*[=+\-@|\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A text as a cell that no program runs or takes for several: an apostrophe before it makes it text. */
function textCell(text: string): string {
  const clean = redact(text);
  const safe = RUNS.test(clean) ? `'${clean}` : clean;
  return /[",\r\n\t]|^ | $/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
