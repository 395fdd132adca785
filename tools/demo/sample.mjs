// @ts-check
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from '../machine/index.mjs';

/** Samples of the biggest types, which are opened first, and of each other one. */
const SAMPLES = { biggest: 2, others: 1 };
const BIGGEST = 20;
/** So many of the biggest types have a row of each other outcome too. */
const WITH_EXAMPLES = 20;

/**
 * @typedef {{ verdict: string, cause?: string }} Outcome
 * @typedef {{ verification: Outcome }} Row
 * @typedef {{ samples: Row[], examples?: Row[], outcomes: Outcome[] }} TypeOfSample
 */

/**
 * The Diagnosis behind "Open Sample Report": the incident, checked by the built command line, and made small.
 * @param {string} databaseUrl of the incident
 * @param {string} redisUrl
 * @returns {Promise<string>} JSON on one line, with its line break
 */
export async function makeSample(databaseUrl, redisUrl) {
  const diagnosis = JSON.parse(await diagnose(databaseUrl, redisUrl));
  diagnosis.taskTypes.forEach((/** @type {TypeOfSample} */ type, /** @type {number} */ index) => {
    const all = [...type.samples, ...(type.examples ?? [])];
    type.samples = type.samples.slice(0, index < BIGGEST ? SAMPLES.biggest : SAMPLES.others);
    // A sample that is left out may be the only row of its outcome.
    const outcomes = new Set(type.outcomes.map(outcomeOf));
    for (const { verification } of type.samples) outcomes.delete(outcomeOf(verification));
    const examples = [...outcomes].flatMap(
      (outcome) => all.find((row) => outcomeOf(row.verification) === outcome) ?? [],
    );
    delete type.examples;
    if (examples.length > 0 && index < WITH_EXAMPLES) type.examples = examples;
  });
  diagnosis.parameters.limit = SAMPLES.biggest;
  return `${shorter(withoutPlaces(JSON.stringify(diagnosis)))}\n`;
}

/**
 * What the program says in a sample, apart from everything that is another at another time or on another machine: each text once, and each
 * field, with numbers, times and ids taken out. Two samples of the same program are equal in this, and those of two programs hardly ever.
 * @param {string} json
 * @returns {string[]} sorted
 */
export function wordsOfSample(json) {
  const found = new Set();
  const visit = (/** @type {unknown} */ value, /** @type {string} */ path) => {
    if (Array.isArray(value)) for (const item of value) visit(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        // What a row holds, and names of types and queues that are keys or values, are the incident's.
        if (key === 'arguments' || key === 'cost') continue;
        visit(item, `${path}.${/^\d+$/.test(key) ? 'N' : key}`);
      }
    } else found.add(typeof value === 'string' ? `${path}: ${timeless(value)}` : path);
  };
  visit(JSON.parse(json), '');
  return [...found].sort();
}

/** @param {string} text */
function timeless(text) {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00)?/g, 'TIME')
    .replace(/\d[\d,.]*( ?(d|h|min|s|ms))?(?![a-z])( \d+ (h|min))?/g, 'N');
}

/**
 * @param {string} databaseUrl
 * @param {string} redisUrl
 */
async function diagnose(databaseUrl, redisUrl) {
  const cli = join(PROJECT, 'dist', 'check-task-status.js');
  const flags = ['--check-execution', '--format', 'json', '--limit', String(SAMPLES.biggest)];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...flags], {
    // Nothing of this machine's own environment.
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

/**
 * The usual ports instead of the demo's free ones, so that one sample differs from the next only where it should.
 * @param {string} json
 */
function withoutPlaces(json) {
  return json
    .replace(/\b(127\.0\.0\.1|localhost):\d+\/breathecode/g, '127.0.0.1:5432/breathecode')
    .replace(/\b(127\.0\.0\.1|localhost):\d+\/(\d+)\b/g, '127.0.0.1:6379/$2');
}

/**
 * Rounds times to whole seconds and hours to two decimals, which saves an eighth of its size in the package.
 * @param {string} json
 */
function shorter(json) {
  return json.replace(/\.\d{6}(Z|\+00:00)/g, '$1').replace(/("maxHoursStuck":\d+\.\d\d)\d+/g, '$1');
}

/** @param {Outcome} outcome */
function outcomeOf({ verdict, cause }) {
  return `${verdict}/${cause ?? ''}`;
}
