import assert from 'node:assert/strict';
import { judgeRows, RowJudge } from '../../../src/check/judgeRows';
import type { BatchFacts } from '../../../src/check/collectFacts';
import { Run } from '../../../src/check/run';
import { VERIFY_STEPS } from '../../../src/check/verifyRows';
import { effect, facts, row, world } from '../../support/facts';

const SEEN = world();
const run = (): Run => {
  const made = new Run({ signal: new AbortController().signal, onProgress: () => undefined }, [...VERIFY_STEPS]);
  made.progress.next('around', 'Looking around');
  return made;
};
const judging = (): RowJudge =>
  new RowJudge(
    { types: [{ taskModule: 'a', taskName: 'b', count: 8, samples: [] }], shown: new Set() } as never,
    run(),
  );

/** Rows that an effect calls executed, two a batch; `asked` says when a batch is being asked about. */
async function* batches(log: string[]): AsyncGenerator<BatchFacts, undefined> {
  for (let batch = 0; batch < 4; batch++) {
    log.push(`ask ${String(batch)}`);
    // Slower than a batch is judged.
    for (let turn = 0; turn < 10; turn++) await new Promise((done) => setImmediate(done));
    log.push(`answer ${String(batch)}`);
    const of = [0, 1].map((place) => facts({ row: row({ id: 2 * batch + place }), effect: effect('executed') }));
    yield { facts: of, counted: true, results: SEEN.results, effects: SEEN.effects };
  }
  return undefined;
}

describe('check/judgeRows', () => {
  it('rivals of every row are looked for, however many wait: in parts, and never while another batch is asked about', async () => {
    const log: string[] = [];
    const seen: number[] = [];
    const complete = async (rows: readonly { readonly facts: { readonly row: { readonly id: number } } }[]) => {
      log.push('complete');
      await new Promise((done) => setImmediate(done));
      seen.push(...rows.map((each) => each.facts.row.id));
      log.push('completed');
    };
    const left = await judgeRows(batches(log), SEEN, judging(), complete, 3);
    assert.deepEqual([...seen, ...left.map((each) => each.facts.row.id)], [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(log.filter((one) => one === 'complete').length, 2);
    for (const [place, one] of log.entries()) {
      if (one !== 'complete') continue;
      assert.equal(log[place + 1], 'completed', 'nothing else is asked meanwhile');
      assert.ok(!log[place - 1]?.startsWith('ask'), 'every question has its answer');
    }
  });
});
