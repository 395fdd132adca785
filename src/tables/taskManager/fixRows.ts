import type { JudgedRow } from '../../model/judgedRow';
import type { FixRow } from '../../model/fix';
import type { Row, Snapshot } from '../../ports/database';
import { epochSeconds } from '../../sql/times';
import type { FixRows, TaskTable } from '../table';
import { readNames } from './names';

/** Ids a query. */
const IDS = 5000;

/**
 * Reads judged rows again by primary key, with their exact times, and leaves out what moved since: a script is written only for rows
 * that are as they were judged. The snapshot's TimeZone is UTC.
 * @throws Problem
 */
export async function readFixRows(snapshot: Snapshot, table: TaskTable, judged: Iterable<JudgedRow>): Promise<FixRows> {
  const asked = new Map([...judged].map((row) => [row.id, row]));
  const ids = [...asked.keys()].sort((a, b) => a - b);
  const rows: FixRow[] = [];
  for (let start = 0; start < ids.length; start += IDS) {
    const found = await snapshot.query(select(table), [ids.slice(start, start + IDS)]);
    for (const sent of found) {
      const row = readNames(table.text, sent);
      const known = asked.get(Number(row.id));
      if (known && isAsJudged(known, row)) rows.push(toFixRow(known, row));
    }
  }
  return { rows: rows.sort((a, b) => a.id - b.id), moved: ids.length - rows.length };
}

function select(table: TaskTable): string {
  const updated = table.columns.has('updated_at');
  // A time that ISO 8601 cannot write is no time that a script could compare.
  const exact = `case when updated_at between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'
    then to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`;
  const texts = ['status', 'task_module', 'task_name'].map((name) => `${table.text.send(name)} as ${name}`);
  return `select id::text as id, ${texts.join(', ')},
      ${updated ? `(case when updated_at is not null then ${epochSeconds('updated_at')} end)::text` : 'null'} as seconds,
      ${updated ? exact : 'null'} as updated_at
    from ${table.sql} where id = any($1::bigint[])`;
}

function isAsJudged(known: JudgedRow, row: Row): boolean {
  return row.status === known.status && (row.seconds == null ? null : Number(row.seconds)) === known.updatedAt;
}

function toFixRow({ id, verdict, cause, confidence, twin, resolvesAt }: JudgedRow, row: Row): FixRow {
  const at = resolvesAt === undefined ? undefined : new Date(resolvesAt * 1000);
  return {
    id,
    status: row.status ?? '',
    updatedAt: row.updated_at ?? null,
    taskModule: row.task_module ?? '',
    taskName: row.task_name ?? '',
    verdict,
    confidence,
    ...(cause === undefined ? {} : { cause }),
    ...(twin === undefined ? {} : { twin }),
    ...(at === undefined || Number.isNaN(at.getTime()) ? {} : { resolvesAt: at.toISOString() }),
  };
}
