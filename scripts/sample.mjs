// @ts-check
/**
 * `node scripts/sample.mjs`: makes media/sample-diagnosis.json anew, the Diagnosis behind "Open Sample Report", from the demo incident.
 * Needs a built command line (`npm run build`).
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDemo } from '../tools/demo/index.mjs';
import { PROJECT, say } from '../tools/machine/index.mjs';

const SAMPLE = join(PROJECT, 'media', 'sample-diagnosis.json');
/** Samples of the biggest types, which are opened first, and of each other one. */
const SAMPLES = { biggest: 2, others: 1 };
const BIGGEST = 20;
/** So many of the biggest types have a row of each other outcome too. */
const WITH_EXAMPLES = 20;
/** It is part of every download of the extension. */
const MAX_BYTES = 1_500_000;

/**
 * @typedef {{ verdict: string, cause?: string }} Outcome
 * @typedef {{ verification: Outcome }} Row
 * @typedef {{ samples: Row[], examples?: Row[], outcomes: Outcome[] }} TypeOfSample
 */

const stateDir = mkdtempSync(join(os.tmpdir(), 'sample-'));
const demo = await startDemo({ log: say, stateDir });
try {
  if (demo.redisUrl === undefined) throw new Error('The sample needs a Redis: install redis-server first.');
  const diagnosis = JSON.parse(await diagnose(demo.databaseUrl, demo.redisUrl));
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
  const json = `${shorter(withoutPlaces(JSON.stringify(diagnosis)))}\n`;
  if (json.length > MAX_BYTES) throw new Error(`The sample has ${json.length} bytes: more than ${MAX_BYTES}.`);
  writeFileSync(SAMPLE, json);
  say(`Wrote ${SAMPLE}: ${diagnosis.taskTypes.length} types in ${Math.round(json.length / 1000)} kB`);
} finally {
  await demo.stop();
  rmSync(stateDir, { recursive: true, force: true });
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
