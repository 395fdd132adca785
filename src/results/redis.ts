import { lookAtServer } from '../brokers/redis/server';
import { unavailable } from '../brokers/unavailable';
import { ping, type RedisReader, type RedisSource } from '../ports/redis';
import { noResults } from './noResults';
import { redisResults } from './redisResults';
import type { OpenResults, ResultBackend } from './results';

/** Celery's results in one database of a Redis. */
export function redisBackend(source: RedisSource): ResultBackend {
  return {
    name: `Redis at ${source.address}`,
    server: source,
    open: async (run, work) => {
      const state = { began: false };
      try {
        return await source.read(
          async (redis) => {
            const results = await opened(redis);
            state.began = true;
            // Also of one that does not answer: a broker on the same server then learns that at once.
            return await work(results);
          },
          run.signal,
          run.meter,
        );
      } catch (error) {
        if (state.began) throw error;
        return await work(noResults(unavailable(error)));
      }
    },
    ping: (signal) => source.read(ping, signal),
  };
}

/** Asks PING first, so that a server that is down costs one timeout and not one for each question. @throws Problem `cancelled` */
async function opened(redis: RedisReader): Promise<OpenResults> {
  try {
    await ping(redis);
  } catch (error) {
    return noResults(unavailable(error));
  }
  return {
    reader: (prefixes) => redisResults(redis, prefixes),
    server: async () => {
      const { server } = await lookAtServer(redis, 'results');
      return server ? { resultsRedis: server } : {};
    },
  };
}
