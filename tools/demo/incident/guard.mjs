// @ts-check
/** Keeps this script away from real data. */

/** @typedef {import('pg').Client} Client */

/** The comment on everything that the incident makes in a database, and the key in its Redis. */
const MARK = 'Made by the demo of Celery Task Diagnostics, which drops and makes it again.';
export const REDIS_MARK = 'celery-task-diagnostics:demo';

/** Everything in a database that somebody made: not the system's own, not an extension's, not a part of a marked table. */
const FOREIGN = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and obj_description(c.oid, 'pg_class') is distinct from $1
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by 1 limit 1`;

/**
 * @param {string} host that a client is going to connect to
 */
export function requireLoopback(host) {
  if (host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)) return;
  throw new Error(
    `The incident drops tables, so it is made on 127.0.0.1, ::1 or localhost only, not on ${host || 'a server without a host name'}.`,
  );
}

/**
 * Refuses a Redis database that holds anything and not the demo's mark.
 * @param {import('ioredis').Redis} redis
 */
export async function requireOurRedis(redis) {
  if ((await redis.dbsize()) === 0 || (await redis.exists(REDIS_MARK)) === 1) return;
  throw new Error("The Redis database is not empty and not the demo's. Give the incident an empty one.");
}

/**
 * Refuses a database that holds anything which this script did not make.
 * @param {Client} client
 */
export async function requireOurs(client) {
  const { rows } = await client.query(FOREIGN, [MARK]);
  if (rows.length > 0)
    throw new Error(
      `The database is not empty and not the demo's: it has ${rows[0].name}. Give the incident an empty database.`,
    );
  const schema = await client.query(
    "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'demo'",
  );
  if (schema.rows.length > 0 && schema.rows[0].comment !== MARK)
    throw new Error(
      'The database has a schema "demo" that is not of this script. Give the incident an empty database.',
    );
}

/**
 * @param {Client} client
 * @returns {Promise<string[]>} quoted names of the tables that this script made, by their mark
 */
export async function ourTables(client) {
  const { rows } = await client.query(
    "select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and obj_description(c.oid, 'pg_class') = $1",
    [MARK],
  );
  return rows.map(({ name }) => name);
}

/**
 * Drops what an earlier run made, whatever an older version of this script called it.
 * @param {Client} client
 */
export async function dropOurs(client) {
  for (const name of await ourTables(client)) await client.query(`drop table ${name}`);
  await client.query('drop schema if exists demo');
}

/**
 * Puts the mark on the schema and on every table; the database holds only ours.
 * @param {Client} client
 */
export async function markOurs(client) {
  const text = MARK.replaceAll("'", "''");
  await client.query(`comment on schema demo is '${text}'`);
  const { rows } = await client.query(
    "select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ('public', 'demo')",
  );
  for (const { name } of rows) await client.query(`comment on table ${name} is '${text}'`);
}
