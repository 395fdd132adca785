import type { StuckRow } from '../scan/stuckRow';

const NONE: readonly never[] = [];

/** What belongs to rows, by Celery's id or by `task_manager_id`: retries, pages and Resume have ids that the row does not know. */
export class RowIndex<T extends { readonly taskId: string; readonly managerId: number | null }> {
  private readonly byTaskId = new Map<string, T[]>();
  private readonly byManagerId = new Map<number, T[]>();

  add(item: T): void {
    if (item.taskId !== '') put(this.byTaskId, item.taskId, item);
    if (item.managerId !== null) put(this.byManagerId, item.managerId, item);
  }

  /** Each once, those with the row's own task id first. Asked for every stuck row, most of which have none. */
  find({ id, taskId }: Pick<StuckRow, 'id' | 'taskId'>): readonly T[] {
    const [byTask, byRow] = [this.byTaskId.get(taskId), this.byManagerId.get(id)];
    if (byTask === undefined && byRow === undefined) return NONE;
    return [...new Set([...(byTask ?? []), ...(byRow ?? [])])];
  }

  managerIds(): IterableIterator<number> {
    return this.byManagerId.keys();
  }
}

function put<K, T>(index: Map<K, T[]>, key: K, item: T): void {
  const known = index.get(key);
  if (known) known.push(item);
  else index.set(key, [item]);
}
