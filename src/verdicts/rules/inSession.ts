import type { RowFacts, RowTouch, SessionSave, World } from '../../evidence/facts';
import { constant, type Claim, type Rule } from '../claim';
import { begun, publishedNotBegun, recordedStatus } from '../fingerprints';

/** Between the clocks of a worker's host, which writes updated_at, and of the database. */
const CLOCK_SECONDS = 60;

const DECIDED_BY = 'looking again, or asking the workers';
const runs = (confidence: Claim['confidence'], why: string): Claim =>
  constant({ verdict: 'running', confidence, why, decidedBy: DECIDED_BY });

const IN_TRANSACTION = runs(
  'proven',
  'A session of PostgreSQL has saved it before its body, in a transaction that has not ended.',
);
const HAS_SESSION = runs(
  'likely',
  'A session of PostgreSQL has saved it before its body as its last statement, and is still connected.',
);
const MAY_HAVE_SESSION = runs(
  'possible',
  'A session of PostgreSQL has saved it before its body as its last statement, but sessions may outlive what they did.',
);
const CHANGING = runs(
  'likely',
  'A transaction that has not ended has changed its row: its body may be that transaction.',
);
const MAY_BE_CHANGING = runs('possible', 'A transaction that has not ended has changed or locked its row.');
const SINCE = runs('possible', 'Its row was changed or locked after the snapshot of this check.');

const ROLLED_BACK = constant<Claim>({
  verdict: 'failed',
  confidence: 'likely',
  ifNowhere: 'anywhere',
  why: 'Its body began in a transaction that was rolled back: its process ended, or it raised an exception without a text.',
  decidedBy: 'the log of the worker at its last run',
});
const MAY_BE_ROLLED_BACK = constant<Claim>({
  ...ROLLED_BACK,
  confidence: 'possible',
  why: 'The last transaction that changed or locked its row was rolled back.',
});

const ended = (verdict: 'finished' | 'failed', why: string): Claim =>
  constant({
    verdict,
    confidence: 'likely',
    why,
    decidedBy: 'looking again, or the log of the worker at its last run',
  });
const DONE = ended('finished', 'A session of PostgreSQL saved it as DONE, and its row does not say that.');
const FAILED = ended('failed', 'A session of PostgreSQL saved it as ERROR or ABORTED, and its row does not say that.');
const MAY_BE_DONE = constant<Claim>({ ...DONE, confidence: 'possible' });
const MAY_BE_FAILED = constant<Claim>({ ...FAILED, confidence: 'possible' });

/**
 * What PostgreSQL's sessions and transactions show of a row. A live session whose last statement is the save before its body has a body
 * that runs, unless the application or a pooler keeps sessions after their work: see `SessionSave`. A row's own transaction says more,
 * because no kept session is in one. That no session shows a row means nothing.
 */
export const inSession: Rule = {
  name: 'in-session',
  situations: [6, 7, 10, 15, 16],
  needs: ['session'],
  apply: (facts, world) => {
    const { row, session } = facts;
    if (!session || recordedStatus(row)) return undefined;
    const claims: Claim[] = [];
    for (const save of session.saves) {
      const claim = ofSave(save, facts, world);
      if (claim) claims.push(claim);
    }
    const touched = session.touch && ofTouch(session.touch, facts);
    if (touched) claims.push(touched);
    return claims;
  },
};

function ofSave(save: SessionSave, facts: RowFacts, { sessions }: World): Claim | undefined {
  const { row, session } = facts;
  // The row was saved after that by somebody else, or the clocks are that far apart.
  const isLast = row.updatedAt === null || save.at >= row.updatedAt - CLOCK_SECONDS;
  if (save.save === 'done' || save.save === 'failed') {
    if (save.save === 'done') return isLast ? DONE : MAY_BE_DONE;
    return isLast ? FAILED : MAY_BE_FAILED;
  }
  // A run sets current_page to 1 at least; the admin's Resume does not.
  const begins = save.save === 'before-body' && save.wholeRow && row.currentPage !== 0;
  if (save.state === 'in-transaction' && begins) {
    const { state, by, alone } = session?.touch ?? {};
    if (state === 'in-progress' && by === 'change' && alone === true) return IN_TRANSACTION;
    return sessions.doubt === null ? HAS_SESSION : MAY_HAVE_SESSION;
  }
  // The body raises RetryTask to ask for a retry, so with that message it has ended.
  if (hasRetry(facts)) return undefined;
  const sure = begins && isLast && sessions.doubt === null && (save.first || save.state === 'active');
  return sure ? HAS_SESSION : MAY_HAVE_SESSION;
}

/** A message of the library's next attempt. */
function hasRetry({ row, messages }: RowFacts): boolean {
  return messages.some(({ libraryAttempts }) => libraryAttempts !== null && libraryAttempts >= (row.attempts ?? 1));
}

function ofTouch({ state, by, alone }: RowTouch, { row }: RowFacts): Claim | undefined {
  // The save before the body of a transaction is not visible until that ends, nor ever when it is rolled back.
  const inTransaction = begun(row) && row.message === 'null' && row.currentPage !== 0 && alone;
  switch (state) {
    case 'in-progress':
      if (by === 'lock') return undefined;
      return inTransaction && by === 'change' ? CHANGING : MAY_BE_CHANGING;
    case 'since':
      return SINCE;
    case 'rolled-back':
      if (inTransaction) return ROLLED_BACK;
      return begun(row) || publishedNotBegun(row) ? MAY_BE_ROLLED_BACK : undefined;
  }
}
