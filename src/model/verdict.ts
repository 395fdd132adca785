import type { Read } from '../base/shape';
import type { evidence, reading, verification } from './contract/verification';
import type { Cause, Confidence, Verdict } from './verdictWords';

export { CAUSES, VERDICTS, type Cause, type Confidence, type EvidenceSource, type Verdict } from './verdictWords';

/** One observation from one source, as a sentence. */
export type Evidence = Read<typeof evidence>;

/** Ends the words of evidence that says the opposite of the verdict; a view with a sign of its own leaves it out. */
export const CONTRADICTS = ' This contradicts the verdict.';

/** One way in which the evidence can be read, where it cannot decide. */
export type Reading = Read<typeof reading>;

/** What is true of one row now, with its proof. */
export type Verification = Read<typeof verification>;

const NOT_RUN: readonly Verdict[] = ['waiting', 'held', 'lost'];

/** Whether an observation says the opposite of the verdict. Nothing contradicts `unknown`, and `failed` fits what was not done. */
export function contradicts({ supports }: Pick<Evidence, 'supports'>, verdict: Verdict): boolean {
  if (supports === undefined || verdict === 'unknown' || supports === verdict) return false;
  if (supports === 'lost') return verdict === 'finished';
  return verdict === 'finished' || verdict === 'failed' || (NOT_RUN.includes(verdict) && !NOT_RUN.includes(supports));
}

/** What is known of every judged row, also of those whose evidence was not kept. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
}

/** Whether some of these tasks have no verdict: an effect rule may decide them. */
export function isUndetermined(outcomes: readonly Pick<Outcome, 'verdict'>[] | undefined): boolean {
  return outcomes?.some(({ verdict }) => verdict === 'unknown') === true;
}
