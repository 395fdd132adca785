// @ts-check
/** What the tests with real Celery need: servers, and a Python that can run it, found or installed without anything by hand. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, canInstallPackages, installPackages, onPath, runToLog } from '../machine/index.mjs';
import { startPostgres } from './postgres.mjs';
import { findRabbitmq } from './rabbitmq-binaries.mjs';
import { findRedis } from './redis-binaries.mjs';
import { startRedis } from './redis.mjs';

const DEBIAN = ['python3-celery', 'python3-redis', 'python3-psycopg2', 'python3-django'];
/** Where Debian's packages are not to be had: the newest releases with which docs/celery.md was checked. */
const PINNED = ['celery==5.6.3', 'kombu==5.6.2', 'redis==8.1.0', 'psycopg2-binary==2.9.13', 'Django==5.2.17'];

/**
 * Starts PostgreSQL and Redis for these tests alone.
 * @param {(line: string) => void} log
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} env: what test/support expects
 * @throws {Error} one sentence: what to install
 */
export async function startCelery(log) {
  const python = await findCeleryPython(log);
  // Appended to a file: the tests' rows look older than this server, whose restart would otherwise have emptied it.
  const [postgres, redis] = await Promise.all([startPostgres({ log }), startRedis({ log, appendOnly: true })]);
  const stop = async () => {
    await Promise.all([postgres.stop(), redis?.stop()]);
  };
  if (redis === undefined) {
    await stop();
    throw new Error('The tests with real Celery need a Redis server: see above how to install one.');
  }
  const env = {
    TEST_PYTHON: python,
    TEST_POSTGRES_URLS: postgres.url,
    TEST_REDIS_URL: redis.url,
    // A population starts a Redis for each of its worlds (test/support/redisServers.ts).
    TEST_REDIS_PROGRAM: JSON.stringify(await findRedis(log)),
  };
  return { env, stop };
}

/**
 * The same for tests with Celery on RabbitMQ. They start their own RabbitMQ (rabbitmq.mjs), because they need its administrator.
 * @param {(line: string) => void} log
 * @returns {ReturnType<typeof startCelery>}
 * @throws {Error} one sentence: what to install
 */
export async function startCeleryOnRabbitmq(log) {
  if ((await findRabbitmq(log)) === undefined)
    throw new Error('The tests with RabbitMQ need its server: see above how to install one.');
  return await startCelery(log);
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} a Python that can import celery, redis, psycopg2 and django
 * @throws {Error} one sentence: what to install
 */
export async function findCeleryPython(log) {
  const named = process.env['TEST_PYTHON'];
  // The one on PATH may be a version manager's, without the system's packages.
  const candidates = named ? [named] : ['python3', 'python', '/usr/bin/python3'];
  const found = candidates.find(canRunCelery);
  if (found !== undefined) return found;
  if (named) throw new Error(`TEST_PYTHON is "${named}", which cannot import celery, redis, psycopg2 and django.`);
  if (canInstallPackages()) {
    log(`Installing ${DEBIAN.join(', ')} (apt-get)`);
    try {
      await installPackages(DEBIAN, join(cacheDir(), 'install-celery.log'));
      if (canRunCelery('/usr/bin/python3')) return '/usr/bin/python3';
    } catch (error) {
      log(`apt-get could not install Celery: ${/** @type {Error} */ (error).message.split('\n', 1)[0]}`);
    }
  }
  return await virtualEnvironment(log);
}

/** @param {string} python */
function canRunCelery(python) {
  // `import celery` alone loads nothing; its command line loads everything that it needs.
  const words = ['-c', 'import celery.bin.celery, redis, psycopg2, django'];
  return spawnSync(python, words, { cwd: cacheParent(), stdio: 'ignore', timeout: 60_000 }).status === 0;
}

/** Not the folder we were started in: Python looks there for modules first. */
function cacheParent() {
  mkdirSync(cacheDir(), { recursive: true });
  return cacheDir();
}

/**
 * Python packages in the cache, apart from the machine's own.
 * @param {(line: string) => void} log
 * @returns {Promise<string>}
 */
async function virtualEnvironment(log) {
  const base = ['python3', 'python'].map(onPath).find((program) => program !== undefined);
  if (base === undefined) throw new Error('The tests with real Celery need Python 3: install it (python.org).');
  const folder = join(cacheDir(), 'celery-python');
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const stamp = join(folder, PINNED.join(' ').replaceAll('==', '-').replaceAll(' ', '_'));
  if (existsSync(stamp) && canRunCelery(python)) return python;
  log(`Installing ${PINNED.join(', ')} into the cache (pip)`);
  const logFile = join(cacheDir(), 'install-celery.log');
  await runToLog(base, ['-m', 'venv', '--clear', folder], { logFile });
  await runToLog(python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...PINNED], { logFile });
  if (!canRunCelery(python)) throw new Error(`Celery was installed and cannot be imported: see ${logFile}.`);
  writeFileSync(stamp, '');
  return python;
}
