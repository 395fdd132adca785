import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CAUSES, VERDICTS, type Confidence } from '../../../src/model/verdict';
import { VerdictIndex } from '../../../src/vscode/checks/verdictIndex';

describe('vscode/treeNodesVerdictIndex', () => {
  it('the verdicts kept beside a result are those of each row, and none for a row that was not judged', () => {
    const index = new VerdictIndex();
    index.set(1, { verdict: 'lost', cause: 'never-published', confidence: 'likely' });
    index.set(2 ** 40, { verdict: 'unknown', confidence: 'possible' });
    index.set(3, { verdict: 'lost', confidence: 'likely' });
    assert.deepEqual(index.get(1), { verdict: 'lost', cause: 'never-published', confidence: 'likely' });
    assert.deepEqual(index.get(2 ** 40), { verdict: 'unknown', confidence: 'possible' });
    assert.deepEqual(index.get(3), { verdict: 'lost', confidence: 'likely' }, 'the same verdict without a cause');
    assert.equal(index.get(4), undefined);
    assert.equal(index.size, 3);
  });

  it('the verdicts kept beside a result of 150,000 rows cost at most 15 MB', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const confidences: readonly Confidence[] = ['proven', 'likely', 'possible'];
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    const index = new VerdictIndex();
    for (let row = 0; row < 150_000; row++) {
      index.set(row * 7, {
        verdict: VERDICTS[row % VERDICTS.length]!,
        cause: CAUSES[row % CAUSES.length]!,
        confidence: confidences[row % 3]!,
      });
    }
    const megabytes = (heap() - before) / 1e6;
    console.log(`      ${megabytes.toFixed(1)} MB for ${String(index.size)} rows`);
    assert.ok(megabytes < 15, megabytes.toFixed(1));
  });
});
