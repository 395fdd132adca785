import assert from 'node:assert/strict';
import { draftRules } from '../../../src/check/draftRules';
import type { CandidateRule, CodeFound } from '../../../src/effects/drafts/candidate';
import type { EffectRule } from '../../../src/model/effectRule';
import type { RuleDraft } from '../../../src/model/ruleTest';
import { assertForPeople } from '../../support/problems';
import { schemaErrors } from '../../support/schema';

const TYPE = { taskModule: 'shop.tasks', taskName: 'send' };

function candidate(column: string, more: Partial<EffectRule> = {}): CandidateRule {
  const rule: EffectRule = {
    task: 'shop.tasks.send',
    table: 'shop_order',
    find: { id: 'args[0]' },
    outcomes: [{ when: [{ column, atOrAfter: 'created_at' }], says: 'executed', text: 'x' }],
    ...more,
  };
  const place = { file: 'memory:tasks.py', line: 0, column: 0 };
  return { rule, from: 'code', why: [{ says: 'It sets it.', file: 'shop/tasks.py', line: 1 }], places: [place] };
}

/** Drafts without a connection. */
async function drafts(found: Omit<CodeFound, 'parameters' | 'followed'> | undefined): Promise<RuleDraft[]> {
  const code = found && { candidates: () => Promise.resolve({ parameters: [], followed: true, ...found }) };
  const request = { types: [TYPE], code, hours: 1, statuses: ['SCHEDULED'], table: 'task_manager_taskmanager' };
  const made = await draftRules(undefined, request, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  assert.deepEqual(schemaErrors({ schemaVersion: 1, drafts: made }, 'rule-drafts'), []);
  for (const { because } of made) assertForPeople(because ?? '');
  return made;
}

describe('check/draftRules', () => {
  it('offers the best of the code untested where nothing is connected, one for each value that rules are about', async () => {
    const where = [{ argument: 'args[1]', equals: 'mail' }] as const;
    const made = await drafts({
      candidates: [candidate('a'), candidate('b'), candidate('c', { where }), candidate('d', { where })],
    });
    assert.deepEqual(
      made.map(({ rules, tested, because }) => [
        JSON.stringify(rules[0]?.outcomes[0]?.when).slice(12, 13),
        tested,
        because,
      ]),
      ['a', 'c'].map((column) => [column, undefined, 'The rule is not tested, because no database was read.']),
    );
    assert.deepEqual(made[0]?.why, [{ says: 'It sets it.', file: 'shop/tasks.py', line: 1 }]);
  });

  it('says why there is no draft', async () => {
    const [without] = await drafts(undefined);
    assert.deepEqual([without?.rules, without?.because], [[], 'There is no code to draft a rule from.']);
    const [none] = await drafts({ candidates: [], because: 'It leaves nothing.' });
    assert.deepEqual([none?.rules, none?.because], [[], 'It leaves nothing.']);
  });
});
