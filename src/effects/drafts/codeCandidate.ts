/** What the code of a task suggests as an effect rule, before anybody tested it. */
import type { EffectRule } from '../../model/effectRule';
import type { CodePlace } from '../../python/model';
import type { CandidateRule } from './candidate';

/** What the code alone guarantees. Of two candidates that tests cannot tell apart, the one with more of it is better. */
export interface Guarantees {
  /** Every run that ends well leaves what the rule calls executed. */
  readonly everyRun: boolean;
  /** The code goes on only where the effect is not there yet. */
  readonly guarded: boolean;
  /** What the rule calls executed has a time that is compared with the task's. */
  readonly timed: boolean;
  /** The values of the arguments lead to one row at most. */
  readonly oneRow: boolean;
}

export interface Candidate extends CandidateRule {
  readonly from: 'code';
  /** What it can say. */
  readonly says: 'both' | 'executed' | 'not-executed';
  readonly guarantees: Guarantees;
}

export type Outcome = EffectRule['outcomes'][number];

/** What a row says of a task: the part of a candidate that does not depend on how the row is found. */
export interface Said extends Omit<Guarantees, 'oneRow'> {
  readonly outcomes: readonly Outcome[];
  readonly noRow?: NonNullable<EffectRule['noRow']>;
  readonly why: readonly Noted[];
}

/** A reason before its place has a path. */
export interface Noted {
  readonly says: string;
  readonly place: CodePlace;
}

const RANK: readonly Candidate['says'][] = ['both', 'executed', 'not-executed'];

/** Whether a rule can say what ran, what did not, or both; undefined where it says neither. */
export function saysOf({ outcomes, noRow }: Pick<EffectRule, 'outcomes' | 'noRow'>): Candidate['says'] | undefined {
  const all = [...outcomes.map(({ says }) => says), ...(noRow ? [noRow.says] : [])];
  const executed = all.some((says) => says === 'executed' || says === 'failed');
  const not = all.includes('not-executed');
  if (executed) return not ? 'both' : 'executed';
  return not ? 'not-executed' : undefined;
}

/** The order of candidates: what they say, then what is guaranteed, then the shorter rule. */
export function better(a: Candidate, b: Candidate): number {
  return (
    RANK.indexOf(a.says) - RANK.indexOf(b.says) ||
    weight(b.guarantees) - weight(a.guarantees) ||
    a.rule.outcomes.length - b.rule.outcomes.length
  );
}

function weight({ everyRun, guarded, timed, oneRow }: Guarantees): number {
  return Number(everyRun) * 4 + Number(timed) * 3 + Number(guarded) * 2 + Number(oneRow);
}
