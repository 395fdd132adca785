// @ts-check
/** The incident from the command line: `node scripts/incident.mjs --database-url URL [--redis-url URL] [--rows N]`. */
import { parseArgs } from 'node:util';
import { createIncident } from '../tools/demo/index.mjs';

const USAGE =
  'Usage: node scripts/incident.mjs --database-url URL [--redis-url URL] [--rows 200000] [--seed 1] [--types 245] [--stuck-share 0.25]';

/** @returns {Promise<number>} exit code */
async function main() {
  /** @type {import('../tools/demo/index.mjs').IncidentOptions} */
  let options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n${USAGE}`);
    return 2;
  }
  try {
    const { close, ...made } = await createIncident({ ...options, log: console.error });
    await close();
    console.log(JSON.stringify(made));
    return 0;
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    return 1;
  }
}

/** @returns {import('../tools/demo/index.mjs').IncidentOptions} */
function readOptions() {
  const names = ['database-url', 'redis-url', 'rows', 'seed', 'types', 'stuck-share'];
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }])),
  });
  const text = (/** @type {string} */ name) => /** @type {string | undefined} */ (values[name]);
  const number = (/** @type {string} */ name, /** @type {(value: number) => boolean} */ fits) => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = Number(value.replaceAll(/[_,]/g, ''));
    if (value.trim() === '' || !fits(parsed)) throw new Error(`--${name} cannot be ${value}.`);
    return parsed;
  };
  const databaseUrl = text('database-url');
  if (databaseUrl === undefined) throw new Error('--database-url is missing.');
  return {
    databaseUrl,
    redisUrl: text('redis-url'),
    rows: number('rows', (value) => Number.isSafeInteger(value) && value >= 1 && value <= 100_000_000),
    seed: number('seed', Number.isSafeInteger),
    types: number('types', (value) => Number.isSafeInteger(value) && value >= 1 && value <= 3_000),
    stuckShare: number('stuck-share', (value) => value >= 0 && value <= 1),
  };
}

process.exitCode = await main();
