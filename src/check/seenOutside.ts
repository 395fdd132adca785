import type { Telling } from '../model/sought';
import type { BrokerMessage, RowFacts, StuckRow, WorkerTask } from '../model/facts';
import type { Outside } from './readServers';

/** A row with what is its own in the broker and with the workers. */
export type SeenRow = Pick<RowFacts, 'row' | 'messages' | 'tasks' | 'doubtful' | 'sameNumber'>;

type Places = Pick<Outside, 'broker' | 'workers'>;

/** What has the row's Celery id. @returns null where something else has its number, so that its arguments must tell whose that is */
export function seenById(row: StuckRow, { broker, workers }: Places): SeenRow | null {
  const messages = broker.byId(row);
  if (messages === null || workers.hasNumber(row)) return null;
  return { row, messages, tasks: workers.find(row) };
}

/**
 * What of the broker and the workers belongs to a row. What only may be its own stands apart, and what has its number and is another
 * task's is named.
 */
export function seenByNumber(row: StuckRow, { broker, workers }: Places, telling: Telling): SeenRow {
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

/** The rows of which neither a message nor a run was seen: of the others no effect decides the verdict. */
export function withoutPlace(seen: readonly SeenRow[]): StuckRow[] {
  return seen.filter(({ messages, tasks }) => messages.length + tasks.length === 0).map(({ row }) => row);
}

function isDoubtful({ match }: BrokerMessage | WorkerTask): boolean {
  return match === 'number';
}
