import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RowOutcome } from '../../../src/model/judgedRow';
import { JudgedRows } from '../../../src/model/judgedRows';
import { CAUSES, VERDICTS, type Confidence } from '../../../src/model/verdict';
import { row } from '../../support/facts';
import { Random } from '../../support/random';

const LOST: RowOutcome = { verdict: 'lost', cause: 'never-published', confidence: 'likely' };

function rowsOf(ids: readonly number[], outcome: (id: number) => RowOutcome = () => LOST): JudgedRows {
  const rows = new JudgedRows();
  for (const id of ids) rows.add(row({ id }), outcome(id));
  return rows;
}

describe('model/judgedRows', () => {
  it('the verdicts kept beside a result are those of each row, and none for a row that was not judged', () => {
    const index = new JudgedRows();
    index.add(row({ id: 1 }), LOST);
    index.add(row({ id: 2 ** 40 }), { verdict: 'unknown', confidence: 'possible' });
    index.add(row({ id: 3 }), { verdict: 'lost', confidence: 'likely' });
    assert.deepEqual(index.outcomeOf(1), { verdict: 'lost', cause: 'never-published', confidence: 'likely' });
    assert.deepEqual(index.outcomeOf(2 ** 40), { verdict: 'unknown', confidence: 'possible' });
    assert.deepEqual(index.outcomeOf(3), { verdict: 'lost', confidence: 'likely' }, 'the same verdict without a cause');
    assert.equal(index.outcomeOf(4), undefined);
    assert.equal(index.size, 3);
  });

  it('the outcome of a judged row has neither a twin nor a time, because the tree shows none', () => {
    const index = rowsOf([1], () => ({ ...LOST, twin: true, resolvesAt: 5 }));
    assert.deepEqual(index.outcomeOf(1), LOST);
  });

  it('judged rows are found in whatever order they came, also those that came after a look-up', () => {
    const random = new Random(7);
    const ids = [...new Set(Array.from({ length: 3000 }, () => random.integer(0, 2 ** 50)))];
    const expected = (id: number): RowOutcome => ({ verdict: VERDICTS[id % VERDICTS.length]!, confidence: 'likely' });
    const index = rowsOf(ids, expected);
    for (const id of ids) assert.deepEqual(index.outcomeOf(id), expected(id));
    index.add(row({ id: 2 ** 51 }), LOST);
    index.add(row({ id: -1 }), LOST);
    assert.deepEqual([index.outcomeOf(-1), index.outcomeOf(2 ** 51)], [LOST, LOST]);
    for (const id of ids) assert.deepEqual(index.outcomeOf(id), expected(id));
    for (const id of [-2, 0.5, 2 ** 52]) assert.equal(index.outcomeOf(id), undefined);
  });

  it('a row that was judged again has its newer outcome, and all rows stay in the order in which they came', () => {
    const index = rowsOf([5, 3, 9, 1]);
    index.replace(row({ id: 9, status: 'PENDING' }), { verdict: 'waiting', confidence: 'proven' });
    index.replace(row({ id: 4 }), { verdict: 'waiting', confidence: 'proven' });
    assert.deepEqual(index.outcomeOf(9), { verdict: 'waiting', confidence: 'proven' });
    assert.equal(index.outcomeOf(4), undefined);
    assert.deepEqual(
      index.choose({ group: () => true }).map(({ id, status, verdict }) => [id, status, verdict]),
      [
        [5, 'SCHEDULED', 'lost'],
        [3, 'SCHEDULED', 'lost'],
        [9, 'PENDING', 'waiting'],
        [1, 'SCHEDULED', 'lost'],
      ],
    );
  });

  it('the verdicts kept beside a result of 150,000 rows cost at most 15 MB', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const confidences: readonly Confidence[] = ['proven', 'likely', 'possible'];
    const memory = (): number => {
      collect();
      // Buffers are released beside the program: the second collection waits for those of the first.
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = memory();
    const index = new JudgedRows();
    for (let at = 0; at < 150_000; at++) {
      index.add(row({ id: at * 7 }), {
        verdict: VERDICTS[at % VERDICTS.length]!,
        cause: CAUSES[at % CAUSES.length]!,
        confidence: confidences[at % 3]!,
      });
    }
    assert.ok(index.outcomeOf(7));
    const megabytes = (memory() - before) / 1e6;
    console.log(`      ${megabytes.toFixed(1)} MB for ${String(index.size)} rows`);
    assert.ok(megabytes < 15, megabytes.toFixed(1));
  });
});
