import assert from 'node:assert/strict';
import { addRules } from '../../../src/effects/addRules';
import { ruleJson } from '../../../src/effects/ruleJson';
import { effectRulesOf } from '../../../src/effects/rulesFile';
import type { EffectRule } from '../../../src/model/effectRule';
import { problemOf } from '../../support/problems';

const rule = (task: string, more: Partial<EffectRule> = {}): EffectRule => ({
  task,
  table: 'billing_invoice',
  find: { id: ['args[0]', 'kwargs.invoice_id'] },
  outcomes: [
    {
      when: [{ column: 'sent_at', atOrAfter: 'created_at' }],
      says: 'executed',
      strength: 'proven',
      text: 'Invoice {id} was sent at {sent_at}.',
    },
    { when: [{ column: 'sent_at', null: true }], says: 'not-executed', text: 'Invoice {id} was never sent.' },
  ],
  ...more,
});
const A = rule('shop.tasks.a');
const B = rule('shop.tasks.b');
const read = (text: string) => effectRulesOf(text, 'the file');

describe('effects/addRules', () => {
  it('makes a file of its own where there is none, or an empty one', () => {
    for (const text of [undefined, '', ' \n', '\ufeff'])
      assert.deepEqual(read(addRules(text, [A, B], 'the file').text), [A, B]);
  });

  it('keeps short parts of a rule on one line', () => {
    const text = ruleJson(A);
    assert.deepEqual(JSON.parse(text), A);
    assert.match(text, /^ {2}"find": \{ "id": \["args\[0\]", "kwargs\.invoice_id"\] \},$/m);
    for (const line of text.split('\n')) assert.ok(line.length <= 150, line);
  });

  it('leaves every character of what a person wrote where it is', () => {
    const files = [
      `[\n    ${JSON.stringify(A)}\n]\n`,
      `{\n\t"$schema": "./x.json",\n\t"rules": [\n\t\t${JSON.stringify(A)}   \n\t]\n}`,
      `{ "rules": [ ${JSON.stringify(A)} ], "$schema": "x" }`,
      `\ufeff[\r\n  ${ruleJson(A, '  ').replaceAll('\n', '\r\n')}\r\n]\r\n`,
      '[]',
      '{ "rules": [\n] }\n',
    ];
    for (const text of files) {
      const { text: written, added } = addRules(text, [B], 'the file');
      assert.deepEqual(added, [B]);
      assert.deepEqual(read(written), [...read(text), B]);
      // What is new stands in one place.
      let same = 0;
      while (same < text.length && text[same] === written[same]) same++;
      const rest = text.slice(same);
      assert.ok(written.endsWith(rest), written);
      if (text.includes('\r\n')) assert.doesNotMatch(written, /(?<!\r)\n/, 'line breaks as before');
    }
  });

  it('indents as the file does', () => {
    const { text } = addRules(`[\n    ${JSON.stringify(A)}\n]\n`, [B], 'the file');
    assert.match(text, /,\n {4}\{\n {6}"task": "shop\.tasks\.b"/);
    const tabs = addRules(`{\n\t"rules": [\n\t\t${JSON.stringify(A)}\n\t]\n}`, [B], 'the file').text;
    assert.match(tabs, /,\n\t\t\{\n\t\t\t"task": "shop\.tasks\.b"/);
  });

  it('never changes a rule that is there: one more for the same task is left out', () => {
    const own = JSON.stringify([rule('shop.tasks.a', { table: 'own' })]);
    const again = addRules(own, [A, B], 'the file');
    assert.deepEqual([again.added, again.kept], [[B], [A]]);
    assert.deepEqual(addRules(own, [A], 'the file'), { text: own, added: [], kept: [A] });
  });

  it('refuses a file that holds no rules, and one that would hold too many', async () => {
    for (const text of ['{"a": 1}', 'x', '7']) {
      const problem = await problemOf(() => addRules(text, [A], 'the file'), 'invalid');
      assert.match(problem.message, /^the file/);
    }
    const many = Array.from({ length: 200 }, (_, index) => rule(`shop.tasks.t${String(index)}`));
    const problem = await problemOf(() => addRules(JSON.stringify(many), [A], 'the file'), 'invalid');
    assert.match(problem.message, /at most 200/);
  });
});
