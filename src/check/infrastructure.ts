import type { RedisFacts, Seconds } from '../model/facts';
import type { Diagnosis, PostgresFacts, RedisServer, Timestamp } from '../model/diagnosis';
import type { Outside } from './readServers';

/** What the Diagnosis says of the servers, the queues and the workers. */
export function infrastructure(postgres: PostgresFacts, outside: Outside | undefined): Diagnosis['infrastructure'] {
  if (!outside) return { postgres };
  const { broker, workers, redis, resultsRedis } = outside;
  return {
    postgres,
    ...(redis ? { redis: server(redis) } : {}),
    ...(resultsRedis ? { resultsRedis: server(resultsRedis) } : {}),
    queues: broker.queues.map(({ name, length, priorities, unacked }) => ({
      name,
      length,
      priorities,
      unacked,
      consumed: workers.none ? false : (workers.consumedQueues?.has(name) ?? null),
    })),
    workers: workers.workers,
  };
}

function server(facts: RedisFacts): RedisServer {
  return {
    address: facts.address,
    role: facts.role,
    ...(facts.product === 'Redis' ? {} : { product: facts.product }),
    version: facts.version,
    startedAt: timestamp(facts.startedAt),
    usedMemoryBytes: facts.usedMemoryBytes,
    maxMemoryBytes: facts.maxMemoryBytes,
    evictionPolicy: facts.evictionPolicy,
    evictedKeys: facts.evictedKeys,
    flushes: facts.flushes,
    appendOnly: facts.appendOnly,
    lastSaveAt: timestamp(facts.lastSaveAt),
    replica: facts.replica,
  };
}

/** In whole seconds: the INFO of a Redis has no finer times. */
function timestamp(seconds: Seconds | null): Timestamp | null {
  return seconds === null ? null : `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}
