// @ts-check
/** Connections to the servers that the incident goes into: on this machine only. */
import { Redis } from 'ioredis';
import pg from 'pg';
import { requireLoopback, requireOurRedis } from './guard.mjs';

/**
 * @param {string} url
 * @returns {Promise<pg.Client>}
 */
export async function connectPostgres(url) {
  /** @type {pg.Client} */
  let client;
  try {
    client = new pg.Client({ connectionString: url, application_name: 'celery-task-diagnostics demo' });
  } catch (error) {
    throw new Error('The database URL is not one like postgres://user:password@127.0.0.1:5432/name.', { cause: error });
  }
  // Asked of the client: a URL can name its host in its query, or leave it to the environment.
  requireLoopback(client.host);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`PostgreSQL could not be reached: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  client.on('error', () => {});
  return client;
}

/**
 * @param {string} url
 * @returns {Promise<Redis>} of a database that is empty or the demo's
 */
export async function connectRedis(url) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  let problem = '';
  redis.on('error', (error) => (problem = error.message));
  requireLoopback(redis.options.host ?? '');
  try {
    await redis.connect().catch((error) => {
      throw new Error(`Redis could not be reached: ${problem || error.message}`, { cause: error });
    });
    await requireOurRedis(redis);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
