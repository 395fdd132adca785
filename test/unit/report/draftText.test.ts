import assert from 'node:assert/strict';
import type { EffectRule } from '../../../src/model/effectRule';
import {
  draftHeadline,
  draftInShort,
  draftJson,
  draftsHeadline,
  isUseful,
  looksAt,
  outcomeWords,
  shareText,
} from '../../../src/report/draftText';
import { parseEffectRules } from '../../../src/effects/rules';
import { A_DRAFT, AN_UNTESTED_DRAFT, NO_DRAFT } from '../../support/ruleDrafts';
import { A_BROKEN_RULE_TEST } from '../../support/ruleTests';

const [RULE] = A_DRAFT.rules as [EffectRule];

describe('report/draftText', () => {
  it('says first what a draft would decide, or why there is none, or why it was not tested', () => {
    assert.equal(
      draftHeadline(A_DRAFT),
      'It decides 41,203 of 63,933 undetermined tasks: 29,804 finished, 11,399 not executed.',
    );
    assert.equal(draftHeadline(NO_DRAFT), 'Its code leaves nothing in the database.');
    assert.equal(draftHeadline(AN_UNTESTED_DRAFT), 'The rule is not tested, because no database was read.');
  });

  it('adds up what several drafts decide, and leaves those out that decide nothing', () => {
    const broken = { ...A_DRAFT, task: 'a.b', tested: A_BROKEN_RULE_TEST };
    const drafts = [
      { draft: A_DRAFT, undetermined: 63_933 },
      { draft: NO_DRAFT, undetermined: 900 },
      { draft: broken, undetermined: 5210 },
    ];
    assert.equal(
      draftsHeadline(drafts),
      '2 of 3 task types have a draft; together they decide 41,203 of 70,043 undetermined tasks.',
    );
    assert.deepEqual(drafts.filter(isUseful), drafts.slice(0, 1));
    assert.deepEqual(
      [...drafts.map(draftInShort), draftInShort({ draft: AN_UNTESTED_DRAFT, undetermined: 7, tried: true })],
      [
        'decides 41,203 of 63,933',
        '900 undetermined, no draft',
        'decides 0 of 5,210',
        '7 undetermined, not tested, in use',
      ],
    );
  });

  it('writes each outcome as the sentence that it becomes, with what it claims and when', () => {
    assert.deepEqual(outcomeWords(RULE), [
      {
        claim: 'executed, proven',
        when: 'sent_at is at or after the creation of the task',
        text: 'Invoice {id} was sent at {sent_at}.',
      },
      { claim: 'not executed, likely', when: 'sent_at is empty', text: 'Invoice {id} was never sent.' },
      { claim: 'decides nothing', when: 'billing_invoice has no row for it', text: 'Invoice {id} is gone.' },
    ]);
    assert.equal(looksAt(RULE), 'It looks for the row of billing_invoice whose id is args[0] or kwargs.invoice_id.');
  });

  it('has words for every condition', () => {
    const when = [
      { column: 'a', equals: 'x' },
      { column: 'b', in: [1, 2] },
      { column: 'c', null: false },
      { column: 'd', before: 'created_at' },
      { column: 'e', within: 60 },
      { column: 'f', from: 1, to: 3 },
      { column: 'g', list: ['log'], hasObject: { id: 'id' } },
    ] as const;
    const rule: EffectRule = {
      ...RULE,
      where: [{ argument: 'args[1]', equals: 'Hook' }],
      find: { id: { from: 'args[0]', default: 5 } },
      outcomes: [{ when: [...when], atLeast: 2, says: 'failed', text: 'It failed.' }],
    };
    assert.equal(
      outcomeWords(rule)[0]?.when,
      'a is "x", b is 1 or 2, c has a value, d is before the creation of the task, e is within 60 seconds of the creation of the task, f is at least 1 and at most 3, the list g.log has an object of it and at least 2 rows of the table fit',
    );
    assert.equal(
      looksAt(rule),
      'Only tasks of which args[1] is "Hook". It looks for the row of billing_invoice whose id is args[0] (5 where it is missing).',
    );
  });

  it('shows the rule as a file takes it', () => {
    assert.deepEqual(parseEffectRules([JSON.parse(draftJson(A_DRAFT))], 'it'), [...A_DRAFT.rules]);
    const two = { ...A_DRAFT, rules: [RULE, { ...RULE, task: 'a.b' }] };
    assert.equal(parseEffectRules(JSON.parse(draftJson(two)), 'it').length, 2);
  });

  it('says how much smaller the undetermined share is', () => {
    assert.equal(
      shareText({ before: 72_701, after: 31_498, all: [148_708, 148_700] }),
      'Undetermined: 72,701 tasks (49%) before, 31,498 (21%) with the tried rules.',
    );
  });
});
