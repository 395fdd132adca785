/** What a row's own columns say (celery-task-manager 1.11.4, core/decorators.py). Each name is used by several rules. */
import type { ResultRecord, RowFacts, Seconds, StuckRow, World } from '../evidence/facts';

/** Between the insert and the save after publishing: the broker may be slow, and apiv2's retry policy blocks up to 16 minutes. */
export const PUBLISHING_SECONDS = 17 * 60;
/** A message on its way is in no place for a moment. */
export const MOVING_SECONDS = 60;

/** Inserted, and its own message was never recorded as published. */
export function neverPublished(row: StuckRow): boolean {
  return (
    row.status === 'SCHEDULED' && row.taskId === '' && row.managerIdInArguments === false && row.startedAt === null
  );
}

/** Published, and its row says that it never began: so it stays when the message is lost, and so it is put back by the library's race. */
export function publishedNotBegun(row: StuckRow): boolean {
  return row.status === 'SCHEDULED' && !neverPublished(row);
}

/** The wrapper began: SCHEDULED became PENDING. */
export function begun(row: StuckRow): boolean {
  return row.status === 'PENDING';
}

/** The library writes '' into status_message just before the body, and the text of an open circuit after it. */
export function bodyEntered(row: StuckRow): boolean {
  return begun(row) && row.message !== 'null';
}

/** A task of several pages that stands before its last one. */
export function pagesLeft(row: StuckRow): boolean {
  const { currentPage, totalPages } = row;
  return begun(row) && currentPage !== null && totalPages !== null && currentPage >= 1 && currentPage < totalPages;
}

/** It asked for a retry at least once: the column counts the attempts that began. */
export function retried(row: StuckRow): boolean {
  return begun(row) && (row.attempts ?? 1) >= 2;
}

export function ageSeconds(row: StuckRow, world: World): Seconds {
  return world.now - row.lastRun;
}

/** Finished, failed or called off in the table's own words: the row is stuck only because somebody asked for its status. */
export function recordedStatus(row: StuckRow): boolean {
  return ['DONE', 'ERROR', 'ABORTED', 'CANCELLED', 'REVERSED'].includes(row.status);
}

export function queued({ messages }: RowFacts): RowFacts['messages'] {
  return messages.length === 0 ? messages : messages.filter((message) => message.place === 'queue');
}

export function taken({ messages }: RowFacts): RowFacts['messages'] {
  return messages.length === 0 ? messages : messages.filter((message) => message.place === 'unacked');
}

/** `module.name`, as Celery calls the task unless the decorator gave it another name. */
export function celeryName(row: StuckRow): string {
  return `${row.taskModule}.${row.taskName}`;
}

/** Between the clocks of a worker's host and of the database's client. */
const CLOCK_SECONDS = 60;

/**
 * The result, if it is of the row's last run. The row keeps the id of its first message: after a retry, the next page, Resume or another
 * dispatch the record under that id is of an earlier run, and says nothing of the one that came after.
 */
export function resultOfLastRun({ row, result }: Pick<RowFacts, 'row' | 'result'>): ResultRecord | null {
  if (!result || !begun(row)) return result;
  return result.doneAt !== null && result.doneAt >= row.lastRun - CLOCK_SECONDS ? result : null;
}

const WRITTEN_BY_WORKERS: readonly (string | null)[] = ['SUCCESS', 'FAILURE', 'STARTED', 'RETRY', 'PROGRESS'];

/** A worker has had the message of this row, whatever the row says: it wrote a state that only workers write. */
export function wasTaken(result: ResultRecord | null): boolean {
  if (!result) return false;
  return WRITTEN_BY_WORKERS.includes(result.state) || (result.state === 'REVOKED' && result.byWorker === true);
}
