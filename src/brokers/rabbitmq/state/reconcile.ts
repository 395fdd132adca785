import type { ReportedTask } from '../../workers/tasks';
import { mayHoldTasks } from './queueRole';
import type { Totals } from './totals';

/** A queue where workers name more or fewer messages than were taken from it. */
export interface Difference {
  readonly queue: string;
  readonly unacked: number;
  readonly named: number;
}

/** Messages that workers took, by number and by name. */
export interface Reconciled {
  /** The workers name every message that was taken, by every one of the readings. */
  readonly equal: boolean;
  /** Messages that workers name and have not acknowledged. */
  readonly named: number;
  /** Of the first reading that differs. */
  readonly differences: readonly Difference[];
}

/**
 * Compares what workers name with what the server counts. A task that runs and acknowledged its message early is in no queue, so it is not
 * counted.
 * @param readings before and after the workers were asked @param queueOf the queue that a routing key leads to
 */
export function reconcile(
  readings: readonly Totals[],
  tasks: readonly ReportedTask[],
  queueOf: (routingKey: string) => string,
): Reconciled {
  // A task that moved between the answers is named twice. It counts once, so that it does not stand in for another task.
  const held = new Map(
    tasks
      .filter(({ acknowledged }) => !acknowledged)
      .map((task) => [JSON.stringify([task.worker, task.taskId]), task] as const),
  );
  const named = new Map<string, number>();
  for (const { routingKey } of held.values()) {
    const queue = routingKey === null ? '' : queueOf(routingKey);
    named.set(queue, (named.get(queue) ?? 0) + 1);
  }
  const compared = readings.map((reading) => compare(reading, named, held.size));
  return {
    equal: compared.every(({ equal }) => equal),
    named: held.size,
    differences: compared.find(({ equal }) => !equal)?.differences ?? [],
  };
}

function compare(
  { queues, missing }: Totals,
  named: ReadonlyMap<string, number>,
  total: number,
): Pick<Reconciled, 'equal' | 'differences'> {
  const counted = queues.filter(({ role }) => mayHoldTasks(role));
  const differences = counted.flatMap(({ name, unacked }): Difference[] => {
    const of = named.get(name) ?? 0;
    return (unacked ?? 0) === of ? [] : [{ queue: name, unacked: unacked ?? 0, named: of }];
  });
  const known = missing.length === 0 && counted.every(({ unacked, runs }) => unacked !== null && runs);
  const names = new Set(counted.map(({ name }) => name));
  // By an exchange of its own, a key may be no queue's name. All together they are as many all the same.
  const strange = [...named.keys()].some((queue) => !names.has(queue));
  const sum = counted.reduce((all, { unacked }) => all + (unacked ?? 0), 0);
  return { equal: known && sum === total && (strange || differences.length === 0), differences };
}
