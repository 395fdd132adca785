import assert from 'node:assert/strict';
import type { RowDetails } from '../../../src/model/diagnosis';
import type { TreeNode } from '../../../src/vscode/tree/treeNodes';
import { sampleFields } from '../../../src/vscode/tree/tooltips';
import { nodeTexts as textsOf, shortArguments, type NodeTexts } from '../../../src/vscode/tree/treeTexts';
import { aSample, aTaskType } from '../../support/diagnosis';
import { aTypeNode, TELLING } from '../../support/tree';

const NOW = '2025-03-25T05:00:00Z';

function nodeTexts(node: TreeNode): NodeTexts {
  return textsOf(node, TELLING);
}

function sampleNode(fields: Partial<RowDetails> = {}): TreeNode {
  return { kind: 'sample', id: 'x', sample: aSample(fields), type: aTaskType(), now: NOW };
}

describe('vscode/treeTexts', () => {
  it("the tree's texts of a type are how many tasks and its name, in the order of age how old the oldest is", () => {
    const node = aTypeNode({
      taskModule: 'a.b',
      taskName: 'send',
      count: 66597,
      oldestLastRun: '2025-02-15T11:00:00Z',
    });
    assert.deepEqual(nodeTexts(node), {
      label: '66,597 send',
      description: '',
      icon: 'circle-outline',
      color: 'descriptionForeground',
      contextValue: 'type',
      spoken: 'a.b.send, 66,597 stuck',
    });
    const byAge = textsOf(node, { ...TELLING, order: 'age' });
    assert.deepEqual([byAge.description, byAge.spoken], ['37 d 18 h', 'a.b.send, 66,597 stuck, oldest 37 d 18 h']);
  });

  it("the tree's texts of a sample are its id, age, attempts and task id", () => {
    const lastRun = '2025-03-24T04:30:00.000001Z';
    const of = (fields: Partial<RowDetails>): string =>
      nodeTexts(sampleNode({ lastRun, taskId: 'abc', ...fields })).description;
    assert.equal(nodeTexts(sampleNode({ id: 7 })).label, '#7');
    assert.equal(of({ attempts: 2 }), '1 d · 2 attempts · abc');
    assert.equal(of({ attempts: 1 }), '1 d · 1 attempt · abc');
    assert.equal(of({ attempts: 0 }), '1 d · 0 attempts · abc');
    assert.equal(of({ attempts: null }), '1 d · abc');
    assert.equal(of({ taskId: '' }), '1 d · 1 attempt · no task id');
    assert.match(of({ lastRun: '0001-01-01T00:00:00Z' }), /^739,\d{3} d /);
  });

  it("the tree's texts offer to copy a task id only where there is one", () => {
    const context = (taskId: string | null): string => nodeTexts(sampleNode({ taskId })).contextValue;
    assert.deepEqual(['a', '', null].map(context), ['sample', 'sampleWithoutTaskId', 'sampleWithoutTaskId']);
  });

  it('the tree\'s texts of "more…" and of the branches count what is behind them', () => {
    const more = nodeTexts({ kind: 'more', id: 'x', owner: aTypeNode({ count: 12345 }), shown: 5 });
    assert.deepEqual([more.label, more.description], ['more…', '12,340 not shown']);
    assert.equal(more.spoken, 'Load more samples, 12,340 not shown');
    const pending = { status: 'PENDING', count: 1500, maxHoursStuck: 950.1, taskTypes: [] };
    const others = nodeTexts({ kind: 'others', id: 'x', others: [pending, { ...pending, status: 'X', count: 1 }] });
    assert.equal(others.label, '1,501 in other unfinished statuses');
    const status = nodeTexts({ kind: 'status', id: 'x', other: pending });
    assert.equal(status.label, '1,500 PENDING');
    assert.equal(status.spoken, 'Status PENDING, 1,500 tasks');
  });

  it("the tree's texts hold nothing that could steer the editor, however things are called", () => {
    const nasty = 'a\n\r\t\u001b[2J\u202egnp.exe\u0085\u2028';
    const type = aTypeNode({ taskModule: nasty, taskName: nasty });
    const cells = type.cells.map((cell) => ({ ...cell, verdict: 'lost' as const, queue: nasty }));
    const group = { id: 'x', cells, rest: [], statuses: [] };
    const nodes: TreeNode[] = [
      type,
      sampleNode({ taskId: nasty, status: nasty, statusMessage: nasty }),
      { kind: 'status', id: 'x', other: { status: nasty, count: 1, maxHoursStuck: 1, taskTypes: [] } },
      ...(['queue', 'module'] as const).map((by) => ({ kind: 'group' as const, by, ...group })),
    ];
    const shown = nodes.flatMap((node): string[] => {
      const { label, description, spoken } = nodeTexts(node);
      return [label, description, spoken];
    });
    const fields = sampleFields(aSample({ taskId: nasty, status: nasty, statusMessage: nasty }), String).flat();
    // eslint-disable-next-line no-control-regex
    for (const text of [...shown, ...fields]) assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  });

  it("the tree's texts have every field of a sample for its tooltip", () => {
    const moment = (time: string): string => `at ${time}`;
    const fields = Object.fromEntries(
      sampleFields(
        aSample({ startedAt: '2025-02-15T10:23:45.5Z', currentPage: 2, totalPages: 9, priority: 3 }),
        moment,
      ),
    );
    assert.deepEqual(fields, {
      Status: 'SCHEDULED',
      'Last run': 'at 2025-02-15T10:23:45Z',
      'Started at': 'at 2025-02-15T10:23:45.5Z',
      'Created at': 'at 2025-02-15T10:23:44Z',
      'Updated at': '–',
      'Task ID': '87d6f3a5-c612-49b3-9fe1-23456789abcd',
      'Status message': '–',
      Attempts: '1',
      Page: '2 of 9',
      Priority: '3',
    });
    const empty = { taskId: '', statusMessage: '', attempts: null, currentPage: null, priority: null };
    const bare = Object.fromEntries(sampleFields(aSample(empty), moment));
    assert.deepEqual(
      [bare['Task ID'], bare['Status message'], bare.Attempts, bare.Page, bare.Priority],
      ['(empty)', '(empty)', '–', '–', '–'],
    );
    const old: { -readonly [key in keyof RowDetails]: RowDetails[key] } = aSample({ currentPage: 1, totalPages: null });
    delete old.priority;
    const names = sampleFields(old, moment).map(([name, value]) => `${name}=${value}`);
    assert.ok(names.includes('Page=1 of ?'));
    assert.ok(!names.some((name) => name.startsWith('Priority')), 'a release without the column');
  });

  it("the tree's texts have the beginning of long arguments", () => {
    assert.equal(shortArguments(aSample({ arguments: { rawJSON: '{"a": 1}' } })), '{"a": 1}');
    assert.equal(shortArguments(aSample({ arguments: null })), 'None');
    assert.equal(shortArguments(aSample({ arguments: { rawJSON: '[1234]' } }), 3), '[12…');
  });
});
