import { taskTypeName, type TaskType } from '../diagnosis/model';
import { hidesOwnRows } from '../scan/hiding';
import type { Snapshot } from '../scan/snapshot';
import { epochSeconds } from '../scan/sql';
import type { TaskTable } from '../scan/table';
import { readNames } from '../scan/textForm';
import type { TypeHistory } from './facts';

/**
 * The types are compared behind the grouping: before it, every finished row would be looked up among them, and the rows themselves, not
 * their groups, would leave the parallel workers (1M rows: 1.3 times the server's CPU). An empty task id is rare, so that one comes first.
 */
const HISTORIES = (table: TaskTable): string => `
  select ${['task_module', 'task_name'].map((name) => `${table.text.send(name)} as ${name}`).join(', ')}, (rows - errors)::text as done, without_id::text, errors::text, (${epochSeconds('last_run')})::text as last_run
    from (select task_module, task_name, count(*) as rows, count(*) filter (where status = 'ERROR') as errors,
                 count(*) filter (where task_id = '' and status = 'DONE') as without_id, max(last_run) as last_run
            from ${table.sql} where status in ('DONE', 'ERROR') group by task_module, task_name) as finished
    join (select distinct task_module, task_name from unnest($1::text[], $2::text[]) as pair(task_module, task_name))
      as wanted using (task_module, task_name)`;

/**
 * How the finished rows of these types ended: one pass over the table, which has no index for it.
 * @returns by `module.name`; a type without finished rows has zeros; nothing at all where task_id cannot be read
 * @throws Problem
 */
export async function readHistories(
  snapshot: Snapshot,
  table: TaskTable,
  types: readonly Pick<TaskType, 'taskModule' | 'taskName'>[],
): Promise<Map<string, TypeHistory>> {
  const histories = new Map<string, TypeHistory>();
  if (types.length === 0 || !table.columns.has('task_id')) return histories;
  const partial = hidesOwnRows(table) ? ({ partial: true } as const) : {};
  // A name that cannot be asked for has no history, which is something else than one without rows.
  const asked = types.filter(({ taskModule, taskName }) => table.text.fits(taskModule + taskName));
  for (const type of asked)
    histories.set(taskTypeName(type), { done: 0, doneWithoutTaskId: 0, errors: 0, lastRun: null, ...partial });
  const rows = await snapshot.query(HISTORIES(table), [
    asked.map((type) => type.taskModule),
    asked.map((type) => type.taskName),
  ]);
  for (const sent of rows) {
    const row = readNames(table.text, sent);
    const name = taskTypeName({ taskModule: row.task_module ?? '', taskName: row.task_name ?? '' });
    // Two types can share a written name: a.b + c and a + b.c.
    const other = histories.get(name);
    histories.set(name, {
      done: Number(row.done) + (other?.done ?? 0),
      doneWithoutTaskId: Number(row.without_id) + (other?.doneWithoutTaskId ?? 0),
      errors: Number(row.errors) + (other?.errors ?? 0),
      lastRun: Math.max(Number(row.last_run), other?.lastRun ?? -Infinity),
      ...partial,
    });
  }
  return histories;
}
