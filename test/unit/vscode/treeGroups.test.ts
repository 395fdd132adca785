import assert from 'node:assert/strict';
import type { RowDetails } from '../../../src/model/diagnosis';
import { JudgedRows } from '../../../src/model/judgedRows';
import type { RowOutcome } from '../../../src/model/judgedRow';
import type { StuckRow } from '../../../src/model/stuckRow';
import { cellsByQueue, cellsOf, knowsQueues } from '../../../src/vscode/tree/cells';
import { filterText, PLAIN_LOOK, readFilter, readLook, type TreeLook } from '../../../src/vscode/tree/treeLook';
import { childNodes, rootNodes, samplesOfCheck, type TreeNode } from '../../../src/vscode/tree/treeNodes';
import { nodeTexts } from '../../../src/vscode/tree/treeTexts';
import { aDiagnosis, aSample, aTaskType, aVerification } from '../../support/diagnosis';
import { sinceCheck, TELLING, treeOf } from '../../support/tree';

const TIMELINE = { start: '2025-01-31T00:00:00Z', binSeconds: 86_400, bins: 15 };

function sampleOf(
  id: number,
  verdict: 'lost' | 'finished' | 'waiting',
  cause: 'broker-wiped' | 'lost-update' | 'backlog',
): RowDetails {
  return aSample({ id, verification: aVerification({ verdict, cause, confidence: 'likely' }) });
}

/** Two modules, three types, three verdicts. */
const DIAGNOSIS = aDiagnosis({
  parameters: { ...aDiagnosis().parameters, checkExecution: true },
  timeline: TIMELINE,
  taskTypes: [
    aTaskType({
      taskModule: 'shop.hooks',
      taskName: 'deliver',
      count: 100,
      byStatus: { SCHEDULED: 100 },
      oldestLastRun: '2025-02-01T01:00:00Z',
      outcomes: [
        { verdict: 'lost', cause: 'broker-wiped', confidence: 'likely', count: 50, lastRuns: { 4: 50 } },
        { verdict: 'lost', cause: 'broker-wiped', confidence: 'proven', count: 12, lastRuns: { 3: 12 } },
        { verdict: 'finished', cause: 'lost-update', confidence: 'likely', count: 38, lastRuns: { 1: 38 } },
      ],
      samples: [sampleOf(9, 'finished', 'lost-update'), sampleOf(8, 'finished', 'lost-update')],
      examples: [sampleOf(3, 'lost', 'broker-wiped')],
    }),
    aTaskType({
      taskModule: 'shop.mail',
      taskName: 'send',
      count: 7,
      byStatus: { SCHEDULED: 7 },
      oldestLastRun: '2025-01-31T00:00:00Z',
      outcomes: [{ verdict: 'waiting', cause: 'backlog', confidence: 'proven', count: 7, lastRuns: { 0: 7 } }],
      samples: [sampleOf(2, 'waiting', 'backlog')],
    }),
    aTaskType({
      taskModule: 'shop.mail',
      taskName: 'digest',
      count: 3,
      byStatus: { SCHEDULED: 3 },
      oldestLastRun: '2025-02-14T00:00:00Z',
      outcomes: [{ verdict: 'lost', cause: 'broker-wiped', confidence: 'likely', count: 3, lastRuns: { 14: 3 } }],
      samples: [sampleOf(1, 'lost', 'broker-wiped')],
    }),
  ],
});

const look = (fields: Partial<TreeLook>): TreeLook => ({ ...PLAIN_LOOK, ...fields });
const labels = (nodes: readonly TreeNode[]): string[] => nodes.map((node) => nodeTexts(node, TELLING).label);
const below = (node: TreeNode, fields: Partial<TreeLook> = {}): TreeNode[] =>
  childNodes(node, DIAGNOSIS, sinceCheck({ look: look(fields) }));

describe('vscode/tree groups', () => {
  it('a type opens to its verdicts, most tasks first, each with samples of its own', () => {
    const [deliver, send] = treeOf(DIAGNOSIS);
    const parts = below(deliver!);
    assert.deepEqual(labels(parts), ['62 lost · broker-wiped', '38 finished · lost-update']);
    assert.deepEqual(labels(below(parts[0]!)), ['#3', 'more…'], 'the example, and none of another verdict');
    assert.deepEqual(labels(below(parts[1]!)), ['#9', '#8', 'more…']);
    assert.deepEqual(labels(below(send!)), ['#2', 'more…'], 'one verdict needs no level of its own');
    const [told] = below(parts[0]!);
    assert.ok(told?.kind === 'sample' && told.told, 'the verdict is said once');
  });

  it('the tree is grouped by verdict, then cause where there are several, then type', () => {
    const roots = treeOf(DIAGNOSIS, look({ grouping: 'verdict' }));
    assert.deepEqual(labels(roots), ['65 lost', '38 finished', '7 waiting']);
    const types = below(roots[0]!);
    assert.deepEqual(labels(types), ['62 deliver', '3 digest'], 'one cause needs no level of its own');
    const telling = types.map((node) => nodeTexts(node, TELLING).description);
    assert.deepEqual(telling, ['of 100', '100% lost'], 'that it is lost is said above');
    assert.deepEqual(labels(below(types[0]!)), ['#3', 'more…']);
  });

  it('the tree is grouped by module', () => {
    const roots = treeOf(DIAGNOSIS, look({ grouping: 'module' }));
    assert.deepEqual(labels(roots), ['100 shop.hooks', '10 shop.mail']);
    assert.deepEqual(labels(below(roots[1]!)), ['7 send', '3 digest']);
  });

  it('the tree is sorted by the age of the oldest task', () => {
    const roots = treeOf(DIAGNOSIS, look({ order: 'age' }));
    assert.deepEqual(labels(roots), ['7 send', '100 deliver', '3 digest']);
    const parts = below(roots[1]!, { order: 'age' });
    assert.deepEqual(labels(parts), ['38 finished · lost-update', '62 lost · broker-wiped']);
    const telling = { ...TELLING, order: 'age' as const };
    assert.deepEqual(
      parts.map((node) => nodeTexts(node, telling).description),
      ['52 d 4 h', '50 d 5 h'],
      'by the beginning of the bin, and never older than the oldest task',
    );
    // Bin 0 holds what is older than the timeline, too.
    const [early] = treeOf({
      ...DIAGNOSIS,
      taskTypes: DIAGNOSIS.taskTypes.map((type) => ({ ...type, oldestLastRun: '2024-01-01T00:00:00Z' })).slice(1, 2),
    });
    assert.equal(nodeTexts(early!, telling).description, '449 d 5 h');
  });

  it('the tree is grouped by queue where messages were seen, what has none last', () => {
    const judged = new JudgedRows();
    const add = (id: number, taskModule: string, taskName: string, outcome: RowOutcome): void => {
      const row = { id, taskModule, taskName, status: 'SCHEDULED', lastRun: id, updatedAt: id };
      judged.add(row as StuckRow, outcome);
    };
    add(2, 'shop.mail', 'send', { verdict: 'waiting', cause: 'backlog', confidence: 'proven', queue: 'mail' });
    for (const id of [3, 4, 5])
      add(id, 'shop.hooks', 'deliver', { verdict: 'lost', cause: 'broker-wiped', confidence: 'likely' });
    const kept = { verdict: 'finished', cause: 'lost-update', confidence: 'likely', queue: 'celery' } as const;
    add(9, 'shop.hooks', 'deliver', kept);
    add(8, 'shop.hooks', 'deliver', kept);
    assert.ok(knowsQueues(DIAGNOSIS));
    assert.equal(knowsQueues({ ...DIAGNOSIS, taskTypes: [aTaskType({ judged: 1000 })] }), false);
    const roots = rootNodes(DIAGNOSIS, cellsByQueue(DIAGNOSIS, judged), look({ grouping: 'queue' }));
    assert.deepEqual(labels(roots), ['2 celery', '1 mail', '3 no queue known']);
    const [deliver] = below(roots[0]!);
    assert.ok(deliver?.kind === 'type');
    assert.equal(nodeTexts(deliver, TELLING).label, '2 deliver');
    const samples = samplesOfCheck(deliver, (id) => judged.outcomeOf(id));
    assert.deepEqual(
      samples.map(({ id }) => id),
      [9, 8],
      'by what was judged of each',
    );
  });

  it('a filter leaves verdicts and names out, and the other statuses with them', () => {
    const other = { status: 'PENDING', count: 1, maxHoursStuck: 1, taskTypes: [] };
    const diagnosis = { ...DIAGNOSIS, otherStatuses: [other] };
    const roots = (filter: TreeLook['filter']): string[] => labels(treeOf(diagnosis, look({ filter })));
    assert.deepEqual(roots({ verdicts: ['lost'], text: '' }), ['62 deliver', '3 digest']);
    assert.deepEqual(roots({ verdicts: [], text: 'MAIL.' }), ['7 send', '3 digest']);
    assert.deepEqual(roots({ verdicts: ['lost'], text: 'mail' }), ['3 digest']);
    assert.deepEqual(roots({ verdicts: ['held'], text: '' }), []);
    assert.equal(roots({ verdicts: [], text: '' }).length, 4);
    const [unverified] = cellsOf({ taskTypes: [aTaskType()] });
    assert.equal(rootNodes(aDiagnosis(), [unverified!], look({ filter: { verdicts: ['lost'], text: '' } })).length, 1);
    assert.equal(filterText({ verdicts: ['lost', 'failed'], text: 'hook' }), 'lost or failed · “hook”');
  });

  it('how the tree looks is read as far as it is understood', () => {
    assert.deepEqual(readLook({ grouping: 'module', order: 'age' }), look({ grouping: 'module', order: 'age' }));
    assert.deepEqual(readLook({ grouping: 'x', order: 1 }), PLAIN_LOOK);
    assert.equal(readLook(undefined), PLAIN_LOOK);
    assert.deepEqual(readFilter({ verdicts: ['lost', 'x'], text: ' a ' }), { verdicts: ['lost'], text: 'a' });
    assert.deepEqual(
      [readFilter({ kind: 'type', text: 'a' }), readFilter({}), readFilter('a')],
      [undefined, undefined, undefined],
    );
  });
});
