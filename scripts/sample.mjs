// @ts-check
/**
 * `npm run sample`: makes media/sample-diagnosis.json anew, the Diagnosis behind "Open Sample Report", from the demo incident and the
 * current code. A test of the part `demo` fails when it is due.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { makeSample, startDemo } from '../tools/demo/index.mjs';
import { PROJECT, run, say } from '../tools/machine/index.mjs';

const SAMPLE = join(PROJECT, 'media', 'sample-diagnosis.json');
/** It is part of every download of the extension. */
const MAX_BYTES = 1_500_000;

await build();
const stateDir = mkdtempSync(join(os.tmpdir(), 'sample-'));
const demo = await startDemo({ log: say, stateDir });
try {
  if (demo.redisUrl === undefined) throw new Error('The sample needs a Redis: install redis-server first.');
  const json = await makeSample(demo.databaseUrl, demo.redisUrl);
  if (json.length > MAX_BYTES) throw new Error(`The sample has ${json.length} bytes: more than ${MAX_BYTES}.`);
  writeFileSync(SAMPLE, json);
  const { taskTypes } = JSON.parse(json);
  say(`Wrote ${SAMPLE}: ${taskTypes.length} types in ${Math.round(json.length / 1000)} kB`);
} finally {
  await demo.stop();
  rmSync(stateDir, { recursive: true, force: true });
}
// What the extension ships is packed from it.
await build();

async function build() {
  if ((await run(process.execPath, ['esbuild.js', '--production'])) !== 0)
    throw new Error('The build failed; see above.');
}
