import { taskTypeName } from '../../model/diagnosis';
import { hidesOwnRows } from '../../sql/hiding';
import type { Row, Snapshot } from '../../ports/database';
import { epochSeconds } from '../../sql/times';
import type { Histories, TaskTable, TypeNames } from '../table';
import { addDrawn, planDraw, type Draw } from './drawnRows';
import { readNames } from './names';
import type { TypeHistory } from '../../model/facts';

/** One figure of a type, the columns that it is made from, and how those of parts of a type become one. Without a column it is null. */
type Figure = readonly [name: string, columns: readonly string[], aggregate: string, together: 'sum' | 'max' | 'min'];

const BEGUN: readonly string[] = ['created_at', 'started_at'];

const FIGURES: readonly Figure[] = [
  ['rows', [], `count(*) filter (where status in ('DONE', 'ERROR'))`, 'sum'],
  ['errors', [], `count(*) filter (where status = 'ERROR')`, 'sum'],
  ['without_id', [], `count(*) filter (where task_id = '' and status = 'DONE')`, 'sum'],
  ['last_run', [], `max(last_run) filter (where status in ('DONE', 'ERROR'))`, 'max'],
  ['retried', ['attempts'], `count(*) filter (where attempts >= 2 and status <> 'SCHEDULED')`, 'sum'],
  [
    'cut_off',
    ['attempts', 'status_message', 'current_page', 'total_pages'],
    `count(*) filter (where status = 'PENDING' and attempts <= 1 and status_message::text = '' and current_page >= total_pages)`,
    'sum',
  ],
  ['paged_done', ['total_pages'], `count(*) filter (where status = 'DONE' and total_pages > 1)`, 'sum'],
  [
    'pages_left',
    ['current_page', 'total_pages'],
    `count(*) filter (where status = 'PENDING' and current_page between 1 and total_pages - 1)`,
    'sum',
  ],
  ['shortest_wait', ['created_at', 'started_at'], `min(started_at - created_at) filter (where status = 'DONE')`, 'min'],
  ['longest_run', ['started_at', 'updated_at'], `max(updated_at - started_at) filter (where status = 'DONE')`, 'max'],
  // Times that a clock far ahead wrote would say that everything was begun.
  ['newest_begun', BEGUN, `max(created_at) filter (where started_at >= created_at and started_at <= now())`, 'max'],
];

/**
 * The types are compared behind the grouping: before it, every ended row would be looked up among them, and the rows themselves, not
 * their groups, would leave the parallel workers (1M rows: 1.3 times the server's CPU). An empty task id is rare, so that one comes first.
 * @param draw rows that come along with their ids
 */
const HISTORIES = (table: TaskTable, draw: Draw | undefined): string => `
  select ${['task_module', 'task_name'].map((name) => `${table.text.send(name)} as ${name}`).join(', ')}, (rows - errors)::text as done, without_id::text, errors::text, (${epochSeconds('last_run')})::text as last_run,
         retried::text, cut_off::text, paged_done::text, pages_left::text,
         extract(epoch from shortest_wait)::text as shortest_wait, extract(epoch from longest_run)::text as longest_run,
         extract(epoch from newest_begun)::text as newest_begun, extract(epoch from any_begun)::text as any_begun, extract(epoch from any_run)::text as any_run${draw ? ', drawn' : ''}
    from (select *, max(newest_begun) over () as any_begun, max(longest_run) over () as any_run
            from (${draw ? drawnGroups(table, draw) : groupsOf(table)}) as types) as ended
    join (select distinct task_module, task_name from unnest($1::text[], $2::text[]) as pair(task_module, task_name))
      as wanted using (task_module, task_name)`;

const ENDED = `status in ('DONE', 'ERROR', 'PENDING')`;

function groupsOf(table: TaskTable, more = '', where = ENDED, key = ''): string {
  const figures = FIGURES.map(([name, columns, aggregate]) => {
    const known = columns.every((column) => table.columns.has(column));
    return `${known ? aggregate : missing(name)} as ${name}`;
  });
  return `select task_module, task_name, ${figures.join(', ')}${more}
            from ${table.sql} where ${where} group by task_module, task_name${key}`;
}

/** A drawn row is a group of its own first, because arrays of ids are not collected in parallel workers before PostgreSQL 16. */
function drawnGroups(table: TaskTable, { candidates, key }: Draw): string {
  const figures = FIGURES.map(([name, , , together]) => `${together}(${name}) as ${name}`);
  return `select task_module, task_name, ${figures.join(', ')}, string_agg(one::text, ',') as drawn
            from (${groupsOf(table, `, ${key} as one`, `(${ENDED} or ${candidates})`, ', one')}) as parts group by task_module, task_name`;
}

function missing(name: string): string {
  if (name === 'newest_begun') return 'null::timestamptz';
  return name === 'shortest_wait' || name === 'longest_run' ? 'null::interval' : '0';
}

/**
 * How tasks of these types ran and ended: one pass over the table, which has no index for it.
 * @param drawn types for which the same pass also collects some rows whose outcome is known
 * @returns by `module.name`; a type without finished rows has zeros; nothing at all where task_id cannot be read
 * @throws Problem
 */
export async function readHistories(
  snapshot: Snapshot,
  table: TaskTable,
  types: readonly TypeNames[],
  drawn: readonly TypeNames[] = [],
): Promise<Histories> {
  const histories = new Map<string, TypeHistory>();
  const rowsDrawn = { finished: new Map<string, number[]>(), neverPublished: new Map<string, number[]>() };
  if (types.length === 0 || !table.columns.has('task_id')) return { histories, drawn: rowsDrawn };
  const partial = hidesOwnRows(table) ? ({ partial: true } as const) : {};
  // A name that cannot be asked for has no history, which is something else than one without rows.
  const asked = types.filter(({ taskModule, taskName }) => table.text.fits(taskModule + taskName));
  for (const type of asked) histories.set(taskTypeName(type), { ...NO_HISTORY, ...partial });
  const draw = await planDraw(snapshot, table, drawn, 3);
  const rows = await snapshot.query(HISTORIES(table, draw), [
    asked.map((type) => type.taskModule),
    asked.map((type) => type.taskName),
    ...(draw?.values ?? []),
  ]);
  const wanted = new Set(drawn.map(taskTypeName));
  // A type without such rows has none in the answer, and the others may tell of its queue all the same.
  const any = lineOf(rows[0]);
  if (any)
    for (const [name, history] of histories) histories.set(name, { ...history, line: { ...any, newestBegun: null } });
  for (const sent of rows) {
    const row = readNames(table.text, sent);
    const name = taskTypeName({ taskModule: row.task_module ?? '', taskName: row.task_name ?? '' });
    if (wanted.has(name)) addDrawn(rowsDrawn, name, row.drawn);
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
      ...(any
        ? { line: { ...any, newestBegun: furthest(Math.max, row.newest_begun, other.line?.newestBegun ?? null) } }
        : {}),
      ...partial,
    });
  }
  return { histories, drawn: rowsDrawn };
}

/** Of the newest rows by primary key, whether tasks of this type ended lately. */
const NEWEST = 1000;
const LATELY = (table: TaskTable): string => {
  const isBegun = BEGUN.every((column) => table.columns.has(column));
  const begun = isBegun
    ? 'case when started_at >= created_at and started_at <= now() then created_at end'
    : 'null::timestamptz';
  return `
  select (${epochSeconds('last_run')})::text as last_run, extract(epoch from newest_begun)::text as newest_begun,
         extract(epoch from any_begun)::text as any_begun
    from (select max(last_run) filter (where status in ('DONE', 'ERROR') and task_module = $1 and task_name = $2) as last_run,
                 max(begun) filter (where task_module = $1 and task_name = $2) as newest_begun, max(begun) as any_begun
            from (select status, task_module, task_name, last_run, ${begun} as begun
                    from ${table.sql} order by id desc limit ${String(NEWEST)}) as newest) as ended`;
};

/**
 * What a look at the newest rows alone tells of a type: when its tasks ended last, and which of them began. It is marked as a part, from
 * which nothing follows that tasks never did. Costs the same for every table that has its primary key.
 * @returns undefined where the name cannot be asked for
 * @throws Problem
 */
export async function readLately(
  snapshot: Snapshot,
  table: TaskTable,
  type: TypeNames,
): Promise<TypeHistory | undefined> {
  if (!table.text.fits(type.taskModule + type.taskName)) return undefined;
  const [row] = await snapshot.query(LATELY(table), [type.taskModule, type.taskName]);
  const any = lineOf(row);
  const line = any ? { line: { ...any, newestBegun: furthest(Math.max, row?.newest_begun, null) } } : {};
  return { ...NO_HISTORY, lastRun: furthest(Math.max, row?.last_run, null), ...line, partial: true };
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

/** What the rows of all types say together; undefined where no row with both times was seen. */
function lineOf(row: Row | undefined): Omit<NonNullable<TypeHistory['line']>, 'newestBegun'> | undefined {
  const newestBegunOfAny = furthest(Math.max, row?.any_begun, null);
  if (newestBegunOfAny === null) return undefined;
  return { newestBegunOfAny, longestRunOfAny: furthest(Math.max, row?.any_run, null) };
}

function furthest(
  of: (...numbers: number[]) => number,
  text: string | null | undefined,
  other: number | null,
): number | null {
  if (text == null) return other;
  return other === null ? Number(text) : of(Number(text), other);
}
