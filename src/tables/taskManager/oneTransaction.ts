import { attempt } from '../../sql/savepoint';
import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../table';
import type { BrokerView } from '../../model/facts';

/** Fewer rows than this may well have been written together. */
const ENOUGH_ROWS = 20;
/** Rows that are compared. */
const MOST_ROWS = 1000;
/** Messages of each task name, and names, whose rows are looked up. */
const EACH = 50;
const MOST_NAMES = 200;

const SHARED = (table: TaskTable): string => `
  select (count(distinct xmin::text) = 1 and max(created_at) - min(created_at) > interval '1 hour')::text as shared
    from ${table.sql} where id = any($1::bigint[]) having count(*) >= ${String(ENOUGH_ROWS)}`;

const OWN = (table: TaskTable): string => `
  select exists (
    select from unnest($1::bigint[], $2::text[]) as message(id, task_id)
      join ${table.sql} as task on task.id = message.id and task.task_id = message.task_id)::text as own`;

/**
 * Whether the rows came here in one transaction, as a restored dump does, and no message in the broker is one of theirs: then the broker may
 * be another environment's. A bulk change of all rows leaves the same.
 * @param ids of some stuck rows
 * @returns false also where that cannot be told: a view and a foreign table have no xmin
 * @throws Problem when the snapshot came to its end
 */
export async function arrivedTogether(
  snapshot: Snapshot,
  table: TaskTable,
  broker: Pick<BrokerView, 'numbered'>,
  ids: readonly number[],
): Promise<boolean> {
  if (!table.hasXmax || !table.columns.has('created_at') || ids.length < ENOUGH_ROWS) return false;
  const shared = await attempt(snapshot, () => snapshot.query(SHARED(table), [ids.slice(0, MOST_ROWS)]));
  if (!('value' in shared) || shared.value[0]?.shared !== 'true') return false;
  const messages = broker.numbered(EACH, MOST_NAMES).filter(({ managerId }) => Number.isSafeInteger(managerId));
  if (messages.length === 0 || !table.columns.has('task_id')) return true;
  const values = [messages.map(({ managerId }) => managerId), messages.map(({ taskId }) => taskId)];
  const own = await attempt(snapshot, () => snapshot.query(OWN(table), values));
  return 'value' in own && own.value[0]?.own !== 'true';
}
