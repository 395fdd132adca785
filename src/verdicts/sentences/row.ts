import type { Evidence } from '../../model/verdict';
import type { RowFacts, StuckRow, TypeHistory, World } from '../../model/facts';
import { recordedEnd } from '../../causes/general/recorded';
import { celeryName, publishedNotBegun, retried } from '../../causes/helpers';
import { taskManagerRow } from '../../tables/taskManager/row';
import { count, number } from '../../base/numbers';
import { duration, share } from './words';
import { moment } from '../../base/moment';

/** What the row's own columns say. */
export function rowEvidence(row: StuckRow): Evidence[] {
  const own = taskManagerRow(row);
  const end = own ? recordedEnd({ row: { ...row, library: own } }) : undefined;
  // The first one names the status.
  return sentences(row).map((says, place) => ({
    source: 'row',
    says,
    ...(place === 0 && end !== undefined ? { supports: end } : {}),
  }));
}

function sentences(row: StuckRow): string[] {
  const own = taskManagerRow(row);
  const { published, bodyEntered, partsLeft } = row.runs;
  const out = [`${row.status} since ${moment(row.lastRun)}.`];
  if (!published)
    out.push('No task id and no task_manager_id in its arguments: publishing its message was never recorded.');
  else if (row.taskId === '') out.push('Its task id is empty: it can be looked for by its row id only.');
  if (own?.message === 'null')
    out.push('Its status message is null: its body was not entered, or a later save took that away.');
  else if (bodyEntered && own?.message === 'empty') out.push('Its status message is empty: its body was entered.');
  else if (own?.message === 'circuit-open') out.push('Its status message says that a circuit breaker was open.');
  if (own && partsLeft) out.push(`It stands at page ${String(own.currentPage)} of ${String(own.totalPages)}.`);
  if (retried(row)) out.push(`Its attempt ${String(row.attempts)} began: it asked for a retry before.`);
  if (row.startedAt !== null && row.lastRun - row.startedAt > 5 && !retried(row))
    out.push(`Its last run began ${duration(row.lastRun - row.startedAt)} after its first.`);
  if (own?.killed === true) out.push('The library met its message and threw it away (killed).');
  if (own && row.status === 'ERROR' && own.exception !== true && (own.currentPage ?? 0) > (own.totalPages ?? Infinity))
    out.push(
      `Its page ${String(own.currentPage)} is beyond its last (${String(own.totalPages)}), and no exception is recorded.`,
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
  if (history && history.done > 0 && publishedNotBegun(row))
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
