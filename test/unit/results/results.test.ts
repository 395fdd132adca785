import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import type { ResultReader } from '../../../src/model/facts';
import { allResults } from '../../../src/results/allResults';
import { result } from '../../support/facts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** A reader of results that answers as told, and counts its questions. */
function reader(answer: (ids: readonly string[]) => Promise<ReturnType<typeof result> | undefined>, name = 'redis') {
  const asked: number[] = [];
  const made: ResultReader = {
    report: { name: 'results', state: 'ok', detail: name },
    find: async (wanted) => {
      asked.push(wanted.length);
      const record = await answer(wanted);
      return new Map(record ? wanted.map((id) => [id, record]) : []);
    },
  };
  return { made, asked };
}

describe('results/results', () => {
  it('results of several backends prefer what says more: a state of a run to SENT, a later one to an earlier', async () => {
    const sent = reader(() => Promise.resolve(result('SENT', { doneAt: null })));
    const success = reader(() => Promise.resolve(result('SUCCESS', { doneAt: 5 })), 'table');
    assert.equal((await allResults(sent.made, [success.made]).find(['a'])).get('a')?.state, 'SUCCESS');
    assert.equal((await allResults(success.made, [sent.made]).find(['a'])).get('a')?.state, 'SUCCESS');
    const later = reader(() => Promise.resolve(result('FAILURE', { doneAt: 6 })), 'table');
    assert.equal((await allResults(success.made, [later.made]).find(['a'])).get('a')?.state, 'FAILURE');
  });

  it('a reader that fails is asked no more, is named, and the other goes on', async () => {
    const failing = reader(() => Promise.reject(new Problem('connection-lost', 'Redis closed the connection.')));
    const table = reader(() => Promise.resolve(result('SUCCESS')), 'table');
    const both = allResults(failing.made, [table.made]);
    assert.equal((await both.find(ids(2500))).size, 2500);
    const detail = 'Redis closed the connection';
    const gaps = [{ kind: 'connection-lost', says: detail }];
    assert.deepEqual(both.report, { name: 'results', state: 'unavailable', detail, gaps });
    assert.deepEqual([failing.asked, table.asked], [[1000], [1000, 1000, 500]]);
  });

  it('a cancel is no failure of a source', async () => {
    const cancelled = reader(() => Promise.reject(new Problem('cancelled', 'The check was cancelled.')));
    await assert.rejects(allResults(cancelled.made, []).find(['a']), { kind: 'cancelled' });
  });

  it('a reader that does not answer in time is given up, so that the snapshot need not wait for it', async () => {
    const hanging = reader(() => new Promise(() => undefined));
    const both = allResults(hanging.made, [undefined], { oneMs: 20, allMs: 1000 });
    assert.equal((await both.find(ids(3000))).size, 0);
    assert.deepEqual(hanging.asked, [1000]);
    assert.match(both.report.detail, /too slow/);
  });

  it('a reader that is slow all the time is given up when it has cost enough', async () => {
    const slow = reader(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return result('SUCCESS');
    });
    const both = allResults(slow.made, [], { oneMs: 10_000, allMs: 100 });
    const { size } = await both.find(ids(5000));
    // Two questions, and one where the machine is busy.
    assert.ok(size === 2000 || size === 1000, `${String(size)} results`);
    assert.equal(both.report.state, 'unavailable');
  });
});
