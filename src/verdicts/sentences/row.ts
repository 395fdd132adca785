import type { Evidence } from '../../model/verdict';
import type { RowFacts, StuckRow, TypeHistory, World } from '../../model/facts';
import { recordedEnd } from '../../causes/general/recorded';
import { celeryName, publishedNotBegun, retried } from '../../causes/helpers';
import { taskManagerRow } from '../../tables/taskManager/row';
import { number } from '../../base/numbers';
import { duration, share } from './words';
import { moment } from '../../base/moment';

/** What the row's own columns show. */
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
    out.push(
      'No task id, and no task_manager_id in its arguments: the library never recorded that it published the message.',
    );
  else if (row.taskId === '') out.push('Its task id is empty: its message can only be found by the row id.');
  if (own?.message === 'null')
    out.push('status_message is NULL: the task body never started, or a later save erased it.');
  else if (bodyEntered && own?.message === 'empty') out.push('status_message is empty: the task body started.');
  else if (own?.message === 'circuit-open') out.push('status_message reports an open circuit breaker.');
  if (own && partsLeft) out.push(`It is at page ${String(own.currentPage)} of ${String(own.totalPages)}.`);
  if (retried(row)) out.push(`Attempt ${String(row.attempts)} started: the task had asked for a retry before.`);
  if (row.startedAt !== null && row.lastRun - row.startedAt > 5 && !retried(row))
    out.push(`Its last run started ${duration(row.lastRun - row.startedAt)} after its first.`);
  if (own?.killed === true) out.push('The library discarded its message (killed).');
  if (own && row.status === 'ERROR' && own.exception !== true && (own.currentPage ?? 0) > (own.totalPages ?? Infinity))
    out.push(
      `Its page ${String(own.currentPage)} is beyond its last page (${String(own.totalPages)}), and no exception is recorded.`,
    );
  return out;
}

/** What other rows show of this one. */
export function siblingEvidence({ row, twin }: RowFacts, { histories }: World): Evidence[] {
  const out: Evidence[] = [];
  if (twin) {
    const later =
      row.createdAt === null ? 'is' : `was created ${duration(twin.createdAt - row.createdAt)} later. It is`;
    out.push({
      source: 'postgres',
      says: `Row ${String(twin.id)} has the same task and arguments and ${later} ${twin.status} and may have done the work.`,
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
  const seen = partial ? ' that this role sees' : '';
  if (doneWithoutTaskId === 0)
    return `Every one of the ${number(done)} finished tasks of this type${seen} has a task id, so there is no sign that the library overwrote its own save.`;
  return `${number(doneWithoutTaskId)} of ${number(done)} finished tasks of this type${seen} (${share(doneWithoutTaskId, done)}) ${doneWithoutTaskId === 1 ? 'has' : 'have'} no task id, a sign that the library overwrote its own save.`;
}
