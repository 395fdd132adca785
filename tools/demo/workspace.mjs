// @ts-check
/** The project that the demo opens: the folder `project` with the addresses of the running servers. */
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT } from '../machine/index.mjs';

const DJANGO_PROJECT = fileURLToPath(new URL('project', import.meta.url));

/** No passwords here: what connects is in `.env`, as in a Django project. */
const SETTINGS = {
  'celeryTasks.hours': 906,
  'celeryTasks.checkExecution': true,
  'celeryTasks.logFile': 'logs/task_diagnosis.log',
  'files.exclude': { '**/__pycache__': true },
};

/**
 * Copies the sample project and writes its `.env` and `.vscode/settings.json`. Other files of the target stay.
 * @param {object} options
 * @param {string} options.databaseUrl
 * @param {string | undefined} [options.redisUrl]
 * @param {string | undefined} [options.rabbitUrl] of the broker, where it is no Redis
 * @param {string} [options.target] `.demo/workspace` of this project by default
 * @param {Record<string, unknown>} [options.settings] over the demo's own
 * @returns {Promise<string>} the folder
 */
export async function writeWorkspace({
  databaseUrl,
  redisUrl,
  rabbitUrl,
  target = path.join(PROJECT, '.demo', 'workspace'),
  settings = {},
}) {
  await mkdir(path.join(target, '.vscode'), { recursive: true });
  await cp(DJANGO_PROJECT, target, { recursive: true });
  if (rabbitUrl !== undefined) await useRabbit(path.join(target, 'breathecode', 'settings.py'));
  const env = path.join(target, '.env');
  await writeFile(env, environment(databaseUrl, redisUrl, rabbitUrl), { mode: 0o600 });
  await chmod(env, 0o600);
  await writeFile(
    path.join(target, '.vscode', 'settings.json'),
    JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2) + '\n',
  );
  return target;
}

/** What the settings of a project on CloudAMQP say instead. */
const ON_RABBIT = /** @type {const} */ ([
  [
    '# Broker, results and the cache share one Redis database.',
    '# The broker is RabbitMQ; results and the cache share one Redis database.',
  ],
  ['env("CELERY_BROKER_URL", default=REDIS_URL)', 'env("CLOUDAMQP_URL")'],
  [/^CELERY_BROKER_TRANSPORT_OPTIONS = \{\n[^}]*\}\n/m, ''],
]);

/** @param {string} file */
async function useRabbit(file) {
  let text = await readFile(file, 'utf8');
  for (const [before, after] of ON_RABBIT) {
    const changed = text.replace(before, after);
    if (changed === text) throw new Error(`The demo's settings.py has no ${before}.`);
    text = changed;
  }
  await writeFile(file, text);
}

/**
 * @param {string} databaseUrl
 * @param {string | undefined} redisUrl
 * @param {string | undefined} rabbitUrl
 */
function environment(databaseUrl, redisUrl, rabbitUrl) {
  const redis =
    redisUrl === undefined
      ? ['# No Redis: no redis-server was found when the demo started.']
      : rabbitUrl === undefined
        ? [`REDIS_URL=${redisUrl}`, `CELERY_BROKER_URL=${redisUrl}`, `CELERY_RESULT_BACKEND=${redisUrl}`]
        : [`REDIS_URL=${redisUrl}`];
  return [
    '# Written at every start of the demo: its servers take free ports.',
    `DATABASE_URL=${databaseUrl}`,
    ...(rabbitUrl === undefined ? [] : [`CLOUDAMQP_URL=${rabbitUrl}`]),
    ...redis,
    '',
  ].join('\n');
}
