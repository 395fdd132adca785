import assert from 'node:assert/strict';
import { argumentValues, ruleByHand, shownBy } from '../../../src/effects/ruleByHand';
import { parseEffectRules } from '../../../src/effects/rules';

const PARTS = {
  task: 'shop.tasks.send_invoice',
  table: 'billing_invoice',
  key: 'id',
  argument: 'args[0]',
  column: 'sent_at',
} as const;

describe('effects/ruleByHand', () => {
  it('makes of every choice a rule that a file takes, and that is likely at most', () => {
    for (const by of ['time', 'flag', 'value', 'row'] as const) {
      const rule = ruleByHand({ ...PARTS, by });
      assert.deepEqual(parseEffectRules([rule], 'it'), [rule]);
      assert.equal(JSON.stringify(rule).includes('proven'), false);
      const says = [...rule.outcomes, ...(rule.noRow ? [rule.noRow] : [])].map((one) => one.says);
      assert.deepEqual(says, ['executed', 'not-executed'], by);
    }
  });

  it('compares a time with the task, because an older one is of another run', () => {
    assert.deepEqual(ruleByHand({ ...PARTS, by: 'time' }).outcomes[0]?.when, [
      { column: 'sent_at', atOrAfter: 'created_at' },
    ]);
    assert.deepEqual(
      ['boolean', 'timestamp with time zone', 'timestamp without time zone', 'text', 'integer'].map(shownBy),
      ['flag', 'time', 'time', 'value', 'value'],
    );
  });

  it('finds the arguments that a table can be searched for', () => {
    const values = argumentValues(
      '{"args": [7, null, "x", {"a": 1}, true], "kwargs": {"invoice_id": 9, "not a name": 1}}',
    );
    assert.deepEqual(values, [
      { place: 'args[0]', example: '7' },
      { place: 'args[2]', example: '"x"' },
      { place: 'kwargs.invoice_id', example: '9' },
    ]);
    for (const none of [null, '', 'null', '[]', '{"args": 5}', '{"args": ['])
      assert.deepEqual(argumentValues(none), []);
  });
});
