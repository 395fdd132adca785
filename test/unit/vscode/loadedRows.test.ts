import assert from 'node:assert/strict';
import { JudgedRows } from '../../../src/model/judgedRows';
import type { StuckRow } from '../../../src/model/stuckRow';
import type { RowDetails } from '../../../src/model/diagnosis';
import type { CheckResult } from '../../../src/vscode/checks/checkState';
import { LoadedRows } from '../../../src/vscode/tree/loadedRows';
import { childNodes, rowsKey, type RowsNode } from '../../../src/vscode/tree/treeNodes';
import { aDiagnosis, aSample, aTaskType, aVerification } from '../../support/diagnosis';
import { sinceCheck, treeOf } from '../../support/tree';

const PAGE = 100;
const LAST_RUN = '2025-02-01T00:00:00Z';

/** A check of one type: ids 1 to 250 are lost, 1001 to 1010 finished. The newest five are samples. */
function aResult(lost = 250): CheckResult {
  const judged = new JudgedRows();
  const row = (id: number): StuckRow =>
    ({ id, taskModule: 'shop.tasks', taskName: 'send', status: 'SCHEDULED', lastRun: id, updatedAt: id }) as StuckRow;
  for (let id = 1; id <= lost; id++) judged.add(row(id), { verdict: 'lost', confidence: 'likely' });
  for (let id = 1001; id <= 1010; id++) judged.add(row(id), { verdict: 'finished', confidence: 'likely' });
  const finished = aVerification({ verdict: 'finished', confidence: 'likely' });
  const type = aTaskType({
    count: lost + 10,
    outcomes: [
      { verdict: 'lost', confidence: 'likely', count: lost, lastRuns: { 0: lost } },
      { verdict: 'finished', confidence: 'likely', count: 10, lastRuns: { 0: 10 } },
    ],
    samples: [1010, 1009].map((id) => aSample({ id, verification: finished })),
  });
  const parameters = { ...aDiagnosis().parameters, checkExecution: true };
  return {
    diagnosis: aDiagnosis({ taskTypes: [type], parameters }),
    judged,
    profile: { id: 'a', name: 'a', database: { host: 'h', port: 1, database: 'd', user: 'u' } },
    request: { table: 't' },
  } as unknown as CheckResult;
}

function lostOf({ diagnosis }: CheckResult): RowsNode {
  const [type] = treeOf(diagnosis);
  const [lost] = childNodes(type!, diagnosis, sinceCheck());
  assert.ok(lost?.kind === 'outcome');
  return lost;
}

/** A table in which rows may have moved on. */
function table(moved: readonly number[] = []) {
  const asked: number[][] = [];
  const byId = (ids: readonly number[]): Promise<RowDetails[]> => {
    asked.push([...ids]);
    return Promise.resolve(
      ids.map((id) => aSample({ id, lastRun: LAST_RUN, status: moved.includes(id) ? 'DONE' : 'SCHEDULED' })),
    );
  };
  return { asked, byId, page: () => Promise.reject(new Error('not asked for')) };
}

describe('vscode/tree/loadedRows', () => {
  it('more rows of a verdict are those that the check judged so, newest first, without those that moved since', async () => {
    const result = aResult();
    const rows = table([250]);
    const loaded = new LoadedRows(rows, () => result);
    const node = lostOf(result);
    assert.equal(await loaded.more(node), true);
    const page = loaded.pages.get(rowsKey(node))!;
    assert.deepEqual(rows.asked[0]?.slice(0, 2), [250, 249]);
    assert.deepEqual([page.samples[0]?.id, page.samples.length, page.complete], [249, PAGE - 1, false]);
    await loaded.more(node);
    assert.equal(rows.asked[1]?.[0], 250, 'it may have come back');
    await loaded.more(node);
    const all = loaded.pages.get(rowsKey(node))!;
    assert.deepEqual([all.samples.length, all.complete], [249, true]);
    assert.equal(new Set(all.samples.map(({ id }) => id)).size, 249);
  });

  it('more rows without a verdict begin behind the last sample', async () => {
    const diagnosis = aDiagnosis({
      taskTypes: [aTaskType({ count: 300, samples: [aSample({ id: 9 }), aSample({ id: 8 })] })],
    });
    const result = { ...aResult(), diagnosis, judged: new JudgedRows() };
    const [type] = treeOf(diagnosis);
    assert.ok(type?.kind === 'type');
    const after: unknown[] = [];
    const page = (request: { readonly after?: unknown }): Promise<RowDetails[]> => {
      after.push(request.after);
      return Promise.resolve(
        Array.from({ length: after.length === 1 ? PAGE : 1 }, (_, at) => aSample({ id: 1000 - at })),
      );
    };
    const loaded = new LoadedRows({ page, byId: () => Promise.reject(new Error('not asked for')) }, () => result);
    await loaded.more(type);
    await loaded.more(type);
    const { lastRun } = aSample();
    assert.deepEqual(after, [
      { lastRun, id: 8 },
      { lastRun, id: 901 },
    ]);
    assert.equal(loaded.pages.get(rowsKey(type))?.complete, true);
  });

  it('what was loaded stays over a refresh, as far as it is still judged so, and is read again', async () => {
    let shown = aResult();
    const moved: number[] = [];
    const loaded = new LoadedRows(table(moved), () => shown);
    const node = lostOf(shown);
    await loaded.more(node);
    const before = shown;
    shown = aResult(200);
    assert.equal(loaded.turn(before, shown), true);
    const kept = loaded.pages.get(rowsKey(node))!.samples;
    assert.deepEqual([kept[0]?.id, kept.length], [200, 50], 'rows that are not stuck any more are gone');
    moved.push(200);
    assert.equal(await loaded.again(), true);
    assert.equal(loaded.pages.get(rowsKey(node))?.samples[0]?.id, 199);
  });

  it('what was loaded goes with its connection, and with the verdicts', async () => {
    const result = aResult();
    const others = [
      { ...aResult(), profile: { ...result.profile, id: 'b' } },
      { ...aResult(), request: { ...result.request, table: 'other' } },
      { ...aResult(), diagnosis: aDiagnosis() },
      undefined,
    ];
    for (const other of others) {
      const loaded = new LoadedRows(table(), () => result);
      await loaded.more(lostOf(result));
      assert.equal(loaded.turn(result, other), false);
      assert.equal(loaded.pages.size, 0);
    }
  });

  it('a page that comes after the next result is not shown', async () => {
    let shown = aResult();
    const rows = table();
    const slow = async (ids: readonly number[]): Promise<RowDetails[]> => {
      const found = await rows.byId(ids);
      shown = aResult();
      return found;
    };
    const loaded = new LoadedRows({ ...rows, byId: slow }, () => shown);
    assert.equal(await loaded.more(lostOf(shown)), false);
    assert.equal(loaded.pages.size, 0);
  });
});
