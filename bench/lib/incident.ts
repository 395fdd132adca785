/** The incident's table in the sizes that are measured, kept in the server's data folder from run to run. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Server } from './servers';

export interface IncidentSize {
  readonly rows: number;
  readonly types: number;
  readonly stuckShare: number;
}

export interface Incident {
  readonly databaseUrl: string;
  /** Asks for exactly the rows that were stuck when the data was made, however long ago that is. */
  readonly hours: () => number;
  /** PostgreSQL's version. */
  readonly version: string;
  /** Bytes of the table, TOAST and indexes included. */
  readonly bytes: number;
}

/** What the script's story calls stuck; the product's default. */
const STUCK_HOURS = 906;
const HOUR_MS = 3_600_000;
const SCRIPT = 'tools/demo/incident';

/**
 * A database with the incident of this size. It is made unless an earlier run left it, by the same script.
 * @param fresh whether one that is there is made anew
 */
export async function incident(
  server: Server,
  size: IncidentSize,
  fresh: boolean,
  say: (line: string) => void,
): Promise<Incident> {
  const name = `bench_${String(size.rows)}_${String(size.types)}_${String(size.stuckShare * 100)}_${scriptVersion()}`;
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  let madeAt = fresh ? undefined : await madeAtOf(server, name);
  if (madeAt === undefined) {
    madeAt = Date.now();
    say(`Making ${size.rows.toLocaleString('en-US')} rows of ${String(size.types)} types; the next run finds them...`);
    await make(server, name, url.href, size, say);
    await withClient(server.url, (client) => client.query(`comment on database ${name} is '${String(madeAt)}'`));
  }
  const at = madeAt;
  return {
    databaseUrl: url.href,
    hours: () => STUCK_HOURS + (Date.now() - at) / HOUR_MS,
    ...(await withClient(url.href, about)),
  };
}

/** What the data depends on: another script makes other rows. */
function scriptVersion(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(SCRIPT).sort()) hash.update(readFileSync(join(SCRIPT, file)));
  return hash.digest('hex').slice(0, 8);
}

/** When it was made, in milliseconds; undefined where it is not there or was not finished: the comment comes last. */
async function madeAtOf(server: Server, name: string): Promise<number | undefined> {
  const { rows } = await withClient(server.url, (client) =>
    client.query<{ made: string | null }>(
      "select shobj_description(oid, 'pg_database') as made from pg_database where datname = $1",
      [name],
    ),
  );
  return rows[0]?.made == null ? undefined : Number(rows[0].made);
}

async function make(
  server: Server,
  name: string,
  databaseUrl: string,
  { rows, types, stuckShare }: IncidentSize,
  say: (line: string) => void,
): Promise<void> {
  const { createIncident } = await import('../../tools/demo/index.mjs');
  await withClient(server.url, async (client) => {
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
  });
  // It ends with VACUUM ANALYZE of every table.
  await createIncident({ databaseUrl, rows, types, stuckShare, log: say });
}

async function about(client: Client): Promise<Pick<Incident, 'version' | 'bytes'>> {
  const { rows } = await client.query<{ version: string; bytes: string }>(
    `select current_setting('server_version') as version, pg_total_relation_size('task_manager_taskmanager')::text as bytes`,
  );
  return { version: rows[0]?.version ?? '', bytes: Number(rows[0]?.bytes) };
}

/** Runs `work` with a session of its own, and ends it. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
