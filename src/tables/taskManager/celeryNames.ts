import type { CeleryNames } from '../../model/celeryNames';
import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../table';
import { celeryNames } from '../celeryNames';
import type { BrokerView } from '../../model/facts';

/** Messages of each task name whose rows are looked up. */
const EACH = 20;
/** Task names that are looked at; an application has some hundreds. */
const MOST_NAMES = 500;

const ROWS = (table: TaskTable): string => `
  select id::text as id, task_id::text as task_id, task_module || '.' || task_name as type
    from ${table.sql} where id = any($1::bigint[])`;

/**
 * Learns the names from rows whose message is in the broker: a message whose Celery id is that of the row with its number gives the pair.
 * One statement by primary key, and none where every name in the broker is a type's own.
 * @param types `module.name` of the stuck rows
 * @param registered names that the workers know; null where that is not known
 * @throws Problem
 */
export async function readCeleryNames(
  snapshot: Snapshot,
  table: TaskTable,
  broker: Pick<BrokerView, 'numbered' | 'taskNames'>,
  types: ReadonlySet<string>,
  registered: ReadonlySet<string> | null,
): Promise<CeleryNames> {
  const plain = (name: string): boolean => types.has(name);
  const strange = [...broker.taskNames].filter((name) => !plain(name));
  const sample = strange.length === 0 ? [] : broker.numbered(EACH, MOST_NAMES).filter(({ task }) => !plain(task));
  const rows =
    sample.length === 0 || !table.columns.has('task_id')
      ? []
      : await snapshot.query(ROWS(table), [sample.map(({ managerId }) => managerId).filter(Number.isSafeInteger)]);
  const byId = new Map(rows.map((row) => [Number(row.id), row]));
  const byType = new Map<string, Set<string>>();
  const typeOf = new Map<string, string>();
  const theirs = new Map<string, boolean>();
  for (const { task, taskId, managerId } of sample) {
    const row = byId.get(managerId);
    if (row === undefined) continue;
    const type = row.type ?? '';
    const own = row.task_id === taskId || type === task;
    theirs.set(task, (theirs.get(task) ?? true) && !own);
    if (!own) continue;
    byType.set(type, (byType.get(type) ?? new Set()).add(task));
    typeOf.set(task, type);
  }
  return celeryNames(
    { byType, typeOf },
    new Set([...types, ...typeOf.values()]),
    broker.taskNames,
    registered,
    new Set([...theirs].filter(([, foreign]) => foreign).map(([name]) => name)),
  );
}
