import assert from 'node:assert/strict';
import {
  EVERY_ROW,
  targetOfNodes,
  targetOfOutcome,
  targetOfReport,
  type FixTarget,
} from '../../../src/vscode/fix/fixTarget';
import type { RowOutcome } from '../../../src/model/judgedRow';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { JudgedRows } from '../../../src/model/judgedRows';
import type { FixRows } from '../../../src/report/panelMessages';
import type { StuckRow } from '../../../src/model/stuckRow';
import type { Cell } from '../../../src/vscode/tree/cells';
import type { TreeNode } from '../../../src/vscode/tree/treeNodes';

const START = Date.parse('2025-01-01T00:00:00Z') / 1000;
const HOUR = 3600;

function aRow(id: number, taskName: string, rest: Partial<StuckRow> = {}): StuckRow {
  const times = { lastRun: START + id * HOUR, updatedAt: START + id * HOUR + 0.000001 };
  return { id, taskModule: 'shop.tasks', taskName, status: 'SCHEDULED', ...times, ...rest } as StuckRow;
}

const FINISHED: RowOutcome = { verdict: 'finished', cause: 'lost-update', confidence: 'proven' };
const LOST: RowOutcome = { verdict: 'lost', confidence: 'likely' };
const WAITING: RowOutcome = { verdict: 'waiting', confidence: 'proven', resolvesAt: START };

/** Rows 0 to 5: two types, three verdicts; the last has a twin. */
function judged(): JudgedRows {
  const rows = new JudgedRows();
  rows.add(aRow(0, 'send'), FINISHED);
  rows.add(aRow(1, 'send'), LOST);
  rows.add(aRow(2, 'pack'), LOST);
  rows.add(aRow(3, 'pack'), { ...FINISHED, cause: 'effect-found' });
  rows.add(aRow(4, 'pack', { status: 'PENDING', updatedAt: null }), WAITING);
  rows.add(aRow(5, 'pack'), { ...LOST, twin: true });
  return rows;
}

const DIAGNOSIS = {
  timeline: { start: '2025-01-01T00:00:00Z', binSeconds: HOUR, bins: 6 },
  taskTypes: [
    { taskModule: 'shop.tasks', taskName: 'send' },
    { taskModule: 'shop.tasks', taskName: 'pack' },
  ],
  recommendations: [
    { id: 'dispatch', title: 'Dispatch', about: { verdicts: ['lost'], twin: false } },
    { id: 'know', title: 'Know' },
  ],
} as unknown as Diagnosis;

function ids(target: FixTarget | undefined): number[] {
  assert.ok(target);
  return judged()
    .choose(target.choice)
    .map(({ id }) => id);
}

const sample = (id: number, taskName: string): TreeNode =>
  ({ kind: 'sample', id: `s${String(id)}`, type: { taskModule: 'shop.tasks', taskName }, sample: { id } }) as never;
const type = (taskName: string, statuses = ['SCHEDULED']): TreeNode =>
  ({ kind: 'type', id: taskName, statuses, ...cellsOf(taskName, [{}]) }) as never;
const part = (taskName: string, ...cells: Partial<Cell>[]): TreeNode =>
  ({ kind: 'outcome', id: taskName, statuses: ['SCHEDULED'], ...cellsOf(taskName, cells) }) as never;
const group = (by: 'verdict' | 'cause' | 'queue' | 'module', ...cells: Partial<Cell>[]): TreeNode =>
  ({ kind: 'group', by, id: by, statuses: ['SCHEDULED'], ...cellsOf('pack', cells) }) as never;

function cellsOf(taskName: string, cells: readonly Partial<Cell>[]): object {
  const ofType = { taskModule: 'shop.tasks', taskName };
  return { type: ofType, cells: cells.map((cell) => ({ ...cell, type: ofType })) };
}

describe('vscode/fixTarget', () => {
  it('the rows that a check judged are of their own type, whatever it is called', () => {
    const rows = new JudgedRows();
    rows.add({ ...aRow(1, 'b\nc'), taskModule: 'a' }, LOST);
    rows.add({ ...aRow(2, 'c'), taskModule: 'a\nb' }, LOST);
    const chosen = rows.choose({ group: ({ taskName }) => taskName === 'c' });
    assert.deepEqual(
      chosen.map(({ id }) => id),
      [2],
    );
  });

  it('the rows that a check judged count as they were judged last', () => {
    const rows = judged();
    rows.replace(aRow(2, 'pack', { status: 'PENDING' }), WAITING);
    rows.replace(aRow(4, 'pack'), LOST);
    rows.replace(aRow(99, 'pack'), LOST);
    assert.equal(rows.size, 6);
    const of = (verdict: 'lost' | 'waiting'): unknown[] =>
      rows.choose(targetOfOutcome(verdict, undefined).choice).map((row) => [row.id, row.status, row.resolvesAt]);
    assert.deepEqual(of('lost'), [
      [1, 'SCHEDULED', undefined],
      [4, 'SCHEDULED', undefined],
      [5, 'SCHEDULED', undefined],
    ]);
    assert.deepEqual(of('waiting'), [[2, 'PENDING', START]]);
    assert.equal(
      rows.countsOf().reduce((sum, { rows: many }) => sum + many, 0),
      6,
    );
  });
});

describe('vscode/fixTarget', () => {
  const report = (rows: FixRows): number[] => ids(targetOfReport(DIAGNOSIS, rows));

  it('the rows that a fix is asked for are those of the selected nodes, each once, and none in a status that was not asked for', () => {
    assert.deepEqual(ids(targetOfNodes([sample(1, 'send'), sample(3, 'pack')])), [1, 3]);
    assert.deepEqual(ids(targetOfNodes([type('send'), sample(1, 'send')])), [0, 1]);
    assert.deepEqual(ids(targetOfNodes([type('pack')])), [2, 3, 5]);
    assert.deepEqual(ids(targetOfNodes([type('send', ['DONE'])])), []);
    assert.equal(targetOfNodes([{ kind: 'more' } as never]), undefined);
  });

  it('the rows that a fix is asked for are those below a part of the tree, whatever it is grouped by', () => {
    const lost = { verdict: 'lost' } as const;
    assert.deepEqual(ids(targetOfNodes([part('pack', lost)])), [2, 5]);
    assert.deepEqual(ids(targetOfNodes([part('send', { verdict: 'finished', cause: 'lost-update' })])), [0]);
    assert.deepEqual(ids(targetOfNodes([part('send', { verdict: 'finished', cause: 'effect-found' })])), []);
    assert.deepEqual(ids(targetOfNodes([group('queue', { ...lost, queue: null })])), [2, 5]);
    assert.deepEqual(ids(targetOfNodes([group('queue', { ...lost, queue: 'mail' })])), []);
    const says = (node: TreeNode): string | undefined => targetOfNodes([node])?.says;
    assert.equal(says(part('pack', lost)), 'every row judged lost without a named cause, shop.tasks.pack');
    assert.equal(says(group('verdict', lost)), 'every row judged lost');
    assert.equal(says(group('cause', { ...lost, cause: 'backlog' })), 'every row judged lost (backlog)');
    assert.equal(says(group('queue', { ...lost, queue: 'mail' })), 'every row of the queue mail');
    assert.equal(says(group('module', lost)), 'every row of the module shop.tasks');
  });

  it('the rows that a fix is asked for are those of a verdict and cause', () => {
    assert.deepEqual(ids(targetOfOutcome('finished', undefined)), [0, 3]);
    assert.deepEqual(ids(targetOfOutcome('finished', 'lost-update')), [0]);
    assert.deepEqual(ids(targetOfOutcome('lost', null)), [1, 2, 5]);
    assert.deepEqual(ids(EVERY_ROW), [0, 1, 2, 3, 4, 5]);
  });

  it('the rows that a fix is asked for are those that the report shows', () => {
    assert.deepEqual(report({ taskTypes: [1] }), [2, 3, 4, 5]);
    assert.deepEqual(report({ taskTypes: [0, 1], verdict: 'lost' }), [1, 2, 5]);
    assert.deepEqual(report({ cause: null }), [1, 2, 4, 5]);
    assert.deepEqual(report({ bins: { from: 1, to: 3 } }), [1, 2, 3]);
    assert.deepEqual(report({ taskTypes: [1], row: 3 }), [3]);
  });

  it('the rows that a fix is asked for are those of a recommendation, without twins where it says so', () => {
    assert.deepEqual(report({ recommendation: 0 }), [1, 2]);
    assert.equal(targetOfReport(DIAGNOSIS, { recommendation: 1 }), undefined);
    assert.equal(targetOfReport(DIAGNOSIS, { recommendation: 7 }), undefined);
    assert.equal(targetOfReport(DIAGNOSIS, { taskTypes: [7] }), undefined);
  });

  it('the rows that a fix is asked for are named', () => {
    assert.equal(targetOfNodes([sample(1, 'send')])?.says, 'row 1');
    assert.equal(targetOfNodes([type('send')])?.says, 'shop.tasks.send');
    assert.equal(targetOfNodes([type('send'), sample(3, 'pack')])?.says, '1 selected type and 1 selected row');
    assert.equal(targetOfOutcome('lost', 'broker-wiped').says, 'every row judged lost (broker-wiped)');
    assert.equal(targetOfReport(DIAGNOSIS, { taskTypes: [0, 1] })?.says, 'every row that was judged');
    assert.equal(
      targetOfReport(DIAGNOSIS, { taskTypes: [0], verdict: 'lost' })?.says,
      'every row judged lost, shop.tasks.send',
    );
  });
});

describe('vscode/fixTarget', () => {
  it('rows as they were judged come back with all that was known of them, however many there are', () => {
    const rows = new JudgedRows();
    for (let id = 0; id < 5000; id++) rows.add(aRow(id, 'send'), id % 2 === 0 ? FINISHED : LOST);
    assert.equal(rows.size, 5000);
    const found = rows.choose({ group: () => true });
    assert.deepEqual(
      found.map(({ id }) => id),
      Array.from({ length: 5000 }, (_, id) => id),
    );
    assert.deepEqual(found[4998], { id: 4998, status: 'SCHEDULED', updatedAt: aRow(4998, '').updatedAt, ...FINISHED });
  });

  it('rows as they were judged keep an unread time, a twin and when they resolve', () => {
    const found = judged().choose({ group: () => true });
    assert.deepEqual(found[4], { id: 4, status: 'PENDING', updatedAt: null, ...WAITING });
    assert.equal(found[5]?.twin, true);
    assert.equal('twin' in found[2]!, false);
  });
});
