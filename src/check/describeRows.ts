/** Puts into words what was found of the rows that are shown. */
import type { EffectFinding, EffectReader, ResultRecord, RowFacts, ShownFacts, World } from '../model/facts';
import { explain } from '../verdicts/evidence';
import { judge, toReading, type Judgement } from '../verdicts/judge';
import { RULES } from '../causes/rules';
import type { Sample, SourceReport } from '../model/diagnosis';
import type { Verification } from '../model/verdict';

/** What is shown of one row. */
export type Shown = Pick<Sample, 'celeryState' | 'verification'>;

/** A row that was judged, with all that its words are made of. */
export interface JudgedCase {
  readonly facts: RowFacts;
  readonly world: World;
  readonly judgement: Judgement;
}

/** Rows whose sentences are asked for at once. */
const ROWS = 2000;

/**
 * The words of these rows, by id. What an effect is in words is asked for these alone: for a verdict its sign was enough, or did not count.
 * @param cases is empty afterwards: what words are made of is not kept beside them
 * @throws Problem
 */
export async function inWords(cases: JudgedCase[], effects: EffectReader): Promise<Map<number, Shown>> {
  const shown = new Map<number, Shown>();
  while (cases.length > 0) {
    const some = cases.splice(-ROWS);
    const findings = await effects.find(some.map(({ facts }) => facts.row));
    for (const { facts, world, judgement } of some) {
      const all = { ...facts, effect: told(facts, findings) };
      // It was not looked for where the message was seen (`gathering.ts`): the verdict stands, a reading may be added.
      const again = facts.effect === null && all.effect !== null ? judge(all, world, RULES) : judgement;
      shown.set(facts.row.id, shownOf(all, world, again));
    }
  }
  return shown;
}

/** The sign stands also where its sentence cannot be read any more. */
function told({ row, effect }: RowFacts, findings: ReadonlyMap<number, EffectFinding>): EffectFinding | null {
  const unread = effect && { ...effect, text: 'What it left in the database could not be read once more.' };
  return findings.get(row.id) ?? unread;
}

function shownOf(facts: ShownFacts, world: World, judgement: Judgement): Shown {
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
function celeryState(record: ResultRecord | null, report: SourceReport): Pick<Sample, 'celeryState'> {
  if (record) return record.state === null ? {} : { celeryState: record.state };
  return report.state === 'ok' ? { celeryState: null } : {};
}
