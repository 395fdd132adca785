// @ts-check
/** The demo's surroundings: PostgreSQL and Redis with the incident in them, and a project to open. */
import path from 'node:path';
import pg from 'pg';
import { PROJECT } from '../machine/index.mjs';
import { startPostgres, startRedis } from '../servers/index.mjs';
import { createIncident } from './incident/create.mjs';
import { writeWorkspace } from './workspace.mjs';

/**
 * @typedef {object} Demo
 * @property {string} databaseUrl
 * @property {string | undefined} redisUrl undefined: there is no Redis on this machine, and `log` has said so
 * @property {string} workspace folder to open
 * @property {() => Promise<void>} stop ends both servers and resolves when they are gone
 */

const STATE = path.join(PROJECT, '.demo');
const DATABASE = 'breathecode';

/**
 * Starts the servers, makes the incident anew (its ages are relative to now) and writes the workspace. The servers end
 * with this process, however that ends; they do not keep it alive.
 * @param {object} [options]
 * @param {(line: string) => void} [options.log]
 * @param {number} [options.rows]
 * @param {number} [options.seed]
 * @param {string} [options.stateDir] `.demo` of this project by default
 * @returns {Promise<Demo>}
 */
export async function startDemo({ log = () => {}, rows, seed, stateDir = STATE } = {}) {
  log('Starting PostgreSQL and Redis');
  const [postgres, redis] = await both(
    startPostgres({ dataDir: path.join(stateDir, 'postgres'), log }),
    startRedis({ dir: path.join(stateDir, 'redis'), log }),
  );
  const stop = async () => {
    await Promise.all([postgres.stop(), redis?.stop()]);
  };
  try {
    const databaseUrl = await database(postgres.url);
    const redisUrl = redis?.url;
    log('Making the incident');
    const made = await createIncident({ databaseUrl, redisUrl, rows, seed, log });
    const stuck = made.stuck.toLocaleString('en-US');
    log(
      `The incident has ${made.rows.toLocaleString('en-US')} rows, ${stuck} of them stuck, of ${made.types} task types`,
    );
    const workspace = await writeWorkspace({ databaseUrl, redisUrl, target: path.join(stateDir, 'workspace') });
    return { databaseUrl, redisUrl, workspace, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Both or none: if one server fails, the other is stopped.
 * @template {{ stop: () => Promise<void> } | undefined} A
 * @template {{ stop: () => Promise<void> } | undefined} B
 * @param {Promise<A>} first
 * @param {Promise<B>} second
 * @returns {Promise<[A, B]>}
 */
async function both(first, second) {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value];
  if (a.status === 'fulfilled') await a.value?.stop();
  if (b.status === 'fulfilled') await b.value?.stop();
  throw a.status === 'rejected' ? a.reason : /** @type {PromiseRejectedResult} */ (b).reason;
}

/**
 * Makes the platform's database unless it is there.
 * @param {string} serverUrl
 * @returns {Promise<string>}
 */
async function database(serverUrl) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}
