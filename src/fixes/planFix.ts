import { number } from '../base/numbers';
import type { Cause } from '../model/verdict';
import { cureScripts, indexScripts } from './cures';
import { dispatchScript } from './dispatch';
import { markDoneScripts } from './markDone';
import { type TimedOrigin, type TimedRow } from './update';
import type { FixCheck, FixPlan, FixRow, FixSubject } from '../model/fix';
import { Refusals } from './refusals';
import { scriptFor } from './scriptFor';

/** Rows of one script: 6 MB of text, which editors and database tools still open. The rest waits for the next check. */
export const MOST_ROWS = 100_000;

const NOT_SEARCHABLE =
  'There is no script for it: a script searches the broker before it dispatches, and RabbitMQ shows no message without changing it. Read the code of the task first. Then dispatch it by hand, as the recommendation says.';
const WITHOUT_TIME =
  'Its updated_at cannot be read, so a script could not tell whether the row has changed since the check.';
const NOT_EXACT = 'Its id is above 2^53, so a script could change another row.';
const TOO_MANY = `A script takes at most ${number(MOST_ROWS)} rows: run it, check again and generate the next one.`;

/**
 * What can be done for these rows, as documents for a person. Runs nothing, and asks nobody.
 * @param rows as `readFixRows` gives them: those that moved since the check are not among them
 * @param subject what they are, for the top of each script
 * @param moved how many rows of the subject are left out because they moved or are gone
 * @param now when the scripts are written; by it the inverse recognises what its script changed
 * @throws RangeError where a time of `check` or of a row is none of the Diagnosis
 */
export function planFix(
  check: FixCheck,
  rows: Iterable<FixRow>,
  subject: FixSubject,
  moved: number,
  now: Date,
): FixPlan {
  const refusals = new Refusals();
  const causes = new Set<Cause>();
  const done: TimedRow[] = [];
  const again: TimedRow[] = [];
  for (const row of rows) {
    if (row.cause !== undefined) causes.add(row.cause);
    const wanted = scriptFor(row) === 'done' ? done : scriptFor(row) === 'dispatch' ? again : undefined;
    if (wanted === undefined) refusals.add(row);
    else if (wanted === again && check.onRabbit) refusals.add(row, NOT_SEARCHABLE);
    else if (!Number.isSafeInteger(row.id)) refusals.add(row, NOT_EXACT);
    else if (!isTimed(row)) refusals.add(row, WITHOUT_TIME);
    else if (wanted.length >= MOST_ROWS) refusals.add(row, TOO_MANY);
    else wanted.push(row);
  }
  const refused = refusals.list();
  const all = refused.reduce((sum, { rows: many }) => sum + many, done.length + again.length);
  const originOf = (own: readonly TimedRow[]): TimedOrigin => ({
    check,
    subject,
    rows: own,
    moved,
    others: all - own.length,
    now,
  });
  return {
    scripts: [
      ...(done.length === 0 ? [] : markDoneScripts(originOf(done))),
      ...(again.length === 0 ? [] : [dispatchScript(originOf(again))]),
      ...cureScripts(causes, check.onRabbit === true),
      ...indexScripts(check.index ?? []),
    ],
    refused,
  };
}

function isTimed(row: FixRow): row is TimedRow {
  return row.updatedAt !== null;
}
