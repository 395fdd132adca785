import type { Telling } from '../model/sought';
import type { BrokerMessage, RowFacts, StuckRow, WorkerTask } from '../model/facts';
import type { Outside } from './readServers';

/** A row with the messages and the running tasks that are its own. */
export type SeenRow = Pick<RowFacts, 'row' | 'messages' | 'tasks' | 'doubtful' | 'sameNumber'>;

type SeenServers = Pick<Outside, 'broker' | 'workers'>;

/**
 * Finds what has the row's Celery id.
 * @returns null where something else has the number of the row: only arguments can tell whose that is
 */
export function seenById(row: StuckRow, { broker, workers }: SeenServers): SeenRow | null {
  const messages = broker.byId(row);
  if (messages === null || workers.hasNumber(row)) return null;
  return { row, messages, tasks: workers.find(row) };
}

/**
 * Finds what belongs to a row in the broker and with the workers. What may be another row's is in `doubtful`, and `sameNumber` names
 * the tasks that have the number of the row and are not its own.
 */
export function seenByNumber(row: StuckRow, { broker, workers }: SeenServers, telling: Telling): SeenRow {
  const others = new Set<string>();
  const messages = broker.find(row, telling, others);
  const tasks = workers.find(row, telling);
  const doubtful = { messages: messages.filter(isDoubtful), tasks: tasks.filter(isDoubtful) };
  return {
    row,
    messages: messages.filter((message) => !isDoubtful(message)),
    tasks: tasks.filter((task) => !isDoubtful(task)),
    ...(doubtful.messages.length + doubtful.tasks.length > 0 ? { doubtful } : {}),
    ...(others.size > 0 ? { sameNumber: [...others].sort() } : {}),
  };
}

/** The rows without a message and without a run. For the others no effect decides the verdict. */
export function withoutPlace(seen: readonly SeenRow[]): StuckRow[] {
  return seen.filter(({ messages, tasks }) => messages.length + tasks.length === 0).map(({ row }) => row);
}

function isDoubtful({ match }: BrokerMessage | WorkerTask): boolean {
  return match === 'number';
}
