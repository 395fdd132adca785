/** Stage "complete": adds to some rows what other rows of the table say of them, and judges these too. */
import type { RowFacts, World } from '../model/facts';
import { mayBeDoneByTwin, mayHaveRival, type IncompleteRow, type RowJudge } from './judgeRows';
import type { OtherRows } from './otherRows';

/** Looks for the twins and rivals of rows that wait for them, and judges these rows. @throws Problem when the snapshot came to its end */
export async function completeRows(
  incomplete: readonly IncompleteRow[],
  world: World,
  judging: RowJudge,
  others: OtherRows,
): Promise<void> {
  const { shown } = judging.rows;
  const idsOf = (isMeant: (facts: RowFacts) => boolean): number[] =>
    incomplete.filter(({ facts }) => isMeant(facts)).map(({ facts }) => facts.row.id);
  const twins = await others.twins(idsOf((facts) => mayBeDoneByTwin(facts, shown)));
  const rivals = await others.rivals(idsOf(mayHaveRival));
  for (const { facts, counted } of incomplete) {
    const { id } = facts.row;
    const rival = mayHaveRival(facts) ? (rivals ? (rivals.get(id) ?? null) : 'unsearched') : null;
    judging.add({ ...facts, twin: twins.get(id) ?? null, rival }, world, counted);
  }
  judging.count();
}
