import { foreignWords } from '../base/foreignWords';
import type { Row, Snapshot } from '../ports/database';
import type { SourceGap } from '../model/sources';
import type { ScanStatement } from './statement';

export type Attempt<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Runs queries that may fail (a right that is missing, an odd type, the statement timeout) without spoiling the snapshot's
 * transaction: what was read before stays readable, in the same state of the database.
 * @param settings `set local ...` for these queries only: they end with the savepoint, to which it goes back in any case
 * @returns the answer, or why there is none
 * @throws when the snapshot itself came to its end: cancelled, or the connection lost
 */
export async function attempt<T>(snapshot: Snapshot, work: () => Promise<T>, settings = ''): Promise<Attempt<T>> {
  await snapshot.query(`savepoint attempt; ${settings}`);
  let outcome: Attempt<T>;
  try {
    outcome = { value: await work() };
  } catch (error) {
    outcome = { error };
  }
  await snapshot.query(BACK);
  return outcome;
}

/**
 * The same for questions that are known beforehand: all are sent at once, so that the server goes on while we work, and whatever is asked
 * next stands behind all of them.
 * @returns the answers of those before the first that failed, and why that one did
 */
export async function attemptAll(
  snapshot: Snapshot,
  questions: readonly Pick<ScanStatement, 'text' | 'values'>[],
  settings = '',
): Promise<{ readonly answers: readonly Row[][]; readonly error?: unknown }> {
  const sent = [
    snapshot.query(`savepoint attempt; ${settings}`),
    ...questions.map(({ text, values }) => snapshot.query(text, values)),
    snapshot.query(BACK),
  ];
  const [, ...outcomes] = await Promise.allSettled(sent);
  const back = outcomes.pop();
  if (back?.status === 'rejected') throw back.reason;
  const answers: Row[][] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') return { answers, error: outcome.reason };
    answers.push(outcome.value);
  }
  return { answers };
}

/**
 * The same for one question that hardly ever fails: it costs one message more and no wait. Its savepoint stays, which is nothing in a
 * transaction that writes nothing, and is replaced by the next of its name.
 * @param name of the savepoint, for SQL
 */
export async function guarded(
  snapshot: Snapshot,
  name: string,
  { text, values }: Pick<ScanStatement, 'text' | 'values'>,
): Promise<Attempt<Row[]>> {
  const [guard, answer] = await Promise.allSettled([snapshot.query(`savepoint ${name}`), snapshot.query(text, values)]);
  if (guard.status === 'rejected') throw guard.reason;
  if (answer.status === 'fulfilled') return { value: answer.value };
  await snapshot.query(`rollback to savepoint ${name}`);
  return { error: answer.reason };
}

const BACK = 'rollback to savepoint attempt; release savepoint attempt';

/** A permission that is missing: SQLSTATE 42501, insufficient_privilege. */
export function isForbidden(error: unknown): boolean {
  return codeOf(error) === '42501';
}

/**
 * More than the server can make of one value, or keep: program_limit_exceeded, out_of_memory, and what it says where it asks itself for too
 * much (src/backend/utils/mmgr/mcxt.c). Asked for less, it answers.
 */
export function isTooLarge(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '54000' || code === '53200' || code === 'ERR_STRING_TOO_LONG') return true;
  return code === 'XX000' && error instanceof Error && /invalid (memory alloc|DSA memory)/.test(error.message);
}

/** A failure of one statement as the end of a sentence, bounded, and without the data that the server's own words may quote. */
export function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case '57014':
      return 'it took longer than the statement timeout';
    case '42501':
      return 'this role may not read what it needs';
    case '55P03':
      return 'another session holds a lock';
    case '54000':
    case '53200':
      return 'its answer is larger than the server can make';
    default:
      return foreignWords(error);
  }
}

/** The gap that such a failure leaves. @param says the clause that tells of it, with `reasonOf` in it */
export function failureGap(error: unknown, says: string): SourceGap {
  switch (codeOf(error)) {
    case '57014':
      return { kind: 'slow', setting: 'celeryTasks.statementTimeout', says };
    case '42501':
      return { kind: 'forbidden', says };
    case '54000':
    case '53200':
      return { kind: 'too-large', says };
    default:
      return { kind: 'other', says };
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
