import assert from 'node:assert/strict';
import type { RuleTest } from '../../../src/model/ruleTest';
import { readingOrder, ruleTestLines, ruleTestsSummary, ruleTestText } from '../../../src/report/ruleTests';
import { A_RULE_TEST, ruleCounts } from '../../support/ruleTests';

const TEST = A_RULE_TEST;
const counts = ruleCounts;

describe('report/ruleTests', () => {
  it('says what the rule calls executed, and not executed, of the tasks whose outcome is known', () => {
    const { executed, notExecuted, bounds } = ruleTestText(TEST);
    assert.equal(executed, 'executed: 3,480 of 3,499 finished tasks; 0 of 533 that did not run');
    assert.equal(notExecuted, 'not executed: 4 of 3,499 finished tasks; 511 of 533 that did not run');
    assert.equal(bounds, 'At most 0.6% false alarms and 0.3% misses (upper 95% bounds).');
  });

  it('says what it decides, as far as its test lets it', () => {
    assert.equal(
      ruleTestText(TEST).decides,
      'It decides 41,203 of 63,933 undetermined tasks: 29,804 finished, 11,399 not executed.',
    );
    const half = { ...TEST, strength: { declared: 'proven', earned: 'none', notExecuted: 'likely' } } as const;
    assert.equal(ruleTestText(half).decides, 'It decides 11,399 of 63,933 undetermined tasks: 11,399 not executed.');
    const none = { ...TEST, strength: { declared: 'proven', earned: 'none', notExecuted: 'none' } } as const;
    assert.equal(ruleTestText(none).decides, 'It decides none of 63,933 undetermined tasks.');
    assert.equal(ruleTestText({ ...TEST, undetermined: counts(0) }).decides, null);
  });

  it('says what each of its claims counts for, and why it is less than declared', () => {
    assert.equal(ruleTestText(TEST).counts, '"Executed" counts as proven; "not executed" counts as likely.');
    const weak: RuleTest = {
      ...TEST,
      strength: { declared: 'proven', earned: 'likely' },
      because: 'only 12 tasks that did not run were there to test it on',
    };
    assert.deepEqual(ruleTestLines(weak).slice(-1), [
      '  It counts as likely. Only 12 tasks that did not run were there to test it on.',
    ]);
    assert.equal(ruleTestText(weak).notExecuted, null);
    assert.equal(ruleTestText(weak).bounds, 'At most 0.6% false alarms (upper 95% bound).');
  });

  it('says where there was nothing to test it on', () => {
    const untested: RuleTest = {
      ...TEST,
      finished: counts(0),
      notRun: counts(0),
      falseAlarmsAtMost: null,
      missesAtMost: null,
    };
    const { executed, bounds } = ruleTestText(untested);
    assert.equal(executed, 'executed: no finished tasks to test it on; none that did not run to test it on');
    assert.equal(bounds, null);
  });

  it('names the failures among false alarms', () => {
    const alarm = { ...TEST, notRun: counts(533, { executed: 3, failed: 2 }) };
    assert.equal(
      ruleTestText(alarm).executed,
      'executed or failed: 3,480 of 3,499 finished tasks; 5 of 533 that did not run',
    );
  });

  it('writes a rule as lines of which none looks like another part of a log', () => {
    const lines = ruleTestLines({ ...TEST, task: 'shop.tasks.a\nTask: b', rule: 2 });
    assert.equal(lines[0], 'Rule: shop.tasks.a\\nTask: b (rule 2), table billing_invoice (your own)');
    assert.ok(lines.slice(1).every((line) => line.startsWith('  ')));
  });

  it('puts rules that count for less than they declare first, and counts those that decide nothing', () => {
    const none: RuleTest = {
      ...TEST,
      task: 'b.c',
      strength: { declared: 'likely', earned: 'none' },
      because: 'It fails.',
    };
    assert.deepEqual(
      readingOrder([TEST, { ...TEST, task: 'd.e', undetermined: counts(70_000) }, none]).map(({ task }) => task),
      ['b.c', 'd.e', 'shop.tasks.send_invoice'],
    );
    assert.equal(
      ruleTestsSummary([TEST, none]),
      '2 rules were tested on tasks whose outcome is known; 1 decides nothing.',
    );
    assert.equal(ruleTestsSummary([TEST]), '1 rule was tested on tasks whose outcome is known.');
  });
});
