/** What the rules know of the effects of tasks: what a task left in the application's own tables, and how well a rule tells that. */
import type { RuleTest } from './ruleTest';
import type { SourceReport } from './sources';
import type { Seconds, StuckRow } from './stuckRow';

/**
 * What a task left, or did not leave, in the application's own tables: as much as a verdict needs, and no more than the rule earned in its
 * test. All rows of a task type of which a rule says the same share one.
 */
export interface EffectSign {
  readonly says: 'executed' | 'failed' | 'not-executed' | 'cannot-say';
  readonly strength: 'proven' | 'likely';
  /** Too few rows were known to test this claim of the rule on. */
  readonly untested?: true;
}

/** The same for a row that is shown. */
export interface EffectFinding extends EffectSign {
  /** What was seen, as a sentence. */
  readonly text: string;
}

/** Rows whose outcome is known apart from effects, by `module.name`: some thousands of a type at most, drawn by a hash of their ids. */
export interface KnownRows {
  /** They ran to a good end, as they record. */
  readonly finished: ReadonlyMap<string, readonly number[]>;
  /** They cannot have run. */
  readonly notRun: ReadonlyMap<string, readonly number[]>;
}

/** Looks for what tasks left in the application's tables. */
export interface EffectReader {
  readonly report: SourceReport;
  /**
   * Tries each rule on rows whose outcome is known: what it says from then on counts for what it earned. @param rivals finds other rows that
   * may have left the effect of these, by id; undefined where that is unknown @throws Problem
   */
  test(
    known: KnownRows,
    rivals: (ids: readonly number[]) => Promise<ReadonlyMap<number, Twin> | undefined>,
  ): Promise<void>;
  /** The tests. @param undetermined by sign, the rows whose verdict depends on it */
  tests(undetermined: ReadonlyMap<EffectSign, number>): readonly RuleTest[];
  /** The task types, as `module.name`, of rules that read a whole table for each question, whatever the number of rows in it. */
  readonly readingAll: ReadonlySet<string>;
  /** Asks those rules once about all these rows, in place of a question for each batch that `signs` gets. @throws Problem */
  ahead(rows: AsyncIterable<readonly StuckRow[]>): Promise<void>;
  /** By row id; rows that no rule speaks of are not in it. One query a rule, whose answer grows with the outcomes. @throws Problem */
  signs(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectSign>>;
  /** The same in words, for rows that are shown. @throws Problem */
  find(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectFinding>>;
}

/** Another row with the same type and arguments, made after this one. */
export interface Twin {
  readonly id: number;
  readonly status: string;
  readonly createdAt: Seconds;
}
