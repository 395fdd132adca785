import type { StuckRow } from './stuckRow';

const NONE: readonly never[] = [];

/** What belongs to rows, by Celery's id or by the row's number in keyword arguments: retries, pages and resumptions have ids that the row does not know. */
export class RowIndex<T extends { readonly taskId: string; readonly managerId: number | null }> {
  private readonly byTaskId = new Map<string, Entry<T>>();
  private readonly byManagerId = new Map<number, Entry<T>>();

  add(item: T): void {
    if (item.taskId !== '') put(this.byTaskId, item.taskId, item);
    if (item.managerId !== null) put(this.byManagerId, item.managerId, item);
  }

  /** Each once, those with the row's own task id first. Asked for every stuck row, most of which have none. */
  find({ id, taskId }: Pick<StuckRow, 'id' | 'taskId'>): readonly T[] {
    const [byTask, byRow] = [this.byTaskId.get(taskId), this.byManagerId.get(id)];
    if (byTask === undefined && byRow === undefined) return NONE;
    return [...new Set([...items(byTask), ...items(byRow)])];
  }

  managerIds(): IterableIterator<number> {
    return this.byManagerId.keys();
  }
}

/** Nearly always one: a list for each would be a third of the memory of a queue of a million messages. */
type Entry<T> = T | T[];

function items<T>(entry: Entry<T> | undefined): readonly T[] {
  if (entry === undefined) return NONE;
  return Array.isArray(entry) ? entry : [entry];
}

function put<K, T>(index: Map<K, Entry<T>>, key: K, item: T): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, item);
  else if (Array.isArray(known)) known.push(item);
  else index.set(key, [known, item]);
}
