import type { Telling } from '../evidence/belongs';
import type { RowFacts, StuckRow } from '../evidence/facts';
import type { Outside } from './outside';

/** A row with what is its own in the broker and with the workers. */
export type SeenRow = Pick<RowFacts, 'row' | 'messages' | 'tasks' | 'doubtful' | 'sameNumber'>;

/**
 * What of the broker and the workers belongs to a row. What only may be its own stands apart, and what has its number and is another
 * task's is named.
 */
export function seenOf(
  row: StuckRow,
  { broker, workers }: Pick<Outside, 'broker' | 'workers'>,
  telling: Telling,
): SeenRow {
  const messages = broker.find(row, telling);
  const tasks = workers.find(row, telling);
  const others = broker.others(row, telling);
  const some = messages.length + tasks.length > 0;
  const doubtful = some && [...messages, ...tasks].some(isDoubtful);
  return {
    row,
    messages: doubtful ? messages.filter((message) => !isDoubtful(message)) : messages,
    tasks: doubtful ? tasks.filter((task) => !isDoubtful(task)) : tasks,
    ...(doubtful ? { doubtful: { messages: messages.filter(isDoubtful), tasks: tasks.filter(isDoubtful) } } : {}),
    ...(others.size > 0 ? { sameNumber: [...others].sort() } : {}),
  };
}

/** Whether the row's arguments would tell more. */
export function isOpen({ messages, tasks, doubtful }: SeenRow): boolean {
  if (doubtful !== undefined) return true;
  return (messages.length > 0 || tasks.length > 0) && [...messages, ...tasks].some(({ match }) => match !== 'id');
}

/** The rows of which neither a message nor a run was seen: of the others no effect decides the verdict. */
export function withoutPlace(seen: readonly SeenRow[]): StuckRow[] {
  return seen.filter(({ messages, tasks }) => messages.length + tasks.length === 0).map(({ row }) => row);
}

function isDoubtful({ match }: { readonly match: string }): boolean {
  return match === 'number';
}
