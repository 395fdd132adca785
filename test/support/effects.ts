/** What rules about effects say of tasks in a real database. */
import assert from 'node:assert/strict';
import { openEffects } from '../../src/effects/openEffects';
import { parseEffectRules } from '../../src/effects/rules';
import type { EffectRule } from '../../src/model/effectRule';
import type { EffectFinding } from '../../src/model/effectFacts';
import type { SourceReport } from '../../src/model/sources';
import { findTable } from '../../src/tables/findTable';
import { stuckRowsById } from '../../src/tables/taskManager/stuckRows';
import { inSnapshot } from './scans';
import { TABLE } from './taskTable';
import { UNTESTED } from './knownRows';

export const TASK = 'shop.tasks.send';

export interface Answer {
  readonly findings: ReadonlyMap<number, EffectFinding>;
  readonly report: SourceReport;
  readonly statements: readonly string[];
}

/** What the rules say of the rows with these ids; the statements are those of `find`. */
export async function ask(
  url: string,
  rules: unknown,
  ids: readonly number[] = [1],
  options: { table?: string; maskedKeys?: readonly string[] } = {},
): Promise<Answer> {
  const parsed = parseEffectRules(rules, 'rules');
  return inSnapshot(url, async (snapshot, statements) => {
    const table = await findTable(snapshot, options.table ?? TABLE);
    const reader = await openEffects(snapshot, table, parsed, options.maskedKeys);
    const rows = await stuckRowsById(snapshot, table, ids);
    statements.length = 0;
    const findings = untestedFindings(await reader.find(rows));
    const answer = { findings, report: reader.report, statements: [...statements] };
    // For a verdict the same is asked without words.
    const signs = [...findings].map(
      ([id, { says, strength }]) =>
        [id, { says, strength, ...(says === 'cannot-say' ? {} : { untested: true as const }) }] as const,
    );
    assert.deepEqual(
      new Map([...(await reader.signs(rows))].sort(([a], [b]) => a - b)),
      new Map(signs.sort(([a], [b]) => a - b)),
    );
    return answer;
  });
}

/** Nothing is known here that a rule could be tested on, which each finding says once. */
export function untestedFindings(findings: ReadonlyMap<number, EffectFinding>): ReadonlyMap<number, EffectFinding> {
  return new Map(
    [...findings].map(([id, { untested, text, ...finding }]) => {
      assert.equal(untested, finding.says === 'cannot-say' ? undefined : true);
      assert.equal(UNTESTED.test(text), untested === true, text);
      return [id, { ...finding, text: text.replace(UNTESTED, '') }];
    }),
  );
}

/** A rule that shows its row's `note`, with other fields. */
export function rule(fields: Partial<EffectRule> = {}): EffectRule {
  return {
    task: TASK,
    table: 'effect',
    find: { id: ['args[0]', 'kwargs.effect_id'] },
    outcomes: [{ says: 'executed', text: '{note}' }],
    ...fields,
  };
}
