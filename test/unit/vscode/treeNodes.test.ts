import assert from 'node:assert/strict';
import type { Diagnosis, OtherStatus, RowDetails } from '../../../src/model/diagnosis';
import {
  childNodes,
  hasChildren,
  rowsKey,
  type LoadedPages,
  type SampleNode,
  type SinceCheck,
  type TreeNode,
} from '../../../src/vscode/tree/treeNodes';
import { storyParts } from '../../../src/report/story';
import { aDiagnosis, aSample, aTaskType, aVerification } from '../../support/diagnosis';
import { sinceCheck as since, treeOf } from '../../support/tree';

const NO_PAGES: LoadedPages = new Map();

function samples(...ids: number[]): RowDetails[] {
  return ids.map((id) => aSample({ id }));
}

function other(status: string, taskTypes = [aTaskType({ count: 1, byStatus: { [status]: 1 } })]): OtherStatus {
  return { status, count: 1, maxHoursStuck: 1, taskTypes };
}

function everyNode(diagnosis: Diagnosis, pages: LoadedPages = NO_PAGES): TreeNode[] {
  const below = (node: TreeNode): TreeNode[] => [node, ...childNodes(node, diagnosis, since({ pages })).flatMap(below)];
  return treeOf(diagnosis).flatMap(below);
}

function shownIds(nodes: readonly TreeNode[]): (number | string)[] {
  return nodes.map((node) => (node.kind === 'sample' ? node.sample.id : node.kind));
}

describe('vscode/treeNodes', () => {
  it("the tree's nodes are the types, then one branch for other statuses where there are any", () => {
    const kinds = (diagnosis: Diagnosis): string[] => treeOf(diagnosis).map((node) => node.kind);
    assert.deepEqual(kinds(aDiagnosis({ taskTypes: [] })), []);
    assert.deepEqual(kinds(aDiagnosis()), ['type']);
    assert.deepEqual(kinds(aDiagnosis({ otherStatuses: [other('PENDING')] })), ['type', 'others']);
    assert.deepEqual(kinds(aDiagnosis({ taskTypes: [], otherStatuses: [other('PENDING')] })), ['others']);
  });

  it("the tree's nodes open down to samples, also under another status, each with its own statuses", () => {
    const { parameters } = aDiagnosis();
    const diagnosis = aDiagnosis({
      parameters: { ...parameters, statuses: ['SCHEDULED', 'X'] },
      otherStatuses: [other('PENDING')],
    });
    const nodes = everyNode(diagnosis);
    assert.deepEqual(
      nodes.map((node) => node.kind),
      ['type', 'sample', 'more', 'others', 'status', 'type', 'sample'],
    );
    const statuses = nodes.flatMap((node) => (node.kind === 'type' ? [node.statuses] : []));
    assert.deepEqual(statuses, [['SCHEDULED', 'X'], ['PENDING']]);
    const sample = nodes.find((node) => node.kind === 'sample');
    assert.equal(sample?.now, diagnosis.generatedAt);
  });

  it("the tree's nodes keep their ids from check to check, whatever is counted", () => {
    const before = aDiagnosis({ otherStatuses: [other('PENDING')] });
    const later = aDiagnosis({
      generatedAt: '2025-04-01T00:00:00Z',
      taskTypes: [aTaskType({ taskName: 'new' }), aTaskType({ count: 9, maxHoursStuck: 2000 })],
      otherStatuses: [{ ...other('PENDING'), count: 7 }],
    });
    const ids = new Set(everyNode(later).map((node) => node.id));
    for (const node of everyNode(before)) assert.ok(ids.has(node.id), node.id);
  });

  it("the tree's nodes have ids of their own, however types and statuses are called", () => {
    const names = [
      '',
      '/',
      '"',
      '","',
      'a',
      'a/b',
      '["a","b"]',
      'more',
      'others',
      'stuck',
      '__proto__',
      '1',
      '\n',
      '\\',
    ];
    const taskTypes = names.flatMap((taskModule) =>
      names.map((taskName) => aTaskType({ taskModule, taskName, count: 5, samples: samples(1, 2) })),
    );
    const statuses = [...names, 'A', 'A/["",""]', 'A"/["",""]', 'A/["",""]/more/2', 'others', 'stuck/["",""]'];
    const otherStatuses = [...new Set(statuses)].map((status) => other(status, taskTypes));
    const ids = everyNode(aDiagnosis({ taskTypes, otherStatuses })).map((node) => node.id);
    assert.ok(ids.length > 10_000);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('the tree\'s nodes end in "more…" as long as rows of the type are not shown', () => {
    const shown = (count: number, own: RowDetails[], pages: LoadedPages = NO_PAGES): (number | string)[] => {
      const diagnosis = aDiagnosis({ taskTypes: [aTaskType({ count, samples: own })] });
      return shownIds(childNodes(treeOf(diagnosis)[0]!, diagnosis, since({ pages })));
    };
    const [type] = treeOf(aDiagnosis());
    assert.ok(type?.kind === 'type');
    const page = (complete: boolean, ...ids: number[]): LoadedPages =>
      new Map([[rowsKey(type), { samples: samples(...ids), complete }]]);
    assert.deepEqual(shown(3, samples(9, 8, 7)), [9, 8, 7]);
    assert.deepEqual(shown(4, samples(9, 8, 7)), [9, 8, 7, 'more']);
    assert.deepEqual(shown(4, []), ['more'], 'limit 0');
    assert.deepEqual(shown(5, samples(9, 8), page(false, 7, 6)), [9, 8, 7, 6, 'more']);
    assert.deepEqual(shown(4, samples(9, 8), page(false, 7, 6)), [9, 8, 7, 6]);
    assert.deepEqual(shown(5, samples(9, 8), page(true, 7)), [9, 8, 7], 'the others moved since the check');
    assert.deepEqual(shown(5, samples(9, 8), page(true)), [9, 8]);
    assert.deepEqual(shown(9, samples(9, 8), page(false, 8, 7)), [9, 8, 7, 'more'], 'a row that moved is shown once');
  });

  it('the tree\'s nodes have a new "more…" for each page', () => {
    const diagnosis = aDiagnosis({ taskTypes: [aTaskType({ count: 9, samples: samples(9, 8) })] });
    const type = treeOf(diagnosis)[0]!;
    assert.ok(type.kind === 'type');
    const pages: LoadedPages = new Map([[rowsKey(type), { samples: samples(7, 6), complete: false }]]);
    const more = [NO_PAGES, pages].map((pages) => childNodes(type, diagnosis, since({ pages })).at(-1));
    assert.ok(more.every((node) => node?.kind === 'more' && node.owner === type));
    assert.notEqual(more[0]?.id, more[1]?.id);
  });
});

describe('vscode/treeNodes', () => {
  const LOST = { verdict: 'lost', cause: 'never-published', confidence: 'likely' } as const;
  const AT = new Date(0);

  function shown(sample: RowDetails, fields: Partial<SinceCheck> = {}): SampleNode {
    const diagnosis = aDiagnosis({ taskTypes: [aTaskType({ count: 1, samples: [sample] })] });
    const [node] = childNodes(treeOf(diagnosis)[0]!, diagnosis, since(fields));
    assert.ok(node?.kind === 'sample');
    return node;
  }

  it('the nodes of a verified sample are each piece of evidence, then each reading', () => {
    const node = shown(aSample({ verification: aVerification() }));
    const details = childNodes(node, aDiagnosis(), since());
    const words = details.map((detail) =>
      detail.kind === 'evidence' ? detail.seen.source : detail.kind === 'reading' ? detail.reading.head : detail,
    );
    const { because, against, also } = storyParts(aVerification());
    const inOrder = [...because, ...against, ...also.flatMap(({ seen }) => seen)].map(({ source }) => source);
    assert.deepEqual(words, [...inOrder, 'either lost (message-missing)', 'or finished (lost-update)']);
    assert.equal(new Set(details.map((detail) => detail.id)).size, 4);
    assert.ok(details.every((detail) => !hasChildren(detail)));
    assert.ok(hasChildren(node));
  });

  it('the nodes of a verified sample without verification are none: the sample is a leaf', () => {
    const node = shown(aSample());
    assert.deepEqual(childNodes(node, aDiagnosis(), since()), []);
    assert.equal(hasChildren(node), false);
    assert.equal(node.outcome, undefined);
  });

  it('the nodes of a verified sample loaded by "more…" are none either, but its verdict is known from the check', () => {
    const node = shown(aSample({ id: 9 }), { outcomeOf: (id) => (id === 9 ? LOST : undefined) });
    assert.deepEqual(node.outcome, LOST);
    assert.equal(hasChildren(node), false);
  });

  it('the nodes of a verified sample are those of the latest look at it', () => {
    const again = (found: 'stuck' | 'moved' | 'gone', sample?: RowDetails): SampleNode =>
      shown(aSample({ id: 9, verification: aVerification() }), {
        outcomeOf: (id) => (id === 9 ? LOST : undefined),
        again: new Map([[9, { at: AT, found, ...(sample ? { sample } : {}) }]]),
      });
    const still = again('stuck', aSample({ id: 9, verification: aVerification({ ...LOST, evidence: [] }) }));
    assert.deepEqual([still.outcome?.verdict, still.again], ['lost', { at: AT, found: 'stuck' }]);
    const done = again('moved', aSample({ id: 9, status: 'DONE' }));
    assert.deepEqual([done.sample.status, done.outcome, hasChildren(done)], ['DONE', undefined, false]);
    const gone = again('gone');
    assert.deepEqual(
      [gone.outcome, hasChildren(gone), childNodes(gone, aDiagnosis(), since())],
      [undefined, false, []],
    );
    assert.equal(new Set([still.id, done.id, gone.id]).size, 1, 'the node stays the same');
  });
});
