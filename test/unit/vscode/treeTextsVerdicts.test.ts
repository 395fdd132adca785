import assert from 'node:assert/strict';
import { CAUSES, VERDICTS, type Evidence, type Verdict } from '../../../src/model/verdict';
import { readingTexts, VERDICT_MEANINGS } from '../../../src/report/verdictText';
import { type Outcome } from '../../../src/model/verdict';
import type { SampleNode, TreeNode } from '../../../src/vscode/tree/treeNodes';
import { nodeTexts, outcomeFields, verdictFields } from '../../../src/vscode/tree/treeTexts';
import { VERDICT_LOOKS } from '../../../src/report/verdictLooks';
import { SOURCE_ICONS, verdictBar, verdictSummary } from '../../../src/vscode/tree/verdictLooks';
import { aSample, aTaskType, aVerification } from '../../support/diagnosis';

const clock = (): string => '10:15';

function sampleNode(fields: Partial<SampleNode> = {}): SampleNode {
  const sample = aSample({ id: 7, lastRun: '2025-03-24T04:30:00Z', taskId: 'abc' });
  return { kind: 'sample', id: 'x', sample, type: aTaskType(), now: '2025-03-25T05:00:00Z', ...fields };
}

function described(outcome: Outcome | undefined, again?: SampleNode['again']): string {
  return nodeTexts(sampleNode({ ...(outcome ? { outcome } : {}), ...(again ? { again } : {}) }), clock).description;
}

describe('vscode/treeTextsVerdicts', () => {
  it("the tree's texts after verification of a type have a bar and the two greatest shares, before its age and module", () => {
    const type = aTaskType({
      taskModule: 'a.b',
      taskName: 'send',
      count: 66_597,
      maxHoursStuck: 906.6,
      verdicts: { unknown: 47_284, lost: 17_981, waiting: 1332 },
    });
    const texts = nodeTexts({ kind: 'type', id: 'x', type, statuses: ['SCHEDULED'] }, clock);
    assert.equal(texts.description, '66,597 · 71% unknown ▰▰▰▰▱ · 27% lost · max 906.60 h · a.b');
    assert.equal(texts.spoken, 'a.b.send, 66,597 stuck, 71 percent unknown, 27 percent lost, longest 906.60 hours');
    assert.deepEqual(verdictFields(type), [
      ['unknown', '47,284 (71%)'],
      ['lost', '17,981 (27%)'],
      ['waiting', '1,332 (2%)'],
    ]);
    assert.deepEqual(verdictFields(aTaskType()), []);
  });

  it("the tree's texts after verification have a bar that is full or empty only where that is all or nothing", () => {
    const bar = (lost: number, unknown: number): string => /[▰▱]+/.exec(verdictBar({ lost, unknown }))?.[0] ?? '';
    assert.equal(bar(10, 0), '▰▰▰▰▰');
    assert.equal(bar(999, 1), '▰▰▰▰▱');
    assert.equal(bar(6, 4), '▰▰▰▱▱');
    assert.equal(bar(1, 1), '▰▰▰▱▱');
    const seven = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 1]));
    assert.equal(verdictBar(seven), '14% waiting ▰▱▱▱▱ · 14% held');
    assert.equal(verdictBar({}), '');
    assert.equal(verdictSummary({ lost: 3, unknown: 2, held: 1 }, ' · ', 4), '50% lost · 33% unknown · 17% held');
  });

  it("the tree's texts after verification of a sample begin with its verdict and cause; doubt is said, certainty is not", () => {
    const rest = '24.50 h · 1 attempt · abc';
    assert.equal(described(undefined), rest);
    const lost = { verdict: 'lost', cause: 'never-published' } as const;
    assert.equal(described({ ...lost, confidence: 'proven' }), `lost · never-published · ${rest}`);
    assert.equal(described({ ...lost, confidence: 'likely' }), `lost, likely · never-published · ${rest}`);
    assert.equal(described({ verdict: 'failed', confidence: 'possible' }), `failed, possible · ${rest}`);
    assert.equal(described({ verdict: 'unknown', confidence: 'possible' }), `unknown · ${rest}`);
  });

  it("the tree's texts after verification of a sample that was looked at again say when, and how it was found", () => {
    const at = new Date(0);
    const waiting = { verdict: 'waiting', confidence: 'proven' } as const;
    const rest = '24.50 h · 1 attempt · abc';
    assert.equal(described(waiting, { at, found: 'stuck' }), `waiting · seen 10:15 · ${rest}`);
    assert.equal(described(undefined, { at, found: 'moved' }), `SCHEDULED now · seen 10:15 · ${rest}`);
    assert.equal(described(undefined, { at, found: 'gone' }), `no longer in the table · seen 10:15 · ${rest}`);
    assert.equal(nodeTexts(sampleNode({ again: { at, found: 'gone' } }), clock).icon, 'trash');
  });

  it("the tree's texts after verification have one icon a verdict and one a source, all different, and a word for each", () => {
    const icons = VERDICTS.map((verdict) => VERDICT_LOOKS[verdict].icon);
    assert.equal(new Set(icons).size, VERDICTS.length);
    assert.equal(new Set(Object.values(SOURCE_ICONS)).size, Object.keys(SOURCE_ICONS).length);
    for (const verdict of VERDICTS) {
      const texts = nodeTexts(sampleNode({ outcome: { verdict, confidence: 'proven' } }), clock);
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

  it("the tree's texts after verification of evidence are the sentence, its source and what it speaks for", () => {
    const texts = (evidence: Evidence): string[] => {
      const owner = sampleNode();
      const { label, description, icon, spoken } = nodeTexts({ kind: 'evidence', id: 'x', owner, evidence }, clock);
      return [label, description, icon, spoken];
    };
    assert.deepEqual(texts({ source: 'broker', says: 'It is in the queue mail.' }), [
      'It is in the queue mail.',
      'broker',
      'mail',
      'It is in the queue mail. Source: broker',
    ]);
    assert.equal(texts({ source: 'row', says: 'x.', supports: 'lost' })[1], 'row, speaks for lost');
    const [label = '', , , spoken = ''] = texts({ source: 'row', says: `a\n${'b'.repeat(1000)}` });
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
        const { label, description, icon } = nodeTexts(node, clock);
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

  it("the tree's texts after verification have the verdict with its meaning first in the tooltip of a sample", () => {
    const outcome = { verdict: 'lost' as Verdict, confidence: 'likely' as const };
    const paged = outcomeFields(sampleNode({ outcome }), clock);
    assert.deepEqual(paged, [
      ['Verdict', `lost (likely): ${VERDICT_MEANINGS.lost}`],
      ['Evidence', 'Verify This Task collects it'],
    ]);
    const verification = aVerification();
    const sample = aSample({ verification, celeryState: null });
    const full = outcomeFields(
      sampleNode({ sample, outcome: verification, again: { at: new Date(0), found: 'stuck' } }),
      clock,
    );
    assert.deepEqual(full, [
      ['Verdict', `unknown: ${VERDICT_MEANINGS.unknown}`],
      ['Celery state', 'no record'],
      ['Looked at again', '10:15, still stuck'],
    ]);
    assert.deepEqual(outcomeFields(sampleNode(), clock), []);
  });

  it("the tree's texts after verification hold nothing that could steer the editor", () => {
    const nasty = 'a\n\r\t\u001b[2J\u202egnp.exe\u0085\u2028';
    const [reading] = readingTexts(aVerification({ readings: [{ verdict: 'lost', why: nasty, decidedBy: nasty }] }));
    const nodes: TreeNode[] = [
      { kind: 'evidence', id: 'x', owner: sampleNode(), evidence: { source: 'broker', says: nasty } },
      { kind: 'reading', id: 'x', owner: sampleNode(), reading: reading! },
      sampleNode({ sample: aSample({ status: nasty }), again: { at: new Date(0), found: 'moved' } }),
    ];
    const shown = nodes.flatMap((node) => {
      const { label, description, spoken } = nodeTexts(node, clock);
      return [label, description, spoken];
    });
    const fields = outcomeFields(
      sampleNode({ sample: aSample({ celeryState: nasty, verification: aVerification() }) }),
      clock,
    );
    for (const text of [...shown, ...fields.flat()])
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  });
});
