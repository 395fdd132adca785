import type { Evidence } from '../../model/verdict';
import type { RowFacts, StuckRow, TypeHistory, World } from '../../model/facts';
import { bodyEntered, celeryName, neverPublished, pagesLeft, retried } from '../../causes/rowState';
import { count, number } from '../../base/numbers';
import { duration, share } from './words';
import { moment } from '../../base/moment';

/** What the row's own columns say. */
export function rowEvidence(row: StuckRow): Evidence[] {
  return sentences(row).map((says) => ({ source: 'row', says }));
}

function sentences(row: StuckRow): string[] {
  const out = [`${row.status} since ${moment(row.lastRun)}.`];
  if (neverPublished(row))
    out.push('No task id and no task_manager_id in its arguments: publishing its message was never recorded.');
  else if (row.taskId === '') out.push('Its task id is empty: it can be looked for by its row id only.');
  if (row.message === 'null')
    out.push('Its status message is null: its body was not entered, or a later save took that away.');
  else if (bodyEntered(row) && row.message === 'empty') out.push('Its status message is empty: its body was entered.');
  else if (row.message === 'circuit-open') out.push('Its status message says that a circuit breaker was open.');
  if (pagesLeft(row)) out.push(`It stands at page ${String(row.currentPage)} of ${String(row.totalPages)}.`);
  if (retried(row)) out.push(`Its attempt ${String(row.attempts)} began: it asked for a retry before.`);
  if (row.startedAt !== null && row.lastRun - row.startedAt > 5 && !retried(row))
    out.push(`Its last run began ${duration(row.lastRun - row.startedAt)} after its first.`);
  if (row.killed === true) out.push('The library met its message and threw it away (killed).');
  if (row.status === 'ERROR' && row.exception !== true && (row.currentPage ?? 0) > (row.totalPages ?? Infinity))
    out.push(
      `Its page ${String(row.currentPage)} is beyond its last (${String(row.totalPages)}), and no exception is recorded.`,
    );
  return out;
}

/** What other rows say of this one. */
export function siblingEvidence({ row, twin }: RowFacts, { histories }: World): Evidence[] {
  const out: Evidence[] = [];
  if (twin) {
    const later = row.createdAt === null ? '' : `, made ${duration(twin.createdAt - row.createdAt)} later`;
    out.push({
      source: 'postgres',
      says: `Row ${String(twin.id)} has the same task and arguments${later}, and is ${twin.status}: it may have done the work.`,
    });
  }
  const history = histories.get(celeryName(row));
  if (history && history.done > 0 && row.status === 'SCHEDULED' && !neverPublished(row))
    out.push({
      source: 'postgres',
      says: overwritten(history),
    });
  return out;
}

/** How often the library's two saves of a row met: where the one of the end came last, the task id of the other is gone. */
function overwritten({ done, doneWithoutTaskId, partial }: TypeHistory): string {
  const rows = count(done, 'finished task');
  if (doneWithoutTaskId === 0)
    return `None of the ${rows} of this type${partial ? ' that this role sees' : ''} shows that the library overwrote its own save.`;
  return `${share(doneWithoutTaskId, done)} of the finished tasks of this type (${number(doneWithoutTaskId)} of ${number(done)}) show that the library overwrote its own save: they have no task id.`;
}
