import type { FixCheck, FixPlan, FixRow, FixSubject } from './model';

/**
 * What can be done for these rows, as documents for a person. Runs nothing, and asks nobody.
 * @param rows as `readFixRows` gives them: those that moved since the check are not among them
 * @param moved how many of the asked rows are left out because they moved or are gone
 * @param now when the scripts are written; with it the inverse recognises what its script changed
 */
export function planFix(
  check: FixCheck,
  rows: Iterable<FixRow>,
  subject: FixSubject,
  moved: number,
  now: Date,
): FixPlan {
  void check;
  void subject;
  void moved;
  void now;
  void [...rows];
  return { scripts: [], refused: [] };
}
