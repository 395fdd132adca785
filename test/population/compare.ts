/** Holds verdicts against the truth. */
import type { RowDetails } from '../../src/model/diagnosis';
import { choiceInWords, type Checked } from './check';
import type { Place } from './truth';
import type { TruthOfRow } from './world';

/** One verdict beside the truth. */
export interface Compared {
  /** The world, its state and how it was checked. */
  readonly where: string;
  readonly truth: TruthOfRow;
  readonly sample: RowDetails;
  /** `right`: decided, and so it is; `open`: unknown, the truth is among its readings; else a fault of the check. */
  readonly how: 'right' | 'open' | 'wrong' | 'without the truth' | 'missing' | 'out of bounds';
}

export function compare(where: string, checked: Checked, truths: ReadonlyMap<number, TruthOfRow>): Compared[] {
  const place = `${where}, ${choiceInWords(checked.choice)}`;
  return [...truths.values()].map((truth) => {
    const sample = checked.samples.get(truth.id);
    if (sample?.verification === undefined) return { where: place, truth, sample: NOTHING, how: 'missing' };
    return { where: place, truth, sample, how: howIs(sample.verification, truth) };
  });
}

/**
 * What the broker's numbers say of each type, beside where the messages of its rows are. @param truths of all rows, at one moment
 * @returns how many bounds there were, and one row of each type whose bound is wrong
 */
export function compareBounds(
  where: string,
  { choice, types }: Checked,
  truths: ReadonlyMap<number, TruthOfRow>,
): { readonly bounded: number; readonly wrong: readonly Compared[] } {
  const wrong: Compared[] = [];
  let bounded = 0;
  for (const { taskName, bounds } of types) {
    if (bounds === undefined) continue;
    bounded++;
    const rows = [...truths.values()].filter(({ task }) => task === taskName);
    const have = (...places: readonly Place['where'][]): number =>
      rows.filter((row) => row.places.some((place) => places.includes(place.where))).length;
    const holds =
      have('queue') <= bounds.waitingAtMost &&
      rows.length - have('queue', 'memory', 'starting') >= bounds.nowhereAtLeast;
    const [truth] = rows;
    if (truth === undefined || holds) continue;
    const because = `${JSON.stringify(bounds)} of ${String(rows.length)} rows, ${String(have('queue'))} wait`;
    wrong.push({
      where: `${where}, ${choiceInWords(choice)}`,
      truth: { ...truth, because },
      sample: NOTHING,
      how: 'out of bounds',
    });
  }
  return { bounded, wrong };
}

function howIs(
  { verdict, readings = [] }: NonNullable<RowDetails['verification']>,
  { right }: TruthOfRow,
): Compared['how'] {
  if (verdict !== 'unknown') return right.includes(verdict) ? 'right' : 'wrong';
  return readings.some((reading) => right.includes(reading.verdict)) ? 'open' : 'without the truth';
}

/** In place of a row that the check did not show. */
const NOTHING = {} as RowDetails;

/** Whether the check may not say that. */
export function isFault({ how }: Compared): boolean {
  return how !== 'right' && how !== 'open';
}

/** Of likely verdicts, where nothing tells: an effect that was removed, a process that ended between its body and the last save. */
const MOST_WRONG = 0.02;
/** Of unknown ones. */
const MOST_WITHOUT = 0.01;
/** In few rows one is more than its share. */
const AT_LEAST = 2;

/** What may not be: a proven verdict that is wrong, and more than a few of the others. Empty where all is well. */
export function complaints(all: readonly Compared[]): string[] {
  const of = (is: (one: NonNullable<RowDetails['verification']>) => boolean): readonly Compared[] =>
    all.filter(({ sample: { verification } }) => verification !== undefined && is(verification));
  const proven = of(({ verdict, confidence }) => verdict !== 'unknown' && confidence === 'proven');
  const likely = of(({ verdict, confidence }) => verdict !== 'unknown' && confidence !== 'proven');
  const open = of(({ verdict }) => verdict === 'unknown');
  const wrong = (some: readonly Compared[]): number => some.filter(isFault).length;
  const most = (some: readonly Compared[], part: number): number => Math.max(AT_LEAST, part * some.length);
  const out: string[] = [];
  const missing = all.filter(({ how }) => how === 'missing').length;
  const outside = all.filter(({ how }) => how === 'out of bounds').length;
  if (outside > 0) out.push(`${String(outside)} bounds are wrong`);
  if (missing > 0) out.push(`${String(missing)} rows were not shown`);
  if (wrong(proven) > 0) out.push(`${String(wrong(proven))} of ${String(proven.length)} proven verdicts are wrong`);
  if (wrong(likely) > most(likely, MOST_WRONG))
    out.push(`${String(wrong(likely))} of ${String(likely.length)} likely verdicts are wrong`);
  if (wrong(open) > most(open, MOST_WITHOUT))
    out.push(
      `${String(wrong(open))} of ${String(open.length)} unknown ones do not have the truth among their readings`,
    );
  return out;
}

/** The same fault of many rows is one kind: what was said, and what was true. */
export function kindOf({ how, truth, sample: { verification } }: Compared): string {
  if (how === 'missing' || how === 'out of bounds') return `${how}: ${truth.verdict} (${truth.because})`;
  const { verdict, cause = '-', confidence, readings = [] } = verification!;
  const said =
    verdict === 'unknown'
      ? `unknown: ${[...new Set(readings.map((reading) => reading.verdict))].sort().join(' | ')}`
      : `${verdict}/${cause}/${confidence}`;
  return `${how}: ${said}; truth ${truth.right.join(' or ')} (${truth.because})`;
}
