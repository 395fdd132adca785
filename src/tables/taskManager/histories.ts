import { taskTypeName, type TaskType } from '../../model/diagnosis';
import { hidesOwnRows } from '../../sql/hiding';
import type { Snapshot } from '../../ports/database';
import { epochSeconds } from '../../sql/times';
import type { TaskTable } from '../table';
import { readNames } from './names';
import type { TypeHistory } from '../../model/facts';

/** One figure of a type, and the columns that it is made from. Without one of these it is null. */
type Figure = readonly [name: string, columns: readonly string[], aggregate: string];

const FIGURES: readonly Figure[] = [
  ['rows', [], `count(*) filter (where status in ('DONE', 'ERROR'))`],
  ['errors', [], `count(*) filter (where status = 'ERROR')`],
  ['without_id', [], `count(*) filter (where task_id = '' and status = 'DONE')`],
  ['last_run', [], `max(last_run) filter (where status in ('DONE', 'ERROR'))`],
  ['retried', ['attempts'], 'count(*) filter (where attempts >= 2)'],
  [
    'cut_off',
    ['attempts', 'status_message', 'current_page', 'total_pages'],
    `count(*) filter (where status = 'PENDING' and attempts <= 1 and status_message::text = '' and current_page >= total_pages)`,
  ],
  ['paged_done', ['total_pages'], `count(*) filter (where status = 'DONE' and total_pages > 1)`],
  [
    'pages_left',
    ['current_page', 'total_pages'],
    `count(*) filter (where status = 'PENDING' and current_page between 1 and total_pages - 1)`,
  ],
  ['shortest_wait', ['created_at', 'started_at'], `min(started_at - created_at) filter (where status = 'DONE')`],
  ['longest_run', ['started_at', 'updated_at'], `max(updated_at - started_at) filter (where status = 'DONE')`],
];

/**
 * The types are compared behind the grouping: before it, every ended row would be looked up among them, and the rows themselves, not
 * their groups, would leave the parallel workers (1M rows: 1.3 times the server's CPU). An empty task id is rare, so that one comes first.
 */
const HISTORIES = (table: TaskTable): string => `
  select ${['task_module', 'task_name'].map((name) => `${table.text.send(name)} as ${name}`).join(', ')}, (rows - errors)::text as done, without_id::text, errors::text, (${epochSeconds('last_run')})::text as last_run,
         retried::text, cut_off::text, paged_done::text, pages_left::text,
         extract(epoch from shortest_wait)::text as shortest_wait, extract(epoch from longest_run)::text as longest_run
    from (select task_module, task_name, ${FIGURES.map(([name, columns, aggregate]) => `${columns.every((column) => table.columns.has(column)) ? aggregate : missing(name)} as ${name}`).join(', ')}
            from ${table.sql} where status in ('DONE', 'ERROR', 'PENDING') group by task_module, task_name) as ended
    join (select distinct task_module, task_name from unnest($1::text[], $2::text[]) as pair(task_module, task_name))
      as wanted using (task_module, task_name)`;

function missing(name: string): string {
  return name === 'shortest_wait' || name === 'longest_run' ? 'null::interval' : '0';
}

/**
 * How tasks of these types ran and ended: one pass over the table, which has no index for it.
 * @returns by `module.name`; a type without finished rows has zeros; nothing at all where task_id cannot be read
 * @throws Problem
 */
export async function readHistories(
  snapshot: Snapshot,
  table: TaskTable,
  types: readonly Pick<TaskType, 'taskModule' | 'taskName'>[],
): Promise<Map<string, TypeHistory>> {
  const histories = new Map<string, TypeHistory>();
  if (types.length === 0 || !table.columns.has('task_id')) return histories;
  const partial = hidesOwnRows(table) ? ({ partial: true } as const) : {};
  // A name that cannot be asked for has no history, which is something else than one without rows.
  const asked = types.filter(({ taskModule, taskName }) => table.text.fits(taskModule + taskName));
  for (const type of asked) histories.set(taskTypeName(type), { ...NO_HISTORY, ...partial });
  const rows = await snapshot.query(HISTORIES(table), [
    asked.map((type) => type.taskModule),
    asked.map((type) => type.taskName),
  ]);
  for (const sent of rows) {
    const row = readNames(table.text, sent);
    const name = taskTypeName({ taskModule: row.task_module ?? '', taskName: row.task_name ?? '' });
    // Two types can share a written name: a.b + c and a + b.c.
    const other = histories.get(name) ?? NO_HISTORY;
    histories.set(name, {
      done: Number(row.done) + other.done,
      doneWithoutTaskId: Number(row.without_id) + other.doneWithoutTaskId,
      errors: Number(row.errors) + other.errors,
      lastRun: furthest(Math.max, row.last_run, other.lastRun),
      retried: Number(row.retried) + other.retried,
      cutOff: Number(row.cut_off) + other.cutOff,
      pagedDone: Number(row.paged_done) + other.pagedDone,
      pagesLeft: Number(row.pages_left) + other.pagesLeft,
      shortestWait: furthest(Math.min, row.shortest_wait, other.shortestWait),
      longestRun: furthest(Math.max, row.longest_run, other.longestRun),
      ...partial,
    });
  }
  return histories;
}

/** Of the newest rows by primary key, whether tasks of this type ended lately. */
const NEWEST = 1000;
const LATELY = (table: TaskTable): string => `
  select (${epochSeconds('last_run')})::text as last_run
    from (select max(last_run) as last_run
            from (select status, task_module, task_name, last_run from ${table.sql} order by id desc limit ${String(NEWEST)}) as newest
           where status in ('DONE', 'ERROR') and task_module = $1 and task_name = $2) as ended`;

/**
 * What a look at the newest rows alone tells of a type: when its tasks ended last. It is marked as a part, from which nothing follows that
 * tasks never did. Costs the same for every table that has its primary key.
 * @returns undefined where the name cannot be asked for
 * @throws Problem
 */
export async function readLately(
  snapshot: Snapshot,
  table: TaskTable,
  type: Pick<TaskType, 'taskModule' | 'taskName'>,
): Promise<TypeHistory | undefined> {
  if (!table.text.fits(type.taskModule + type.taskName)) return undefined;
  const [row] = await snapshot.query(LATELY(table), [type.taskModule, type.taskName]);
  return { ...NO_HISTORY, lastRun: row?.last_run == null ? null : Number(row.last_run), partial: true };
}

/** Of a type without ended rows. */
export const NO_HISTORY: TypeHistory = {
  done: 0,
  doneWithoutTaskId: 0,
  errors: 0,
  lastRun: null,
  retried: 0,
  cutOff: 0,
  pagedDone: 0,
  pagesLeft: 0,
  shortestWait: null,
  longestRun: null,
};

function furthest(
  of: (...numbers: number[]) => number,
  text: string | null | undefined,
  other: number | null,
): number | null {
  if (text == null) return other;
  return other === null ? Number(text) : of(Number(text), other);
}
