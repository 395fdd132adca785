import type { BrokerView, StuckRow } from '../model/facts';
import type { Snapshot } from '../ports/database';
import { stuckRowsById } from '../tables/taskManager/stuckRows';
import type { TaskTable } from '../tables/taskManager/table';
import { publishedNotBegun } from '../causes/rowState';

/** Rows to look at, over all tasks. */
const MOST_ROWS = 4000;
/** Rows to look at of one task: more of them add hardly anything. */
const MOST_OF_TASK = 1000;

/**
 * Reads rows that cannot have run: they were not begun, and their own message waits in a queue and was never delivered before.
 * @param tasks `module.name` of the tasks whose rows are wanted
 * @throws Problem
 */
export async function waitingRows(
  snapshot: Snapshot,
  table: TaskTable,
  broker: BrokerView,
  tasks: ReadonlySet<string>,
): Promise<StuckRow[]> {
  if (tasks.size === 0) return [];
  const found = await stuckRowsById(snapshot, table, rowIds(broker, tasks));
  return found.filter((row) => {
    const messages = broker.find(row);
    return (
      publishedNotBegun(row) &&
      messages.some(({ taskId }) => taskId === row.taskId) &&
      messages.every(({ place, redelivered }) => place === 'queue' && !redelivered)
    );
  });
}

function rowIds(broker: BrokerView, tasks: ReadonlySet<string>): number[] {
  const ids: number[] = [];
  const counts = new Map<string, number>();
  for (const id of broker.managerIds) {
    if (!Number.isSafeInteger(id) || id <= 0) continue;
    const name = broker.find({ id, taskId: '' })[0]?.task;
    const count = name === undefined ? 0 : (counts.get(name) ?? 0);
    if (name === undefined || !tasks.has(name) || count >= MOST_OF_TASK) continue;
    counts.set(name, count + 1);
    if (ids.push(id) >= MOST_ROWS) break;
  }
  return ids;
}
