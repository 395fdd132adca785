import assert from 'node:assert/strict';
import { postgresUrls } from '../support/servers';
import { faults } from './all';
import type { Row } from './runFault';
import { inRandomOrder, runFaults } from './runFaults';
import { Random } from '../support/random';
import { publish } from './table';

const SEED = 5;

/** Each fault once. They run beside each other before the first test; a test each says what came of it. */
describe('each fault', () => {
  const every = faults((line) => {
    console.log(line);
  });
  let rows: Row[] = [];
  before(async function () {
    this.timeout(180_000);
    rows = await runFaults(postgresUrls()[0]!, inRandomOrder(every, every.length, new Random(SEED)), SEED);
    publish(every, rows);
  });

  for (const { name } of every)
    it(name, () => {
      const row = rows.find(({ fault }) => fault === name);
      assert.ok(row, 'it was run');
      assert.deepEqual(row.violations, []);
    });
});
