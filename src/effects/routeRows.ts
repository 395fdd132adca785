/** Asks the database which of a task type's rules covers each row, where there are several. */
import type { Snapshot } from '../ports/database';
import { attemptAll } from '../sql/savepoint';
import type { Relation } from '../sql/relation';
import type { CommonColumns } from '../tables/table';
import { BATCH, BY_INDEX } from './askRules';
import { addCovered, coverQuery, routed, type Chains } from './chains';

/** Where the rows are. */
export interface RowsPlace {
  /** Names of the task table's columns. */
  readonly columns: CommonColumns;
  readonly task: Relation;
}

/**
 * The rows by the rule that covers them. A row that no rule covers, or one that cannot be used, is in none.
 * @param idsOf ids by `module.name`
 * @param failed gets the error of a type whose arguments could not be compared: none of its rows is in the answer that was not before
 * @throws Problem when the snapshot itself failed
 */
export async function routeRows<Usable>(
  snapshot: Snapshot,
  { columns, task }: RowsPlace,
  idsOf: ReadonlyMap<string, readonly number[]>,
  chains: Chains<Usable>,
  failed: (type: string, error: unknown) => void,
): Promise<ReadonlyMap<Usable, number[]>> {
  const { clear, unclear } = routed(idsOf, chains);
  for (const [type, ids] of unclear) {
    const chain = chains.get(type) ?? [];
    if (chain.every(({ usable }) => usable === undefined)) continue;
    const rules = chain.map(({ rule }) => rule);
    const { text, values } = coverQuery(rules, columns, task);
    for (let start = 0; start < ids.length; start += BATCH) {
      const question = { text, values: [ids.slice(start, start + BATCH), ...values] };
      const { answers, error } = await attemptAll(snapshot, [question], BY_INDEX);
      if (!answers[0]) {
        failed(type, error);
        break;
      }
      addCovered(clear, chain, answers[0]);
    }
  }
  return clear;
}
