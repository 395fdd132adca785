/**
 * Asks rules about rows: for each 10,000 rows one question a rule, all of them under one savepoint. A rule that reads a table in full is
 * asked once of all rows.
 */
import type { Row, Snapshot } from '../ports/database';
import { attemptAll, isTooLarge } from '../sql/savepoint';
import type { UsableRule } from './usableRule';

/** Ids a query: one answer stays small, and a cancel is soon heard. */
const BATCH = 10_000;

/**
 * Rows are looked up by an index where there is one, and the table is not read for each batch, which the scan's own settings (parallel
 * workers at no cost) make the planner prefer: measured, 10,000 ids in a table of 500,000 rows take 150 ms instead of 340-890 ms.
 */
const BY_INDEX = `set local enable_seqscan = off; set local random_page_cost = 1.1;
  set local max_parallel_workers_per_gather = 0; set local jit = off`;

/** Ids a query that reads a table in full, so that their number hardly matters. */
const ALL = 200_000;

/**
 * One pass over the table, whose rows are hashed or looked up in the hashed ids. The planner's own guess of how many rows fit may be far
 * too small, and a pass for each id would take hours.
 */
const IN_ONE_PASS = `set local enable_seqscan = on; set local enable_hashjoin = on; set local enable_nestloop = off;
  set local work_mem = '64MB'; set local max_parallel_workers_per_gather = 0; set local jit = off`;

/** Which of a rule's two queries. */
export type Form = 'outcomes' | 'words';

/** A rule, with whatever the caller knows it by. */
interface Asked {
  readonly usable: UsableRule;
}

export interface Answers<T> {
  /** Gets what a rule's question answered. */
  readonly tell: (asked: T, answers: readonly Row[]) => void;
  /** Gets the error of a question. The rule is asked no more. */
  readonly failed: (asked: T, error: unknown) => void;
}

/** One rule and the rows that are asked for, at most `BATCH` or `ALL`. */
interface Question<T> {
  readonly asked: T;
  readonly ids: readonly number[];
  /** Without the values that a sentence would show. */
  readonly valueless?: boolean;
}

/**
 * Asks each rule about its rows.
 * @param idsOf a query that fails ends the questions to its rule; what others say stands
 * @throws Problem when the snapshot itself failed
 */
export async function askRules<T extends Asked>(
  snapshot: Snapshot,
  idsOf: ReadonlyMap<T, readonly number[]>,
  form: Form,
  answers: Answers<T>,
): Promise<void> {
  const closed = new Set<UsableRule>();
  const told: Answers<T> = {
    ...answers,
    failed: (asked, error) => {
      closed.add(asked.usable);
      answers.failed(asked, error);
    },
  };
  const isOpen = ({ asked }: Question<T>): boolean => !closed.has(asked.usable);
  const reading = [...idsOf].filter(([{ usable }]) => usable.readsAll);
  const quick = [...idsOf].filter(([{ usable }]) => !usable.readsAll);
  for (const part of [...parts(reading, ALL), ...parts(quick, BATCH)]) {
    let open = part.filter(isOpen);
    while (open.length > 0) open = (await ask(snapshot, open, form, told)).filter(isOpen);
  }
}

/**
 * Asks under one savepoint, which halves the round trips, until one fails.
 * @returns those behind the one that failed, and that one in smaller parts where its answer was only too large
 */
async function ask<T extends Asked>(
  snapshot: Snapshot,
  questions: readonly Question<T>[],
  form: Form,
  { tell, failed: report }: Answers<T>,
): Promise<Question<T>[]> {
  const { answers, error } = await attemptAll(
    snapshot,
    questions.map(({ asked: { usable }, ids, valueless = false }) => ({
      text: usable.query[valueless ? 'outcomes' : form],
      values: [ids, ...usable.query.values],
    })),
    questions[0]?.asked.usable.readsAll === true ? IN_ONE_PASS : BY_INDEX,
  );
  for (const [place, { asked, valueless }] of questions.entries()) {
    const answer = answers[place];
    if (answer) tell(asked, valueless ? answer.flatMap(oneById) : answer);
  }
  const failed = questions[answers.length];
  if (!failed) return [];
  const rest = questions.slice(answers.length + 1);
  // A value that is too large to be shown costs its words, and not what the rule says of any row.
  if (form === 'words' && !failed.valueless && isTooLarge(error)) return [...rest, ...alone(failed)];
  report(failed.asked, error);
  return rest;
}

/** The ids of an answer of the form `outcomes`. */
export function idsIn({ ids }: Row): number[] {
  return (ids ?? '').split(',').map(Number);
}

/** The same question in halves; of one row, without its values. */
function alone<T>({ asked, ids }: Question<T>): Question<T>[] {
  if (ids.length <= 1) return [{ asked, ids, valueless: true }];
  const half = Math.ceil(ids.length / 2);
  return [ids.slice(0, half), ids.slice(half)].map((some) => ({ asked, ids: some }));
}

/** An answer of the other form as rows of this one, which have no values. */
function oneById({ ids, outcome }: Row): Row[] {
  return (ids ?? '').split(',').map((id) => ({ id, outcome: outcome ?? null }));
}

/** What is asked one after the other: of each rule one question at a time. */
function* parts<T>(idsOf: readonly (readonly [T, readonly number[]])[], size: number): Generator<Question<T>[]> {
  const most = Math.max(0, ...idsOf.map(([, ids]) => ids.length));
  for (let start = 0; start < most; start += size) {
    yield idsOf
      .filter(([, ids]) => ids.length > start)
      .map(([asked, ids]) => ({ asked, ids: ids.slice(start, start + size) }));
  }
}
