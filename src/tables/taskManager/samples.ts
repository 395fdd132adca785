import { number } from '../../base/numbers';
import type { RowDetails } from '../../model/diagnosis';
import { isJson } from '../../base/jsonScanner';
import { oneLineJson, type JsonText } from '../../base/jsonText';
import { escapeUnsafe } from '../../base/unsafeText';
import { isoTime } from '../../sql/isoTime';
import { oneAhead } from '../../base/prefetch';
import { guarded, isTooLarge } from '../../sql/savepoint';
import { LARGE, samplesQuery, wholeArgumentsQuery } from './sql';
import type { Row, Snapshot } from '../../ports/database';
import type { TaskTable } from './table';
import { readText } from '../../sql/textForm';

/** Ids a query: few round trips on a slow line, and still a cancel is soon heard. */
const BATCH = 2000;

/** Whatever a column of these types holds is JSON. */
const JSON_TYPES = ['json', 'jsonb'];

/**
 * How much text of `arguments` one scan or page carries in full (bytes): a few samples of a megabyte each arrive whole, a thousand
 * of them do not fill the memory or the editor (VS Code stops at documents of 50 MB). Beyond it each is cut to a head.
 */
const ARGUMENTS_BUDGET = 16 * 1024 * 1024;

/**
 * Reads the rows with these ids, by primary key.
 * @param maskedKeys argument keys whose values never leave the scan
 * @returns by id; a row that another session deleted is not in it
 */
export async function readSamples(
  snapshot: Snapshot,
  table: TaskTable,
  ids: readonly number[],
  maskedKeys: readonly string[],
): Promise<Map<number, RowDetails>> {
  const samples = new Map<number, RowDetails>();
  const long: Row[] = [];
  let budget = ARGUMENTS_BUDGET;
  const keep = (row: Row): void => {
    const sample = toSample(row, table, maskedKeys);
    samples.set(sample.id, sample);
  };
  for await (const rows of oneAhead(batches(snapshot, table, ids))) {
    for (const sent of rows) {
      const row = readTexts(table, sent);
      if (row.arguments_cut != null) long.push(row);
      else budget -= Buffer.byteLength(row.arguments ?? '');
      keep(row);
    }
  }
  if (long.length > 0 && budget > 0) {
    const query = { text: wholeArgumentsQuery(table), values: [long.map(({ id }) => id), budget] };
    const answer = await guarded(snapshot, 'samples', query);
    if ('error' in answer) unlessTooLarge(answer.error);
    // Where it failed, their heads are there already.
    const whole = 'value' in answer ? answer.value : [];
    const cut = new Map(long.map((row) => [row.id, row]));
    for (const { id, arguments: text } of whole) {
      const row = cut.get(id ?? '');
      if (row) keep({ ...row, arguments: readText(table.text, text), arguments_cut: null });
    }
  }
  return samples;
}

async function* batches(
  snapshot: Snapshot,
  table: TaskTable,
  ids: readonly number[],
): AsyncGenerator<readonly Row[], undefined> {
  // In the order of the primary key: neighbours are mostly in one page, of the index and of the table.
  const sorted = [...ids].sort((a, b) => a - b);
  for (let start = 0; start < sorted.length; start += BATCH)
    yield await readBatch(snapshot, table, sorted.slice(start, start + BATCH));
}

/** One row whose texts are too large costs its texts alone: the batch is halved until that one is found. */
async function readBatch(snapshot: Snapshot, table: TaskTable, ids: readonly number[]): Promise<readonly Row[]> {
  const answer = await guarded(snapshot, 'samples', { text: samplesQuery(table), values: [ids] });
  if ('value' in answer) return answer.value;
  unlessTooLarge(answer.error);
  if (ids.length > 1) {
    const half = Math.ceil(ids.length / 2);
    const first = await readBatch(snapshot, table, ids.slice(0, half));
    return [...first, ...(await readBatch(snapshot, table, ids.slice(half)))];
  }
  for (const left of [...LARGE, undefined]) {
    const query = { text: samplesQuery(table, left === undefined ? [] : [left]), values: [ids] };
    const one = await guarded(snapshot, 'samples', query);
    if ('value' in one) {
      const lost = LARGE.filter((name) => name !== left).join();
      return one.value.map((row) => ({ ...row, too_large: lost }));
    }
    unlessTooLarge(one.error);
  }
  return [];
}

/** @throws any other failure, as it came */
function unlessTooLarge(error: unknown): void {
  if (!isTooLarge(error)) throw error;
}

const NOT_READ = '(not read: larger than the server can write out)';

function messageOf(row: Row): string | null {
  if (isLost(row, 'status_message')) return NOT_READ;
  const { status_message: message = null, status_message_cut: cut } = row;
  return cut == null ? message : `${message ?? ''}… (cut: ${number(Number(cut))} bytes in the row)`;
}

function isLost({ too_large: names }: Row, name: string): boolean {
  return names?.split(',').includes(name) ?? false;
}

function readTexts({ text }: TaskTable, row: Row): Row {
  const { status, task_id: taskId, status_message: message, arguments: given } = row;
  return {
    ...row,
    status: readText(text, status),
    task_id: readText(text, taskId),
    status_message: readText(text, message),
    arguments: readText(text, given),
  };
}

function toSample(row: Row, table: TaskTable, maskedKeys: readonly string[]): RowDetails {
  return {
    id: Number(row.id),
    status: row.status ?? '',
    arguments: toArguments(row, JSON_TYPES.includes(table.types.get('arguments') ?? ''), maskedKeys),
    lastRun: isoTime(row.last_run ?? ''),
    startedAt: toTimestamp(row.started_at),
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
    taskId: row.task_id ?? null,
    statusMessage: messageOf(row),
    attempts: toNumber(row.attempts),
    currentPage: toNumber(row.current_page),
    totalPages: toNumber(row.total_pages),
    ...(table.columns.has('priority') ? { priority: toNumber(row.priority) } : {}),
  };
}

function toArguments(row: Row, isAlwaysJson: boolean, maskedKeys: readonly string[]): JsonText | null {
  if (isLost(row, 'arguments')) return asString(NOT_READ);
  const text = row.arguments;
  if (text == null) return null;
  const masked = oneLineJson(text, maskedKeys);
  const cut = row.arguments_cut;
  // A cut text is no JSON any more: it travels as a string that says so.
  if (cut != null) return asString(`${masked.rawJSON}… (cut: ${number(Number(cut))} bytes in the row)`);
  if (isAlwaysJson || isJson(text)) return masked;
  // A column of type text can hold anything; its white space stays unless there was something to mask.
  return asString(masked.rawJSON === oneLineJson(text).rawJSON ? text : masked.rawJSON);
}

function asString(text: string): JsonText {
  return { rawJSON: escapeUnsafe(JSON.stringify(text)) };
}

function toNumber(text: string | null | undefined): number | null {
  return text == null ? null : Number(text);
}

function toTimestamp(text: string | null | undefined): string | null {
  return text == null ? null : isoTime(text);
}
