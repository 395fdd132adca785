import { readReport, type SourceReport } from '../model/sources';
import { Problem } from '../base/problem';
import { quoteIdentifier } from '../sql/identifiers';
import { findRelation, type Relation } from '../sql/relation';
import { attempt, reasonOf } from '../sql/savepoint';
import type { Row, Snapshot } from '../ports/database';
import { epochSeconds } from '../sql/times';
import { readText, type TextForm } from '../sql/textForm';
import { parsePythonJson } from '../wire/pythonJson';
import type { ResultReader, ResultRecord } from '../model/facts';
import { readException } from './exception';
import { placeOfException } from './traceback';

/** Ids a query. */
const BATCH = 5000;
/** An exception longer than this is not read: Celery writes its type, its arguments and its module. */
const LONGEST_EXCEPTION = 65_536;
const MAX_STATE = 200;
/** States after which nothing follows (celery/states.py: READY_STATES); django-celery-results stamps date_done at every other, too. */
const ENDED: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED']);

/** One table of one backend. */
interface ResultTable {
  readonly backend: ResultRecord['backend'];
  readonly name: string;
  /** Columns other than task_id and status are asked for where `has` says that they may be read. */
  query(relation: Relation, has: (column: string) => boolean): string;
  read(row: Row): Omit<ResultRecord, 'backend' | 'state'>;
}

/** `result` is sent only where it is an exception. Of any other value, only whether it is None. */
const DJANGO: ResultTable = {
  backend: 'django_celery_results',
  name: 'django_celery_results_taskresult',
  query: (relation, has) => {
    const readable = has('result') && has('content_type');
    const binary = has('content_encoding') ? `coalesce(content_encoding, '') = 'binary'` : 'false';
    const json = `content_type::text = 'application/json'`;
    const failed = `status::text in ('FAILURE', 'RETRY', 'REVOKED')`;
    return `
      select ${idAndStatus(relation)}, ${doneAt(relation, has('date_done'))} as done_at, (${binary})::text as is_binary,
             ${readable ? relation.text.send(`case when ${json} and ${failed} and length(result) <= ${String(LONGEST_EXCEPTION)} then result end`) : 'null'} as exception,
             ${readable ? `(${failed} and not (${json} and length(result) <= ${String(LONGEST_EXCEPTION)}))::text` : 'null'} as unread,
             ${readable ? `case when ${json} and status::text = 'SUCCESS' then (result <> case when ${binary} then 'bnVsbA==' else 'null' end)::text end` : 'null'} as returned,
             ${tracebackOf(relation, has)} as traceback,
             ${has('meta') ? `case when meta ~ '"children": *\\[' then 'true' when meta ~ '"children": *null' then 'false' end` : 'null'} as by_worker
        from ${relation.sql} where task_id = any($1::text[])`;
  },
  read: (row) => {
    const text = row.exception ?? null;
    // encode_content (django_celery_results/backends/database.py): what is not text is base64.
    const decoded = text !== null && row.is_binary === 'true' ? Buffer.from(text, 'base64').toString('utf8') : text;
    const value = decoded === null ? null : parsePythonJson(decoded);
    return {
      ...readException(value),
      returnedValue: row.returned == null ? null : row.returned === 'true',
      byWorker: row.by_worker == null ? null : row.by_worker === 'true',
      doneAt: doneAtOf(row),
      ...placeOfException(row.traceback),
      note: value === undefined ? 'broken JSON' : row.unread === 'true' ? 'the exception was not decoded' : null,
    };
  },
};

/** SQLAlchemy's (`db+...`): the result is always pickled, and loading a pickle runs code. */
const SQLALCHEMY: ResultTable = {
  backend: 'celery_taskmeta',
  name: 'celery_taskmeta',
  query: (relation, has) => `
    select ${idAndStatus(relation)}, ${doneAt(relation, has('date_done'))} as done_at, ${tracebackOf(relation, has)} as traceback
      from ${relation.sql} where task_id = any($1::text[])`,
  read: (row) => ({
    exceptionType: null,
    exceptionMessage: null,
    returnedValue: null,
    byWorker: null,
    doneAt: doneAtOf(row),
    ...placeOfException(row.traceback),
    note: ENDED.has(row.status ?? '') ? 'the result is pickled, and was not decoded' : null,
  }),
};

/** The end of a traceback, which has the exception that left the task: characters. */
const TRACEBACK = 20_000;

function tracebackOf({ text }: Relation, has: (column: string) => boolean): string {
  return has('traceback')
    ? `case when status::text = 'FAILURE' then ${text.send(`right(traceback::text, ${String(TRACEBACK)})`)} end`
    : 'null';
}

function idAndStatus({ text }: Relation): string {
  return ['task_id', 'status'].map((name) => `${text.send(name)} as ${name}`).join(', ');
}

/** Both backends store UTC; celery_taskmeta without saying so. */
function doneAt(relation: Relation, has: boolean): string {
  if (!has || !(relation.types.get('date_done') ?? '').startsWith('timestamp')) return 'null';
  return `(case when date_done is not null then ${epochSeconds('date_done')} end)::text`;
}

function doneAtOf(row: Row): number | null {
  return row.done_at != null && ENDED.has(row.status ?? '') ? Number(row.done_at) : null;
}

/** A table that is there; `why` where it cannot be read. */
interface FoundTable {
  readonly table: ResultTable;
  readonly query: string;
  readonly text?: TextForm;
  readonly why?: string;
}

/**
 * Celery's results in the database that the tasks are in: django-celery-results of any release, and SQLAlchemy's table under its
 * default name.
 * @returns undefined when there is neither table
 * @throws Problem when the snapshot itself failed
 */
export async function databaseResults(snapshot: Snapshot): Promise<ResultReader | undefined> {
  const found: FoundTable[] = [];
  for (const table of [DJANGO, SQLALCHEMY]) {
    const relation = await findRelation(snapshot, quoteIdentifier(table.name));
    if (relation !== 'missing') found.push(...lookAt(table, relation));
  }
  return found.length === 0
    ? undefined
    : { report: reportOf(found), find: (taskIds) => find(snapshot, found, taskIds) };
}

/** Nothing for a table that has the name but not the columns: it is somebody else's. */
function lookAt(table: ResultTable, relation: Relation | 'forbidden'): FoundTable[] {
  const needed = ['task_id', 'status'];
  if (relation !== 'forbidden') {
    if (!needed.every((column) => relation.types.has(column))) return [];
    if (needed.every((column) => relation.readable.has(column)))
      return [{ table, query: table.query(relation, (column) => relation.readable.has(column)), text: relation.text }];
  }
  return [{ table, query: '', why: `this role may not read ${table.name}: grant SELECT on it` }];
}

function reportOf(found: readonly FoundTable[]): SourceReport {
  const name = 'results';
  const failed = found.flatMap(({ why }) => why ?? []);
  if (failed.length > 0) {
    const gaps = failed.map((says) => ({ kind: 'forbidden', says }) as const);
    return { name, state: 'unavailable', detail: failed.join('; '), gaps };
  }
  return readReport(name, `the table ${found.map(({ table }) => table.name).join(' and the table ')}`, []);
}

function readTexts(text: TextForm, row: Row): Row {
  const { task_id: id, status, exception } = row;
  return { ...row, task_id: readText(text, id), status: readText(text, status), exception: readText(text, exception) };
}

async function find(
  snapshot: Snapshot,
  found: readonly FoundTable[],
  taskIds: readonly string[],
): Promise<Map<string, ResultRecord>> {
  const records = new Map<string, ResultRecord>();
  // A text with the character 0 is no value for PostgreSQL, and no id.
  const all = [...new Set(taskIds)].filter((id) => id !== '' && !id.includes('\0'));
  for (const { table, query, text, why } of found) {
    if (why !== undefined) continue;
    const ids = all.filter((id) => text?.fits(id) ?? true);
    for (let start = 0; start < ids.length; start += BATCH) {
      const answer = await attempt(snapshot, () => snapshot.query(query, [ids.slice(start, start + BATCH)]));
      if ('error' in answer)
        throw new Problem('unknown', `The table ${table.name} could not be read (${reasonOf(answer.error)}).`);
      for (const sent of answer.value) {
        const row = text ? readTexts(text, sent) : sent;
        const id = row.task_id ?? '';
        if (records.has(id)) continue;
        const state = (row.status ?? '').slice(0, MAX_STATE);
        records.set(id, { backend: table.backend, state: state === '' ? null : state, ...table.read(row) });
      }
    }
  }
  return records;
}
