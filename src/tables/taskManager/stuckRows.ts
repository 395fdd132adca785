import { randomUUID } from 'node:crypto';
import { fieldsOfRecord } from '../../sql/recordText';
import { packedTimes, timeAt } from '../../base/packedTimes';
import type { Row, Snapshot } from '../../ports/database';
import { asJsonb } from '../../sql/jsonb';
import type { RowRuns, StuckRow } from '../../model/stuckRow';
import type { RowSample, StuckRowsRequest, TaskTable } from '../table';
import { readText, type TextForm } from '../../sql/textForm';
import type { TaskManagerRow } from './row';
import { neverPublished, runsOf } from './rowState';
import { stateOf } from './statuses';

/** Hashes are cut to 31 bits. */
const HASHES = 2 ** 31;

/**
 * A row is drawn when the hash of its id is below the limit of its type: so every row of a type is drawn with the same chance,
 * whatever its place in the table is (TABLESAMPLE takes whole pages), nothing is sorted, and looking twice draws the same rows.
 * hashint8extended (PostgreSQL 11) is what hash partitions are made with; of 5 million ids it takes half a second.
 */
const DRAWN = `
  join unnest($3::text[], $4::text[], $5::bigint[]) as drawn(task_module, task_name, below) using (task_module, task_name)`;
const IS_DRAWN = `and (hashint8extended(id::bigint, 0) & ${String(HASHES - 1)}) < below`;
/** With types whose names cannot be asked for: rows of types that are not among the named ones are drawn as often as the most of these. */
const DRAWN_BESIDE = DRAWN.replace('join', 'left join');
const IS_DRAWN_BESIDE = IS_DRAWN.replace('below', 'coalesce(below, $6::bigint)');

/** @returns the join, the condition and the values of a sample */
function drawing({ types, shares }: RowSample, { text }: TaskTable): readonly [string, string, unknown[]] {
  const drawn = types.map(({ taskModule, taskName }, index) => ({
    taskModule,
    taskName,
    below: Math.round((shares[index] ?? 0) * HASHES),
    named: text.fits(taskModule + taskName),
  }));
  const named = drawn.filter((type) => type.named);
  const values = [
    named.map(({ taskModule }) => taskModule),
    named.map(({ taskName }) => taskName),
    named.map(({ below }) => below),
  ];
  if (named.length === drawn.length) return [DRAWN, IS_DRAWN, values];
  const beside = Math.max(...drawn.filter((type) => !type.named).map(({ below }) => below));
  return [DRAWN_BESIDE, IS_DRAWN_BESIDE, [...values, beside]];
}

/** As a query of its own: the cutoff would be reckoned for every row of the table otherwise. Times come before texts, which cost more. */
const OLDER_THAN = `now() - $2::float8 * interval '1 hour'`;

/** Of many rows the questions about each batch are few. */
const BATCH = 5000;

/**
 * Rows of one FETCH: the driver's own objects are garbage then before V8 takes them for something that stays.
 */
const FETCH = 2500;

/** Ids a query of `stuckRowsById`. */
const IDS = 5000;

/**
 * Every row that the scan counts as stuck, narrow, in no order, in batches of `size`: a server-side cursor in the snapshot's
 * transaction, so that a million rows are never in memory at once. The consumer may ask the snapshot other questions between two
 * batches, and may stop early: then the cursor ends with the transaction.
 * @throws Problem
 */
export async function* stuckRowBatches(
  snapshot: Snapshot,
  table: TaskTable,
  request: StuckRowsRequest,
  size = BATCH,
): AsyncGenerator<StuckRow[]> {
  const select = selectRows(table);
  const { statuses, hours, sample } = request;
  const cursor = `"stuck_rows_${randomUUID()}"`;
  const [join, condition, values] = sample ? drawing(sample, table) : ['', '', []];
  const declare = (): Promise<Row[]> =>
    snapshot.query(
      `declare ${cursor} no scroll cursor for ${select}${join}
        where last_run <= (select ${OLDER_THAN}) and status = any($1::text[]) ${condition}`,
      [statuses, hours, ...values],
    );
  await (sample ? byHash(snapshot, declare) : declare());
  const read = rowReader(table.text);
  for (let ended = false; !ended;) {
    const batch: StuckRow[] = [];
    // All are asked for at once: the server reads the next ones while these are read here.
    for (const rows of fetches(snapshot, cursor, size)) {
      const found = await rows;
      for (const row of found) batch.push(read(row));
    }
    ended = batch.length < size;
    if (batch.length > 0) yield batch;
  }
  await snapshot.query(`close ${cursor}`);
}

function fetches(snapshot: Snapshot, cursor: string, size: number): Promise<Row[]>[] {
  const sent: Promise<Row[]>[] = [];
  for (let left = size; left > 0; left -= FETCH) {
    const rows = snapshot.query(`fetch ${String(Math.min(FETCH, left))} from ${cursor}`);
    // It may fail before anything waits for it.
    rows.catch(() => undefined);
    sent.push(rows);
  }
  return sent;
}

/** Without statistics the planner takes the table for small, and would compare every row with every type. */
async function byHash(snapshot: Snapshot, declare: () => Promise<unknown>): Promise<void> {
  const [before] = await snapshot.query(`select current_setting('enable_nestloop') as value`);
  await snapshot.query('set local enable_nestloop = off');
  await declare();
  await snapshot.query(`set local enable_nestloop = ${before?.value === 'off' ? 'off' : 'on'}`);
}

/** The rows with these ids, by primary key, in no order; one that does not exist is not among them. @throws Problem */
export async function stuckRowsById(snapshot: Snapshot, table: TaskTable, ids: readonly number[]): Promise<StuckRow[]> {
  const select = selectRows(table);
  const found: StuckRow[] = [];
  const read = rowReader(table.text);
  for (let start = 0; start < ids.length; start += IDS) {
    const rows = await snapshot.query(`${select} where id = any($1::bigint[])`, [ids.slice(start, start + IDS)]);
    for (const row of rows) found.push(read(row));
  }
  return found;
}

/** What many rows have in common, in the order in which `readAlike` finds it. */
const ALIKE = ['task_module', 'task_name', 'status', 'attempts', 'current_page', 'total_pages', 'killed'];

const TEXTS = ['task_module', 'task_name', 'status'];

/** In the order in which `rowReader` finds them. */
const TIMES = ['last_run', 'created_at', 'started_at', 'updated_at'];

/**
 * Columns in which thousands of rows are alike come as one record: a text that is taken apart once, and not ten texts for each row. The
 * server pays up to a microsecond a row for that, while our side, which is what a check waits for, has less to do.
 */
function selectRows(table: TaskTable): string {
  const { columns, text } = table;
  const column = (name: string, expression: string): string => (columns.has(name) ? expression : 'null');
  const alike = [
    ...ALIKE.map((name) => column(name, TEXTS.includes(name) ? text.send(name) : name)),
    column('status_message', MESSAGE),
    column('exception_name', `coalesce(exception_name::text, '') <> ''`),
    managerIdInArguments(table),
  ];
  const list = [
    // Of nearly all rows nothing travels: null, for 0. Qualified, because a join hides it.
    ...(table.hasXmax ? [`nullif(${table.sql}.xmax, '0'::xid)::text as xmax`] : []),
    'id::text as id',
    `${column('task_id', text.send('task_id'))} as task_id`,
    `row(${alike.join(', ')}) as alike`,
    `${packedTimes(TIMES.map((name) => (columns.has(name) ? name : undefined)))} as times`,
  ];
  return `select ${list.join(', ')} from ${table.sql}`;
}

/** celery-task-manager writes '' just before the body, and `Circuit "x" OPEN until …` when it was refused (core/decorators.py). */
const MESSAGE = `case when status_message is null then 'null' when status_message::text = '' then 'empty'
  when status_message::text like 'Circuit "%" OPEN until%' then 'circuit-open' else 'text' end`;

/**
 * SQL that says whether the arguments name `task_manager_id`, in `kwargs` or, in the older shape, beside the other names.
 * Null where that cannot be told; also where task_id cannot be read, because only both together say "never published".
 */
function managerIdInArguments({ columns, types, text }: TaskTable): string {
  if (!columns.has('task_id')) return 'null';
  const json = asJsonb('arguments', types.get('arguments'), text.anyCharacter);
  if (json === undefined) return 'null';
  const kwargs = `(${json}) -> 'kwargs'`;
  return `case when jsonb_typeof(${json}) = 'object' then
    case when jsonb_typeof(${kwargs}) = 'object' then ${kwargs} ? 'task_manager_id' when ${kwargs} is null then (${json}) ? 'task_manager_id' end end`;
}

/** What one record says, and what follows from it: nearly always a few hundred of them for all rows. */
interface Alike extends Pick<StuckRow, 'taskModule' | 'taskName' | 'status' | 'state' | 'attempts' | 'runs'> {
  readonly library: TaskManagerRow;
  /** Instead of `runs` in rows that were never published. */
  readonly unpublished: RowRuns;
}

/** Records that are remembered: of pages and attempts there may be many kinds. */
const MOST_ALIKE = 5000;

/** Reads rows. What they have in common is taken apart once; names that repeat become one string, so that looking them up is quick. */
function rowReader(form: TextForm): (row: Row) => StuckRow {
  const words = new Map<string, string>();
  const one = (text: string | null | undefined): string => {
    const known = words.get(text ?? '');
    if (known !== undefined) return known;
    words.set(text ?? '', text ?? '');
    return text ?? '';
  };
  const records = new Map<string, Alike>();
  const alikeOf = (record: string): Alike => {
    const known = records.get(record);
    if (known) return known;
    if (records.size >= MOST_ALIKE) records.clear();
    const alike = readAlike(record, form, one);
    records.set(record, alike);
    return alike;
  };
  return (row) => {
    const alike = alikeOf(row.alike ?? '');
    const times = row.times ?? '';
    const { status, library } = alike;
    const taskId = readText(form, row.task_id) ?? '';
    const startedAt = timeAt(times, 2);
    const stuck: StuckRow = {
      id: Number(row.id),
      taskModule: alike.taskModule,
      taskName: alike.taskName,
      status,
      state: alike.state,
      runs: neverPublished({ status, taskId, startedAt, library }) ? alike.unpublished : alike.runs,
      taskId,
      attempts: alike.attempts,
      lastRun: timeAt(times, 0) ?? 0,
      createdAt: timeAt(times, 1),
      startedAt,
      updatedAt: timeAt(times, 3),
      library,
    };
    return row.xmax == null ? stuck : { ...stuck, xmax: row.xmax };
  };
}

function readAlike(record: string, form: TextForm, one: (text: string | null | undefined) => string): Alike {
  const [module, name, word, tried, page, pages, killed, message, exception, managed] = fieldsOfRecord(record);
  const status = one(readText(form, word));
  const attempts = toNumber(tried);
  const library: TaskManagerRow = {
    kind: 'celery-task-manager',
    managerIdInArguments: toBoolean(managed),
    message: toMessage(message),
    currentPage: toNumber(page),
    totalPages: toNumber(pages),
    killed: toBoolean(killed),
    exception: toBoolean(exception),
  };
  return {
    taskModule: one(readText(form, module)),
    taskName: one(readText(form, name)),
    status,
    state: stateOf(status),
    attempts,
    library,
    runs: runsOf({ status, attempts, library }, true),
    unpublished: runsOf({ status, attempts, library }, false),
  };
}

function toMessage(text: string | null | undefined): TaskManagerRow['message'] {
  return text === 'null' || text === 'empty' || text === 'circuit-open' || text === 'text' ? text : null;
}

function toNumber(text: string | null | undefined): number | null {
  return text == null ? null : Number(text);
}

/** A boolean within a record. */
function toBoolean(text: string | null | undefined): boolean | null {
  return text == null ? null : text === 't';
}
