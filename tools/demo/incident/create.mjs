// @ts-check
/** Makes the incident in a PostgreSQL database and, if there are any, in a Redis and a RabbitMQ. */
import { readFile } from 'node:fs/promises';
import { connectPostgres, connectRedis } from './connect.mjs';
import { dropOurs, markOurs, ourTables, requireOurs } from './guard.mjs';
import { planSegments } from './plan.mjs';
import { fillRabbit } from './rabbit-content.mjs';
import { fillRedis, hasMessage, rowsWithTraces } from './redis-content.mjs';
import { DEFAULT_ROWS, STUCK_HOURS } from './shares.mjs';
import { hasRun } from './situations.mjs';
import { taskTypes } from './task-types.mjs';

/**
 * @typedef {object} IncidentOptions
 * @property {string} databaseUrl of this machine; the database is empty or an earlier incident
 * @property {string | undefined} [redisUrl] likewise
 * @property {string | undefined} [rabbitUrl] of a virtual host without Celery: the messages are there, and Redis has the results alone
 * @property {number | undefined} [rows]
 * @property {number | undefined} [seed] the same seed and size give the same rows, times relative to now
 * @property {number | undefined} [types]
 * @property {number | undefined} [stuckShare] part of the rows that is stuck, 0 to 1
 * @property {((line: string) => void) | undefined} [log]
 */

/**
 * @param {IncidentOptions} options
 * @returns {Promise<{ rows: number, stuck: number, types: number, seconds: number, close: () => Promise<void> }>} `stuck`: SCHEDULED
 *   for 906 hours or more; `types`: how many types those are of; `close`: ends the workers, which only a RabbitMQ has
 */
export async function createIncident({
  databaseUrl,
  redisUrl,
  rabbitUrl,
  rows = DEFAULT_ROWS,
  seed = 1,
  types = 245,
  stuckShare,
  log = () => {},
}) {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  const kinds = taskTypes(types);
  const segments = planSegments({ rows, types: kinds, stuckShare });
  const client = await connectPostgres(databaseUrl);
  /** @type {import('ioredis').Redis | undefined} */
  let redis;
  let close = async () => {};
  try {
    if (redisUrl !== undefined) redis = await connectRedis(redisUrl);
    await fill(client, { seed, types: kinds, segments });
    log(`PostgreSQL: ${rows.toLocaleString('en-US')} rows in ${seconds().toFixed(1)} s`);
    const traces = (redis ?? rabbitUrl) === undefined ? [] : await rowsWithTraces(client);
    const [content] = await Promise.all([
      redis === undefined
        ? undefined
        : fillRedis({ client, redis, seed, rows: traces, isBroker: rabbitUrl === undefined }),
      tidy(databaseUrl),
    ]);
    if (content !== undefined) log(`Redis: ${content}`);
    if (rabbitUrl !== undefined) {
      const filled = await fillRabbit(rabbitUrl, traces.filter(hasMessage));
      close = filled.close;
      log(`RabbitMQ: ${filled.says}`);
    }
  } finally {
    redis?.disconnect();
    await client.end();
  }
  const stuck = segments.filter(({ status, lo }) => status === 'SCHEDULED' && lo >= STUCK_HOURS);
  return {
    rows,
    stuck: stuck.reduce((all, { n }) => all + n, 0),
    types: new Set(stuck.map(({ type }) => type)).size,
    seconds: seconds(),
    close,
  };
}

/**
 * Statistics for the planner, and what autovacuum would do later in the middle of somebody's scan.
 * @param {string} databaseUrl
 */
async function tidy(databaseUrl) {
  const client = await connectPostgres(databaseUrl);
  try {
    await client.query(`vacuum (analyze) ${(await ourTables(client)).join(', ')}`);
  } finally {
    await client.end();
  }
}

/**
 * All in one transaction: readers see the old incident or the new one.
 * @param {import('pg').Client} client
 * @param {{ seed: number, types: import('./task-types.mjs').TaskType[], segments: import('./plan.mjs').Segment[] }} options
 */
async function fill(client, { seed, types, segments }) {
  await client.query('begin');
  try {
    await client.query('set local lock_timeout = 10000');
    await requireOurs(client);
    await dropOurs(client);
    await client.query(
      "select set_config('demo.seed', $1, true), set_config('jit', 'off', true), set_config('work_mem', '256MB', true), set_config('maintenance_work_mem', '256MB', true)",
      [String(seed)],
    );
    await client.query('set local search_path = public');
    await run(client, 'schema.sql');
    await run(client, 'platform.sql');
    await client.query(
      `insert into demo.task_type select ordinality - 1, module, name, shape, priority, queue, pages, external, reverse, race from rows from (jsonb_to_recordset($1)
         as (module text, name text, shape int, priority int, queue text, pages int, external boolean, reverse text, race int)) with ordinality
         as t(module, name, shape, priority, queue, pages, external, reverse, race, ordinality)`,
      [JSON.stringify(types)],
    );
    await client.query(
      `insert into demo.segment select ordinality - 1, type, status, situation, ran, n, lo, hi, bend, pin, twin from rows from (jsonb_to_recordset($1)
         as (type int, status text, situation smallint, ran boolean, n int, lo float8, hi float8, bend float8, pin boolean, twin int)) with ordinality
         as s(type, status, situation, ran, n, lo, hi, bend, pin, twin, ordinality)`,
      [JSON.stringify(segments.map((segment) => ({ ...segment, ran: hasRun(segment) })))],
    );
    await client.query('analyze demo.segment; analyze demo.task_type');
    for (const step of [
      'draft.sql',
      'sent.sql',
      'rows.sql',
      'effects.sql',
      'signal-effects.sql',
      'tail-effects.sql',
      'keys.sql',
    ])
      await run(client, step);
    await client.query('drop table demo.draft, demo.segment, demo.linked; drop function demo.signal_of');
    await markOurs(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/**
 * @param {import('pg').Client} client
 * @param {string} file
 */
async function run(client, file) {
  await client.query(await readFile(new URL(file, import.meta.url), 'utf8'));
}
