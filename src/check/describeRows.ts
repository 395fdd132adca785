/** Stage "describe": puts into words what was found of the rows that are shown, and of one row for each other outcome. */
import type { ResultRecord, RowFacts, ShownFacts, World } from '../model/facts';
import type { EffectFinding, EffectReader } from '../model/effectFacts';
import { explain } from '../verdicts/evidence';
import { judge, toReading, type Judgement } from '../verdicts/judge';
import { RULES } from '../causes/rules';
import type { RowDetails } from '../model/diagnosis';
import { wasRead, type SourceReport } from '../model/sources';
import type { Verification } from '../model/verdict';
import { examplesByType, type ExamplesOf } from './examples';
import type { RowCase, RowJudge } from './judgeRows';
import type { OtherRows } from './otherRows';

/** What verification adds to the details of a row. */
export type RowWords = Pick<RowDetails, 'celeryState' | 'verification'>;

/** The words of a check. */
export interface Described {
  /** By row id, for the rows that are shown. */
  readonly shown: ReadonlyMap<number, RowWords>;
  /** Rows that are not shown, one of each outcome that no shown row has. */
  readonly examples: ExamplesOf;
}

/** @throws Problem when the snapshot came to its end */
export async function describeRows(judging: RowJudge, effects: EffectReader, others: OtherRows): Promise<Described> {
  const { rows, tally } = judging;
  const chosen = judging.examples.choose(rows.types, (type) => tally.ofType(type).outcomes);
  const ids = chosen.map(({ id }) => id);
  const cases = chosen.map(({ words }) => words);
  const words = await inWords(cases, effects);
  const details = await others.examples(ids, rows.maskedKeys);
  return { shown: await inWords(judging.shown, effects), examples: examplesByType(chosen, details, words) };
}

/** Rows whose sentences are asked for at once. */
const ROWS = 2000;

/**
 * The words of these rows, by id. Only for these rows the sentence of an effect is asked for: for a verdict its sign was enough, or
 * did not count.
 * @param cases is empty afterwards, so that the facts are not kept beside their words
 * @throws Problem
 */
export async function inWords(cases: RowCase[], effects: EffectReader): Promise<Map<number, RowWords>> {
  const words = new Map<number, RowWords>();
  while (cases.length > 0) {
    const some = cases.splice(-ROWS);
    const findings = await effects.find(some.map(({ facts }) => facts.row));
    for (const { facts, world, judgement } of some) {
      const all = { ...facts, effect: effectOf(facts, findings) };
      // Where the message was seen, no effect was looked for (`collectFacts.ts`): the verdict stays, and a reading may be added.
      const again = facts.effect === null && all.effect !== null ? judge(all, world, RULES) : judgement;
      words.set(facts.row.id, wordsOf(all, world, again));
    }
  }
  return words;
}

/** The sign counts even where its sentence cannot be read any more. */
function effectOf({ row, effect }: RowFacts, findings: ReadonlyMap<number, EffectFinding>): EffectFinding | null {
  const unread = effect && { ...effect, text: 'Its effects in the database could not be read again.' };
  return findings.get(row.id) ?? unread;
}

function wordsOf(facts: ShownFacts, world: World, judgement: Judgement): RowWords {
  return { ...celeryState(facts.result, world.results), verification: verificationOf(facts, world, judgement) };
}

function verificationOf(facts: ShownFacts, world: World, judgement: Judgement): Verification {
  const { verdict, cause, confidence, readings } = judgement;
  return {
    verdict,
    ...(cause === undefined ? {} : { cause }),
    confidence,
    evidence: explain(facts, world, verdict),
    ...(readings.length === 0 ? {} : { readings: readings.map(toReading) }),
  };
}

/** Null is "no record"; absent is "not read", or a record that could not be decoded. */
function celeryState(record: ResultRecord | null, report: SourceReport): Pick<RowDetails, 'celeryState'> {
  if (record) return record.state === null ? {} : { celeryState: record.state };
  return wasRead(report) ? { celeryState: null } : {};
}
