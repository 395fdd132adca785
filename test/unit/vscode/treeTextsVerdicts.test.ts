import assert from 'node:assert/strict';
import { ABOUT } from '../../../src/causes/about';
import { CAUSES, VERDICTS, type Evidence, type Outcome, type Verdict } from '../../../src/model/verdict';
import { sourceTitle, type Seen } from '../../../src/report/story';
import { readingTexts, VERDICT_MEANINGS } from '../../../src/report/verdictText';
import { VERDICT_LOOKS } from '../../../src/report/verdictLooks';
import { cellsOf, type Cell } from '../../../src/vscode/tree/cells';
import { branchTooltip, sampleTooltip } from '../../../src/vscode/tree/tooltips';
import type { BranchNode, EvidenceNode, SampleNode, TreeNode } from '../../../src/vscode/tree/treeNodes';
import { nodeTexts as textsOf, type NodeTexts } from '../../../src/vscode/tree/treeTexts';
import { SOURCE_ICONS } from '../../../src/vscode/tree/verdictLooks';
import { aSample, aTaskType, aVerification } from '../../support/diagnosis';
import { aTypeNode, TELLING } from '../../support/tree';

const NOW = '2025-03-25T05:00:00Z';
const moment = (time: string): string => `at ${time}`;

function nodeTexts(node: TreeNode): NodeTexts {
  return textsOf(node, TELLING);
}

function sampleNode(fields: Partial<SampleNode> = {}): SampleNode {
  const sample = aSample({ id: 7, lastRun: '2025-03-24T04:30:00Z', taskId: 'abc' });
  return { kind: 'sample', id: 'x', sample, type: aTaskType(), now: NOW, ...fields };
}

function described(outcome: Outcome | undefined, again?: SampleNode['again']): string {
  return nodeTexts(sampleNode({ ...(outcome ? { outcome } : {}), ...(again ? { again } : {}) })).description;
}

/** Stuck tasks of one type by verdict and cause. */
function outcomes(...counts: (readonly [Verdict, Cell['cause'], number])[]): Parameters<typeof aTypeNode>[0] {
  return {
    taskModule: 'a.b',
    taskName: 'send',
    count: counts.reduce((sum, [, , count]) => sum + count, 0),
    outcomes: counts.map(([verdict, cause, count]) => ({
      verdict,
      ...(cause === undefined ? {} : { cause }),
      confidence: 'likely',
      count,
      lastRuns: { 0: count },
    })),
  };
}

function seenOf(says: string): Seen {
  return { source: 'broker', says, supports: null, contradicts: false };
}

describe('vscode/treeTextsVerdicts', () => {
  it("the tree's texts after verification of a type have its greatest share, and the icon and color of that verdict", () => {
    const node = aTypeNode(
      outcomes(['unknown', undefined, 47_284], ['lost', 'broker-wiped', 17_981], ['waiting', 'backlog', 1332]),
    );
    const texts = nodeTexts(node);
    assert.deepEqual([texts.label, texts.description], ['66,597 send', '71% unknown']);
    assert.deepEqual([texts.icon, texts.color], [VERDICT_LOOKS.unknown.icon, VERDICT_LOOKS.unknown.color]);
    assert.equal(texts.spoken, 'a.b.send, 66,597 stuck, 71 percent unknown');
    const fields = branchTooltip(node, moment, NOW);
    assert.deepEqual(fields.slice(3, 6), [
      ['unknown', '47,284 (71%)'],
      ['lost', '17,981 (27%)'],
      ['waiting', '1,332 (2%)'],
    ]);
    assert.deepEqual(fields[0], ['Module', 'a.b']);
    assert.ok(fields.some(([name, value]) => name === 'Oldest' && value === '52 d 5 h'));
  });

  it("the tree's texts after verification of a part are its verdict and cause, and what both mean", () => {
    const { cells } = aTypeNode(outcomes(['lost', 'broker-wiped', 37_310], ['unknown', undefined, 5]));
    const part = (cell: Cell): BranchNode => ({
      kind: 'outcome',
      id: 'x',
      type: cell.type,
      cells: [cell],
      rest: [],
      statuses: [],
    });
    const [lost, unknown] = cells.map(part);
    const texts = nodeTexts(lost!);
    assert.deepEqual([texts.label, texts.description], ['37,310 lost · broker-wiped', '']);
    assert.deepEqual([texts.icon, texts.color], [VERDICT_LOOKS.lost.icon, VERDICT_LOOKS.lost.color]);
    assert.equal(texts.spoken, 'lost, broker-wiped, 37,310 stuck');
    assert.equal(nodeTexts(unknown!).label, '5 unknown');
    const fields = new Map(branchTooltip(lost!, moment, NOW));
    assert.equal(fields.get('lost'), VERDICT_MEANINGS.lost);
    assert.equal(fields.get('broker-wiped'), ABOUT['broker-wiped'].meaning);
  });

  it("the tree's texts after verification let a menu offer a fix script only where there is one, and a rule only where tasks are undetermined", () => {
    const node = aTypeNode(outcomes(['lost', 'broker-wiped', 8], ['unknown', undefined, 2]));
    const [lost, unknown] = node.cells.map((cell) =>
      nodeTexts({ kind: 'outcome', id: 'x', type: cell.type, cells: [cell], rest: [], statuses: [] }),
    );
    assert.equal(nodeTexts(node).contextValue, 'type fixable undetermined');
    assert.deepEqual([lost?.contextValue, unknown?.contextValue], ['outcome fixable', 'outcome undetermined']);
    const signals = { ...outcomes(['unknown', undefined, 2]), taskName: 'execute_signal' };
    assert.equal(nodeTexts(aTypeNode(signals)).contextValue, 'type undetermined signal');
    const decided = aTypeNode(outcomes(['lost', 'broker-wiped', 8]));
    assert.equal(nodeTexts(decided).contextValue, 'type fixable');
    const samples = (['unknown', 'lost'] as const).map((verdict) =>
      sampleNode({ outcome: { verdict, confidence: 'likely' } }),
    );
    assert.deepEqual(
      samples.map((sample) => nodeTexts(sample).contextValue),
      ['sample undetermined', 'sample'],
    );
  });

  it("the tree's texts after verification of a group are what its tasks have in common", () => {
    const { cells } = aTypeNode(outcomes(['lost', 'broker-wiped', 8], ['waiting', 'backlog', 2]));
    const group = (by: 'verdict' | 'cause' | 'queue' | 'module', some: readonly Cell[]): string[] => {
      const { label, description, contextValue } = nodeTexts({
        kind: 'group',
        by,
        id: 'x',
        cells: some,
        rest: [],
        statuses: [],
      });
      return [label, description, contextValue];
    };
    assert.deepEqual(group('verdict', cells.slice(0, 1)), ['8 lost', '', 'group verdict']);
    assert.deepEqual(group('cause', cells.slice(0, 1)), ['8 broker-wiped', '', 'group cause']);
    assert.deepEqual(group('module', cells), ['10 a.b', '80% lost', 'group module']);
    const queued = cells.map((cell) => ({ ...cell, queue: 'mail' }));
    assert.deepEqual(group('queue', queued), ['10 mail', '80% lost', 'group queue']);
    assert.equal(
      group(
        'queue',
        queued.map((cell) => ({ ...cell, queue: null })),
      )[0],
      '10 no queue known',
    );
    const [bare] = cellsOf({ taskTypes: [aTaskType()] });
    assert.equal(group('verdict', [bare!])[0], '3 not verified');
  });

  it("the tree's texts after verification of estimates say so", () => {
    const node = aTypeNode({
      ...outcomes(['lost', 'broker-wiped', 60_000], ['unknown', undefined, 40_000]),
      judged: 1000,
    });
    assert.match(nodeTexts(node).description, /^≈ 60% ± \d\.\d lost$/);
    assert.equal(nodeTexts(node).label, '100,000 send', 'how many there are was counted');
    const fields = branchTooltip(node, moment, NOW);
    assert.ok(fields.some(([name, value]) => name === 'Estimated' && value.startsWith('from 1,000 tasks')));
  });

  it("the tree's texts after verification of a sample begin with its verdict and cause; doubt is said, certainty is not", () => {
    const rest = '1 d · 1 attempt · abc';
    assert.equal(described(undefined), rest);
    const lost = { verdict: 'lost', cause: 'never-published' } as const;
    assert.equal(described({ ...lost, confidence: 'proven' }), `lost · never-published · ${rest}`);
    assert.equal(described({ ...lost, confidence: 'likely' }), `lost, likely · never-published · ${rest}`);
    assert.equal(described({ verdict: 'failed', confidence: 'possible' }), `failed, possible · ${rest}`);
    assert.equal(described({ verdict: 'unknown', confidence: 'possible' }), `unknown · ${rest}`);
    const told = nodeTexts(sampleNode({ outcome: { ...lost, confidence: 'likely' }, told: true }));
    assert.equal(told.description, `likely · ${rest}`, 'the node above it names the verdict');
    assert.match(told.spoken, /^Task 7, lost, likely, |^Task 7, lost, likely · /);
  });

  it("the tree's texts after verification of a sample that was looked at again say when, and how it was found", () => {
    const at = new Date(0);
    const waiting = { verdict: 'waiting', confidence: 'proven' } as const;
    const rest = '1 d · 1 attempt · abc';
    assert.equal(described(waiting, { at, found: 'stuck' }), `waiting · verified 10:15 · ${rest}`);
    assert.equal(described(undefined, { at, found: 'moved' }), `now SCHEDULED · verified 10:15 · ${rest}`);
    assert.equal(described(undefined, { at, found: 'gone' }), `no longer in the table · verified 10:15 · ${rest}`);
    assert.equal(nodeTexts(sampleNode({ again: { at, found: 'gone' } })).icon, 'trash');
  });

  it("the tree's texts after verification have one icon a verdict and one a source, all different, and a word for each", () => {
    const icons = VERDICTS.map((verdict) => VERDICT_LOOKS[verdict].icon);
    assert.equal(new Set(icons).size, VERDICTS.length);
    assert.equal(new Set(Object.values(SOURCE_ICONS)).size, Object.keys(SOURCE_ICONS).length);
    for (const verdict of VERDICTS) {
      const texts = nodeTexts(sampleNode({ outcome: { verdict, confidence: 'proven' } }));
      assert.deepEqual([texts.icon, texts.color], [VERDICT_LOOKS[verdict].icon, VERDICT_LOOKS[verdict].color]);
      assert.ok(texts.description.startsWith(verdict) && texts.spoken.includes(`, ${verdict}`), verdict);
      assert.match(VERDICT_MEANINGS[verdict], /^[a-z].*[a-z]$/);
    }
    assert.equal(
      CAUSES.filter((cause) => described({ verdict: 'lost', cause, confidence: 'proven' }).includes(` · ${cause} · `))
        .length,
      CAUSES.length,
    );
  });

  it("the tree's texts after verification of evidence are its first sentence and its source; what decided has the verdict's icon", () => {
    const seen = (evidence: Evidence, fields: Partial<Seen> = {}): Seen => ({
      source: evidence.source,
      says: evidence.says,
      supports: evidence.supports ?? null,
      contradicts: false,
      ...fields,
    });
    const texts = (one: Seen, decides = false): string[] => {
      const owner = sampleNode({ outcome: { verdict: 'lost', confidence: 'likely' } });
      const node: EvidenceNode = { kind: 'evidence', id: 'x', owner, seen: one, decides };
      const { label, description, icon, spoken } = nodeTexts(node);
      return [label, description, icon, spoken];
    };
    const broker = sourceTitle('broker').toLowerCase();
    assert.deepEqual(texts(seen({ source: 'broker', says: 'It is in mail. At place 3.' })), [
      'It is in mail.',
      broker,
      'mail',
      `It is in mail. At place 3. Source: ${broker}`,
    ]);
    const decisive = texts(seen({ source: 'broker', says: 'It is gone.', supports: 'lost' }), true);
    assert.deepEqual(decisive, [
      'It is gone.',
      broker,
      VERDICT_LOOKS.lost.icon,
      `Decisive. It is gone. Source: ${broker}`,
    ]);
    const other = texts(seen({ source: 'row', says: 'x.', supports: 'finished' }, { contradicts: true }));
    assert.deepEqual(other.slice(1, 3), [
      `${sourceTitle('row').toLowerCase()} · points to: finished · contradicts`,
      'warning',
    ]);
    const [label = '', , , spoken = ''] = texts(seen({ source: 'row', says: `a\n${'b'.repeat(1000)}` }));
    assert.ok(label.length === 300 && label.startsWith('a\\nb') && label.endsWith('b…'));
    assert.ok(spoken.length > 1000, 'the whole sentence stands in the tooltip');
  });

  it("the tree's texts after verification of a reading are what it would mean and what decides it", () => {
    const nodes: TreeNode[] = readingTexts(aVerification()).map((reading) => ({
      kind: 'reading',
      id: 'x',
      owner: sampleNode(),
      reading,
    }));
    assert.deepEqual(
      nodes.map((node) => {
        const { label, description, icon } = nodeTexts(node);
        return [label, description, icon];
      }),
      [
        ['either lost (message-missing): Its message is gone', 'to settle it: an effect rule', VERDICT_LOOKS.lost.icon],
        [
          'or finished (lost-update): It ran, and its row was overwritten',
          'to settle it: the logs',
          VERDICT_LOOKS.finished.icon,
        ],
      ],
    );
  });

  it("the tree's texts after verification have the verdict and the cause with their meanings first in the tooltip of a sample", () => {
    const outcome = { verdict: 'lost', cause: 'broker-wiped', confidence: 'likely' } as const;
    const names = (node: SampleNode): string[] => sampleTooltip(node, moment).map(([name]) => name);
    const paged = sampleTooltip(sampleNode({ outcome }), moment);
    assert.deepEqual(paged.slice(0, 3), [
      ['Verdict', `lost (broker-wiped, likely): ${VERDICT_MEANINGS.lost}`],
      ['broker-wiped', ABOUT['broker-wiped'].meaning],
      ['Evidence', 'Verify This Task collects it'],
    ]);
    const verification = aVerification();
    const sample = aSample({ verification, celeryState: null });
    const full = sampleTooltip(
      sampleNode({ sample, outcome: verification, again: { at: new Date(0), found: 'stuck' } }),
      moment,
    );
    assert.deepEqual(full.slice(0, 3), [
      ['Verdict', `unknown: ${VERDICT_MEANINGS.unknown}`],
      ['Celery state', 'no record'],
      ['Verified again', 'at 1970-01-01T00:00:00.000Z, still stuck'],
    ]);
    assert.equal(names(sampleNode())[0], 'Status');
  });

  it("the tree's texts after verification hold nothing that could steer the editor", () => {
    const nasty = 'a\n\r\t\u001b[2J\u202egnp.exe\u0085\u2028';
    const [reading] = readingTexts(aVerification({ readings: [{ verdict: 'lost', why: nasty, decidedBy: nasty }] }));
    const nodes: TreeNode[] = [
      { kind: 'evidence', id: 'x', owner: sampleNode(), decides: false, seen: seenOf(nasty) },
      { kind: 'reading', id: 'x', owner: sampleNode(), reading: reading! },
      sampleNode({ sample: aSample({ status: nasty }), again: { at: new Date(0), found: 'moved' } }),
    ];
    const shown = nodes.flatMap((node) => {
      const { label, description, spoken } = nodeTexts(node);
      return [label, description, spoken];
    });
    const sample = aSample({ celeryState: nasty, verification: aVerification() });
    const fields = sampleTooltip(sampleNode({ sample }), moment);
    for (const text of [...shown, ...fields.flat()])
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  });
});
