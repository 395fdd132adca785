/** What a worker says of a task that it has (celery 5.2.6 worker/request.py `info`, worker/control.py `_iter_schedule_requests`). */
import { calendarSeconds, isoSeconds } from '../../wire/celeryTime';
import { ROW_NUMBER } from '../../base/libraryKwargs';
import { marksOf, marksOfRepr, type ArgumentMarks } from '../../base/argumentMarks';
import { managerIdInRepr } from '../../wire/kwargsRepr';
import type { WorkerTask } from '../../model/facts';
import { amount, list, record, text, type JsonRecord } from '../../wire/plainJson';

export interface ReportedTask extends Omit<WorkerTask, 'match'> {
  /** Of its arguments; null where they could not be read. */
  readonly marks: ArgumentMarks | null;
  /** Whether `managerId` could be told: long arguments come cut. */
  readonly told: boolean;
  /** The key by which its message was sent, mostly the name of its queue; null where the worker did not say. */
  readonly routingKey: string | null;
  /** Its message was acknowledged when it began to run: the broker has it no more. */
  readonly acknowledged: boolean;
}

/**
 * A task that cannot be read is listed too, with everything unknown.
 * @param value an answer to `active` or `reserved`, or to `scheduled`, whose tasks stand below `request`
 */
export function reportedTasks(state: WorkerTask['state'], worker: string, value: unknown): ReportedTask[] {
  return (list(value) ?? []).map((item) => {
    const entry = record(item);
    const task = state === 'scheduled' ? record(entry?.request) : entry;
    const taskId = text(task?.id);
    const managerId = managerIdOf(task?.kwargs);
    return {
      state,
      worker,
      taskId: taskId ?? '',
      task: text(task?.name) ?? '',
      marks: managerId == null ? null : marksIn(task),
      managerId: managerId ?? null,
      eta: state === 'scheduled' ? isoSeconds(entry?.eta) : null,
      startedAt: state === 'active' ? calendarSeconds(amount(task?.time_start)) : null,
      told: managerId !== undefined && taskId !== null && taskId !== '',
      routingKey: text(record(task?.delivery_info)?.routing_key),
      acknowledged: task?.acknowledged === true,
    };
  });
}

/** Arguments come as they are, or as text that Python made of them (`active` with `safe`). */
function marksIn(task: JsonRecord | null): ArgumentMarks | null {
  return marksOf(task?.args, task?.kwargs) ?? marksOfRepr(task?.args, task?.kwargs, false);
}

/** @returns null: the arguments have none; undefined: unknown */
function managerIdOf(kwargs: unknown): number | null | undefined {
  const named = record(kwargs);
  if (named === null) return managerIdInRepr(kwargs);
  const id = named[ROW_NUMBER];
  return id === undefined || id === null ? null : Number.isSafeInteger(id) ? (id as number) : undefined;
}
