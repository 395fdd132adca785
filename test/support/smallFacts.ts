/** Small facts and their combinations, for tests that ask every rule. */
import type { Claim } from '../../src/causes/claim';
import { RULES } from '../../src/causes/rules';
import type { RowFacts, ShownFacts, World } from '../../src/model/facts';
import { effect, facts, HOUR, NOW, row } from './facts';

/** Times of a row that was saved just before the check. */
export const YOUNG = { lastRun: NOW - 20, createdAt: NOW - 20, updatedAt: NOW - 20 };

/** Of a result: it was written just after the row's last run. */
export const LATELY = { doneAt: row().lastRun + 3 };

/** Another row that may have left the effect. */
export const RIVAL = { id: 8, status: 'DONE', createdAt: NOW - 999 * HOUR };

export const EFFECTS: readonly ShownFacts['effect'][] = [
  null,
  ...(['executed', 'failed', 'not-executed'] as const).flatMap((says) => [effect(says), effect(says, 'likely')]),
];

/** What is combined: one of each kind. */
export interface Kinds {
  readonly rows: readonly RowFacts['row'][];
  readonly messages: readonly RowFacts['messages'][];
  readonly tasks: readonly RowFacts['tasks'][];
  readonly results: readonly RowFacts['result'][];
  /** With an effect; without one there is no rival. */
  readonly rivals: readonly RowFacts['rival'][];
}

/** Every combination with every effect. The effect of a row whose message or run was seen is never looked for. */
export function* combined({ rows, messages, tasks, results, rivals }: Kinds): Generator<RowFacts> {
  for (const of of rows)
    for (const some of messages)
      for (const task of tasks)
        for (const result of results)
          for (const found of EFFECTS) {
            if (found !== null && some.length + task.length > 0) continue;
            for (const rival of found === null ? [null] : rivals)
              yield facts({ row: of, messages: some, tasks: task, result, effect: found, rival });
          }
}

/** What all rules claim of a row, each claim with its rule's name. */
export function* claimsOf(of: RowFacts, around: World): Generator<readonly [rule: string, claim: Claim]> {
  for (const rule of RULES) {
    const claimed = rule.apply(of, around);
    for (const claim of claimed === undefined ? [] : [claimed].flat()) yield [rule.name, claim];
  }
}
