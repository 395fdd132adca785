import assert from 'node:assert/strict';
import type { RowDetails, TaskType } from '../../../src/model/diagnosis';
import type { TreeNode } from '../../../src/vscode/tree/treeNodes';
import {
  nodeTexts as textsOf,
  sampleFields,
  shortArguments,
  sizeText,
  type NodeTexts,
} from '../../../src/vscode/tree/treeTexts';
import { aSample, aTaskType } from '../../support/diagnosis';

const NOW = '2025-03-25T05:00:00Z';

function nodeTexts(node: TreeNode): NodeTexts {
  return textsOf(node, () => '10:15');
}

function typeNode(fields: Partial<TaskType> = {}): TreeNode & { kind: 'type' } {
  return { kind: 'type', id: 'x', type: aTaskType(fields), statuses: ['SCHEDULED'] };
}

function sampleNode(fields: Partial<RowDetails> = {}): TreeNode {
  return { kind: 'sample', id: 'x', sample: aSample(fields), type: aTaskType(), now: NOW };
}

describe('vscode/treeTexts', () => {
  it("the tree's texts of a type are its name, its size, then its module", () => {
    const fields = { taskModule: 'a.b', taskName: 'send', count: 66597, maxHoursStuck: 906.6 };
    assert.deepEqual(nodeTexts(typeNode(fields)), {
      label: 'send',
      description: '66,597 · max 906.60 h · a.b',
      icon: 'symbol-method',
      contextValue: 'type',
      spoken: 'a.b.send, 66,597 stuck, longest 906.60 hours',
    });
    assert.equal(sizeText(1, 0), '1 · max 0.00 h');
  });

  it("the tree's texts of a sample are its id, age, attempts and task id", () => {
    const lastRun = '2025-03-24T04:30:00.000001Z';
    const of = (fields: Partial<RowDetails>): string =>
      nodeTexts(sampleNode({ lastRun, taskId: 'abc', ...fields })).description;
    assert.equal(nodeTexts(sampleNode({ id: 7 })).label, '#7');
    assert.equal(of({ attempts: 2 }), '24.50 h · 2 attempts · abc');
    assert.equal(of({ attempts: 1 }), '24.50 h · 1 attempt · abc');
    assert.equal(of({ attempts: 0 }), '24.50 h · 0 attempts · abc');
    assert.equal(of({ attempts: null }), '24.50 h · abc');
    assert.equal(of({ taskId: '' }), '24.50 h · 1 attempt · no task id');
    assert.match(of({ lastRun: '0001-01-01T00:00:00Z' }), /^\d{8}\.\d\d h /);
  });

  it("the tree's texts offer to copy a task id only where there is one", () => {
    const context = (taskId: string | null): string => nodeTexts(sampleNode({ taskId })).contextValue;
    assert.deepEqual(['a', '', null].map(context), ['sample', 'sampleWithoutTaskId', 'sampleWithoutTaskId']);
  });

  it('the tree\'s texts of "more…" and of the branches count what is behind them', () => {
    const more = nodeTexts({ kind: 'more', id: 'x', owner: typeNode({ count: 12345 }), shown: 5 });
    assert.deepEqual([more.label, more.description], ['more…', '12,340 not shown']);
    assert.equal(more.spoken, 'Load more samples, 12,340 not shown');
    const pending = { status: 'PENDING', count: 1500, maxHoursStuck: 950.1, taskTypes: [] };
    const others = nodeTexts({ kind: 'others', id: 'x', others: [pending, { ...pending, status: 'X', count: 1 }] });
    assert.deepEqual([others.label, others.description], ['Other non-terminal statuses', '1,501']);
    const status = nodeTexts({ kind: 'status', id: 'x', other: pending });
    assert.deepEqual([status.label, status.description], ['PENDING', '1,500 · max 950.10 h']);
    assert.equal(status.spoken, 'Status PENDING, 1,500 · max 950.10 h');
  });

  it("the tree's texts hold nothing that could steer the editor, however things are called", () => {
    const nasty = 'a\n\r\t\u001b[2J\u202egnp.exe\u0085\u2028';
    const nodes: TreeNode[] = [
      typeNode({ taskModule: nasty, taskName: nasty }),
      sampleNode({ taskId: nasty, status: nasty, statusMessage: nasty }),
      { kind: 'status', id: 'x', other: { status: nasty, count: 1, maxHoursStuck: 1, taskTypes: [] } },
    ];
    const shown = nodes.flatMap((node): string[] => {
      const { label, description, spoken } = nodeTexts(node);
      return [label, description, spoken];
    });
    const fields = sampleFields(aSample({ taskId: nasty, status: nasty, statusMessage: nasty })).flat();
    // eslint-disable-next-line no-control-regex
    for (const text of [...shown, ...fields]) assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  });

  it("the tree's texts have every field of a sample for its tooltip", () => {
    const fields = Object.fromEntries(
      sampleFields(aSample({ startedAt: '2025-02-15T10:23:45.5Z', currentPage: 2, totalPages: 9, priority: 3 })),
    );
    assert.deepEqual(fields, {
      Status: 'SCHEDULED',
      'Last run': '2025-02-15 10:23:45+00:00',
      'Started at': '2025-02-15 10:23:45.5+00:00',
      'Created at': '2025-02-15 10:23:44+00:00',
      'Updated at': 'None',
      'Task ID': '87d6f3a5-c612-49b3-9fe1-23456789abcd',
      'Status message': 'None',
      Attempts: '1',
      Page: '2 of 9',
      Priority: '3',
    });
    const empty = { taskId: '', statusMessage: '', attempts: null, currentPage: null, priority: null };
    const bare = Object.fromEntries(sampleFields(aSample(empty)));
    assert.deepEqual(
      [bare['Task ID'], bare['Status message'], bare.Attempts, bare.Page, bare.Priority],
      ['(empty)', '(empty)', 'None', 'None', 'None'],
    );
    const old: { -readonly [key in keyof RowDetails]: RowDetails[key] } = aSample({ currentPage: 1, totalPages: null });
    delete old.priority;
    const names = sampleFields(old).map(([name, value]) => `${name}=${value}`);
    assert.ok(names.includes('Page=1 of ?'));
    assert.ok(!names.some((name) => name.startsWith('Priority')), 'a release without the column');
  });

  it("the tree's texts have the beginning of long arguments", () => {
    assert.equal(shortArguments(aSample({ arguments: { rawJSON: '{"a": 1}' } })), '{"a": 1}');
    assert.equal(shortArguments(aSample({ arguments: null })), 'None');
    assert.equal(shortArguments(aSample({ arguments: { rawJSON: '[1234]' } }), 3), '[12…');
  });
});
