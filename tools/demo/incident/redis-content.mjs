// @ts-check
/** What is left of the results in Redis, and of the broker where it is the same Redis, in agreement with the rows. */
import { REDIS_MARK } from './guard.mjs';
import { pythonJson } from './kombu-message.mjs';
import { declare, publish, publishStrangers } from './redis-messages.mjs';
import { IN_REDIS } from './situations.mjs';

/** @typedef {import('ioredis').ChainableCommander} Pipeline */

/** @typedef {import('./messages.mjs').Row} Row */

/** `result_expires` of the platform: one day. */
const RESULT_EXPIRES = 86_400;

/** PostgreSQL's types int2, int4 and float8. */
const NUMBERS = [21, 23, 701];

const ROWS = `
  select t.id, task_module || '.' || task_name as task, arguments->'args' as args, arguments->'kwargs' as kwargs, task_id,
    coalesce(t.priority, 0) as priority, coalesce(y.queue, 'celery') as queue, attempts, extract(epoch from last_run)::float8 as last_run,
    situation, extract(epoch from now() - t.created_at)::float8 as age
  from task_manager_taskmanager t
  join demo.demo_truth d using (id)
  left join demo.task_type y on (y.module, y.name) = (t.task_module, t.task_name)
  where situation = any($1)
  order by t.created_at, t.id`;

const SENT = `
  select task_id, extract(epoch from now() - created_at)::float8 as age
  from task_manager_taskmanager
  where created_at > now() - interval '23 hours' and task_id <> ''
  order by created_at desc limit 2500`;

/**
 * The rows whose message or result is somewhere, in the order in which they were published.
 * @param {import('pg').Client} client
 * @returns {Promise<Row[]>}
 */
export async function rowsWithTraces(client) {
  // Texts as PostgreSQL prints them: parsed numbers would lose digits.
  const types = {
    getTypeParser: (/** @type {number} */ oid) => (/** @type {string} */ value) =>
      NUMBERS.includes(oid) ? Number(value) : value,
  };
  const { rows } = await client.query({ text: ROWS, values: [IN_REDIS], types });
  return rows;
}

/** Whether a row's message is still there. @param {Row} row */
export function hasMessage({ situation }) {
  return situation < 18;
}

/**
 * Empties the Redis database and fills it.
 * @param {{ client: import('pg').Client, redis: import('ioredis').Redis, seed: number, rows: Row[], isBroker: boolean }} options
 * @returns {Promise<string>} what was put there, in words
 */
export async function fillRedis({ client, redis, seed, rows, isBroker }) {
  await redis.flushdb();
  const sent = await client.query(SENT);
  const pipeline = redis.pipeline();
  pipeline.set(REDIS_MARK, String(seed));
  const messages = isBroker ? publishAll(pipeline, rows.filter(hasMessage)) : undefined;
  keepCache(pipeline);
  const discarded = rows.filter((row) => !hasMessage(row));
  for (const { task_id: id, age } of sent.rows)
    result(pipeline, id, { status: 'SENT', result: null }, RESULT_EXPIRES - age);
  for (const [index, row] of discarded.entries()) discard(pipeline, row, 2_400 + ((index * 37) % 18_000));
  await run(pipeline);
  const results = `${(discarded.length + sent.rows.length).toLocaleString('en-US')} results`;
  return messages === undefined ? results : `${messages.toLocaleString('en-US')} messages, ${results}`;
}

/**
 * @param {Pipeline} pipeline
 * @param {Row[]} rows
 * @returns {number} messages
 */
function publishAll(pipeline, rows) {
  declare(pipeline);
  const ofRows = rows.reduce((sum, row) => sum + publish(pipeline, row), 0);
  return ofRows + publishStrangers(pipeline);
}

/** The platform keeps its cache in the same database, as many do. @param {Pipeline} pipeline */
function keepCache(pipeline) {
  for (let index = 1; index <= 40; index++)
    pipeline.set(`:1:academy:${index}:cohorts`, `{"data": [${index}], "mime": "application/json"}`, 'EX', 86_400);
}

/**
 * Celery threw the message away: unregistered (18) or revoked (19).
 * @param {Pipeline} pipeline
 * @param {Row} row
 * @param {number} ago seconds
 */
function discard(pipeline, { task, task_id: id, situation }, ago) {
  const done = new Date(Date.now() - ago * 1000).toISOString().replace('Z', '000+00:00');
  const failure =
    situation === 18
      ? {
          status: 'FAILURE',
          result: { exc_type: 'NotRegistered', exc_message: [task], exc_module: 'celery.exceptions' },
        }
      : {
          status: 'REVOKED',
          result: { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' },
        };
  result(pipeline, id, { ...failure, date_done: done }, RESULT_EXPIRES - ago);
}

/**
 * @param {Pipeline} pipeline
 * @param {string} id
 * @param {{ status: string, result: unknown, date_done?: string }} meta
 * @param {number} seconds until it expires
 */
function result(pipeline, id, meta, seconds) {
  const value = {
    status: meta.status,
    result: meta.result,
    traceback: null,
    children: [],
    date_done: meta.date_done ?? null,
    task_id: id,
  };
  pipeline.set(`celery-task-meta-${id}`, pythonJson(value), 'EX', Math.max(60, Math.round(seconds)));
}

/** @param {Pipeline} pipeline */
async function run(pipeline) {
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}
