import type { Diagnosis, PostgresFacts } from '../model/diagnosis';
import type { Outside } from './readServers';

/** What the Diagnosis says of the servers, the queues and the workers. */
export function infrastructure(postgres: PostgresFacts, outside: Outside | undefined): Diagnosis['infrastructure'] {
  if (!outside) return { postgres };
  const { broker, workers, servers } = outside;
  return {
    postgres,
    ...servers,
    queues: broker.queues.map((queue) => {
      const { name, length, priorities, unacked, readyOnly, keeps, type, state, consumers, numbersAgeSeconds } = queue;
      return {
        name,
        length,
        priorities,
        unacked,
        ...(readyOnly === undefined ? {} : { readyOnly }),
        consumed: workers.none ? false : (workers.consumedQueues?.has(name) ?? null),
        ...(keeps === undefined ? {} : { keeps }),
        ...(type === undefined ? {} : { type }),
        ...(state === undefined ? {} : { state }),
        ...(consumers === undefined ? {} : { consumers }),
        ...(numbersAgeSeconds === undefined ? {} : { numbersAgeSeconds }),
        ...(queue.arguments === undefined ? {} : { arguments: queue.arguments }),
      };
    }),
    workers: workers.workers,
  };
}
