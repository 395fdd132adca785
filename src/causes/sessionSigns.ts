/** What the sessions and transactions of PostgreSQL say of a row, and how surely: for the rule and for the sentences of its evidence. */
import type { Confidence, Verdict } from '../model/verdict';
import type { RowFacts, World } from '../model/facts';
import type { RowTouch, SessionSave } from '../model/sessionFacts';
import { begun, CLOCK_SECONDS, retried } from './helpers';

export interface Sign {
  readonly verdict: Extract<Verdict, 'running' | 'finished' | 'failed'>;
  readonly confidence: Confidence;
}

/** @returns null: nothing */
export function signOfSave(save: SessionSave, facts: RowFacts, { sessions }: World): Sign | null {
  const { row, session } = facts;
  // Else the row was saved after that by somebody else, or the clocks are that far apart.
  const isLast = row.updatedAt === null || save.at >= row.updatedAt - CLOCK_SECONDS;
  if (save.save === 'done' || save.save === 'failed')
    return { verdict: save.save === 'done' ? 'finished' : 'failed', confidence: isLast ? 'likely' : 'possible' };
  // A run sets current_page to 1 at least; the admin's Resume does not.
  const begins = save.save === 'before-body' && save.wholeRow && row.runs.begunByRun;
  if (save.state === 'in-transaction' && begins) {
    const { state, by, alone } = session?.touch ?? {};
    if (state === 'in-progress' && by === 'change' && alone === true) return runs('proven');
    return runs(sessions.doubt === null ? 'likely' : 'possible');
  }
  // The body raises RetryTask to ask for a retry, so with that message it has ended.
  if (hasRetry(facts)) return null;
  // Success after a retry is never saved, and most such rows are stuck for that: nothing less than a transaction tells them from one at work.
  const atWork = save.state === 'active' || (save.closes && !retried(row));
  return runs(begins && isLast && atWork && sessions.doubt === null ? 'likely' : 'possible');
}

/** @returns null: nothing */
export function signOfTouch(touch: RowTouch, { row }: RowFacts): Sign | null {
  // The save before the body of a transaction is not visible until that ends, nor ever when it is rolled back. A batch touches many rows.
  const inTransaction = begun(row) && !row.runs.bodyEntered && row.runs.begunByRun && touch.alone;
  switch (touch.state) {
    case 'in-progress':
      if (touch.by === 'lock') return null;
      return runs(inTransaction && touch.by === 'change' ? 'likely' : 'possible');
    case 'since':
      return runs('possible');
    case 'rolled-back':
      return { verdict: 'failed', confidence: inTransaction ? 'likely' : 'possible' };
  }
}

function runs(confidence: Confidence): Sign {
  return { verdict: 'running', confidence };
}

/** A message of the library's next attempt. */
function hasRetry({ row, messages }: RowFacts): boolean {
  return messages.some(({ libraryAttempts }) => libraryAttempts !== null && libraryAttempts >= (row.attempts ?? 1));
}
