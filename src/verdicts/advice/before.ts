import type { Advice } from './advice';

/** What must be done before rows are dispatched again, in this order: else their messages are lost, wait or are thrown away like those before. */
const BEFORE_DISPATCHING: readonly (readonly [id: string, sense: string])[] = [
  ['right-broker', 'make sure that this is the broker of these tasks'],
  ['protect-broker', 'protect the broker'],
  ['deploy-task', 'deploy the workers with the code of the tasks'],
  ['start-workers', 'start the workers'],
  ['consume-queue', 'start a worker for the queues that nobody consumes'],
];

/** Says in the advice to dispatch rows which of the others comes first. */
export function withWhatComesBefore(all: readonly Advice[]): Advice[] {
  const first = BEFORE_DISPATCHING.filter(([id]) => all.some((advice) => advice.id === id)).map(([, sense]) => sense);
  if (first.length === 0) return [...all];
  return all.map((advice) =>
    advice.id === 'dispatch-lost'
      ? { ...advice, actions: [`Before this: ${first.join('; ')}`, ...advice.actions] }
      : advice,
  );
}
