import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { totalStuck } from '../../src/model/diagnosis';

const FILE = 'media/sample-diagnosis.json';

/** The sample report is what a first-time user reads: it says what the current code says, or `npm run sample` makes it anew. */
describe('the sample report', function () {
  this.timeout(120_000);
  const kept = readFileSync(FILE, 'utf8');

  it('says, sentence by sentence and field by field, what the current code says of the incident', async () => {
    const { makeSample, wordsOfSample } = await import('../../tools/demo/index.mjs');
    const made = await makeSample(process.env.TEST_DATABASE_URL ?? '', process.env.TEST_REDIS_URL ?? '');
    const [inFile, now] = [new Set(wordsOfSample(kept)), new Set(wordsOfSample(made))];
    const stale = [...inFile].filter((words) => !now.has(words));
    const missing = [...now].filter((words) => !inFile.has(words));
    assert.deepEqual({ stale, missing }, { stale: [], missing: [] }, 'run: npm run sample');
  });

  it('is of the incident as people know it, in the order of doing', () => {
    const diagnosis = readDiagnosis(kept, FILE);
    assert.equal(totalStuck(diagnosis), 148_708);
    assert.equal(diagnosis.taskTypes.length, 245);
    assert.equal(diagnosis.recommendations[0]?.phase, 'now');
  });
});
