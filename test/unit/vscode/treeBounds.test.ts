import assert from 'node:assert/strict';
import type { Diagnosis } from '../../../src/model/diagnosis';
import type { CheckResult } from '../../../src/vscode/checks/checkState';
import { noticesOf } from '../../../src/vscode/tree/notices';
import { branchTooltip } from '../../../src/vscode/tree/tooltips';
import { PLAIN_LOOK } from '../../../src/vscode/tree/treeLook';
import { nodeTexts } from '../../../src/vscode/tree/treeTexts';
import type { BranchNode } from '../../../src/vscode/tree/treeNodes';
import { rabbitDiagnosis } from '../../support/rabbitDiagnosis';
import { TELLING, treeOf } from '../../support/tree';

const DIAGNOSIS = rabbitDiagnosis();
const SENTENCE =
  'Of these 1,204 tasks at most 34 are waiting, at most 4 are held and at most 3 are in a dead-letter queue; at least 1,163 have no message.';

describe('vscode/tree, of a RabbitMQ', () => {
  it('a type says how many messages its tasks can have, where that is fewer than tasks', () => {
    const texts = treeOf(DIAGNOSIS).map((node) => nodeTexts(node, TELLING));
    assert.deepEqual(
      texts.slice(0, 4).map(({ label, description }) => [label, description]),
      [
        ['1,204 send_invoice', '≤ 41 messages · 100% unknown'],
        ['310 sync_contact', '≤ 41 messages · 100% unknown'],
        ['30 send_sms', '100% unknown'],
        ['1 close_day', '100% unknown'],
      ],
    );
    assert.equal(texts[0]!.spoken, `billing.tasks.send_invoice, 1,204 stuck, 100 percent unknown, ${SENTENCE}`);
  });

  it('its tooltip has the sentence', () => {
    const [type] = treeOf(DIAGNOSIS);
    const fields = Object.fromEntries(branchTooltip(type as BranchNode, String, DIAGNOSIS.generatedAt));
    assert.equal(
      fields.Messages,
      `${SENTENCE} The broker shows how many messages it has, but not which tasks they belong to.`,
    );
  });

  it('a part of a type says nothing of it', () => {
    const [first] = DIAGNOSIS.taskTypes;
    const outcomes = [
      { verdict: 'unknown', confidence: 'possible', count: 1000, lastRuns: { 0: 1000 } },
      { verdict: 'finished', confidence: 'proven', count: 204, lastRuns: { 0: 204 } },
    ] as const;
    const mixed: Diagnosis = {
      ...DIAGNOSIS,
      taskTypes: [{ ...first!, verdicts: { unknown: 1000, finished: 204 }, outcomes: [...outcomes] }],
    };
    const filtered = treeOf(mixed, { ...PLAIN_LOOK, filter: { ...PLAIN_LOOK.filter, verdicts: ['unknown'] } });
    assert.equal(nodeTexts(filtered[0]!, TELLING).description, 'of 1,204');
    assert.equal(nodeTexts(treeOf(mixed)[0]!, TELLING).description, '83% unknown · ≤ 41 messages');
  });

  it('each alarm is a line of its own, with an id of its own', () => {
    const broker = {
      ...DIAGNOSIS.infrastructure.broker!,
      blocked: ['a memory alarm blocks all publishers', 'a disk alarm blocks all publishers'],
    };
    const diagnosis: Diagnosis = { ...DIAGNOSIS, infrastructure: { ...DIAGNOSIS.infrastructure, broker } };
    const result = { diagnosis, request: { checkExecution: true } } as CheckResult;
    const { above } = noticesOf({ result }, { trusted: true, broker: true, filtered: false, nothingLeft: false });
    assert.deepEqual(
      above.slice(0, 2).map(({ label }) => label),
      ['A memory alarm blocks all publishers', 'A disk alarm blocks all publishers'],
    );
    assert.equal(new Set(above.map(({ id }) => id)).size, above.length);
  });
});
