// @ts-check
/** The demo's surroundings: PostgreSQL and Redis, and a RabbitMQ if it is wanted, with the incident in them, and a project to open. */
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { PROJECT } from '../machine/index.mjs';
import { freePort, startPostgres, startRabbitmq, startRedis } from '../servers/index.mjs';
import { createIncident } from './incident/create.mjs';
import { WORKERS } from './incident/rabbit-workers.mjs';
import { writeWorkspace } from './workspace.mjs';

/**
 * @typedef {object} Demo
 * @property {string} databaseUrl
 * @property {string | undefined} redisUrl undefined: there is no Redis on this machine, and `log` has said so
 * @property {string | undefined} rabbitUrl Celery's, of the broker, where it is a RabbitMQ
 * @property {string} workspace folder to open
 * @property {() => Promise<void>} stop ends all servers and resolves when they are gone
 */

const STATE = path.join(PROJECT, '.demo');
/** Also the name of the virtual host. */
const DATABASE = 'breathecode';
/** As CloudAMQP makes it, but for the tag `monitoring`, which shared plans do not give. */
const PLATFORM = {
  name: 'breathecode',
  tags: 'monitoring',
  permissions: { [DATABASE]: /** @type {const} */ (['.*', '.*', '.*']) },
};
/** RabbitMQ's own distance between the ports of AMQP and of its management API. */
const API_AFTER = 10_000;

/**
 * Starts the servers, makes the incident anew (its ages are relative to now) and writes the workspace. The servers end
 * with this process, however that ends; they do not keep it alive.
 * @param {object} [options]
 * @param {(line: string) => void} [options.log]
 * @param {number} [options.rows]
 * @param {number} [options.seed]
 * @param {string} [options.stateDir] `.demo` of this project by default
 * @param {'redis' | 'rabbitmq'} [options.broker] where the messages are; the results are in Redis
 * @returns {Promise<Demo>}
 * @throws {Error} also when a RabbitMQ is wanted and this machine has none: how to install one
 */
export async function startDemo({ log = () => {}, rows, seed, stateDir = STATE, broker = 'redis' } = {}) {
  const wanted = broker === 'rabbitmq';
  log(`Starting PostgreSQL${wanted ? ', RabbitMQ' : ''} and Redis`);
  const [postgres, redis, rabbit] = await allOrNone([
    startPostgres({ dataDir: path.join(stateDir, 'postgres'), log }),
    startRedis({ dir: path.join(stateDir, 'redis'), log }),
    wanted ? rabbitmq(log) : undefined,
  ]);
  let endWorkers = async () => {};
  const stop = async () => {
    await endWorkers();
    await Promise.all([postgres.stop(), redis?.stop(), rabbit?.stop()]);
  };
  try {
    const databaseUrl = await database(postgres.url);
    const redisUrl = redis?.url;
    log('Making the incident');
    const rabbitUrl = rabbit?.urlOf(PLATFORM.name, DATABASE);
    const made = await createIncident({ databaseUrl, redisUrl, rabbitUrl, rows, seed, log });
    endWorkers = made.close;
    if (rabbit !== undefined) await untilShown(rabbit);
    const stuck = made.stuck.toLocaleString('en-US');
    log(
      `The incident has ${made.rows.toLocaleString('en-US')} rows, ${stuck} of them stuck, of ${made.types} task types`,
    );
    const target = path.join(stateDir, 'workspace');
    const workspace = await writeWorkspace({ databaseUrl, redisUrl, rabbitUrl, target });
    return { databaseUrl, redisUrl, rabbitUrl, workspace, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * If one server fails, the others are stopped.
 * @template {readonly unknown[]} T
 * @param {[...T]} starting
 * @returns {Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>}
 */
async function allOrNone(starting) {
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const end of await Promise.allSettled(starting))
      if (end.status === 'fulfilled')
        await /** @type {{ stop?: () => Promise<void> } | undefined} */ (end.value)?.stop?.();
    throw error;
  }
}

/**
 * A RabbitMQ as a hosted plan gives it: a virtual host and a user of the platform's own. Its management API is where it is looked for.
 * Its files are temporary, because every start is a new node.
 * @param {(line: string) => void} log
 */
async function rabbitmq(log) {
  const port = await portWithApi();
  const options = { port, managementPort: port + API_AFTER, vhosts: [DATABASE], users: [PLATFORM] };
  const server = await startRabbitmq({ log, ...options });
  if (server === undefined)
    throw new Error('The demo on RabbitMQ needs a RabbitMQ server: see above how to install one.');
  return server;
}

/**
 * The API shows a consumer up to five seconds after it came.
 * @param {import('../servers/rabbitmq.mjs').RabbitServer} server
 */
async function untilShown({ api }) {
  const expected = 2 * WORKERS.length;
  for (let left = 100; (await api('GET', `consumers/${DATABASE}`)).length < expected; left--) {
    if (left === 0) throw new Error("RabbitMQ's API did not show the demo's workers.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** @returns {Promise<number>} a free port, and the one of the API that belongs to it is free too */
async function portWithApi() {
  for (;;) {
    const port = await freePort();
    if (port + API_AFTER < 65_536 && (await isFree(port + API_AFTER))) return port;
  }
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
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
