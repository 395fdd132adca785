import type { AboutRows } from './diagnosis';
import type { Cause, Verdict } from './verdict';

/** Whether rows with this outcome are among those that a recommendation is about. */
export function isAbout(
  { verdicts, causes, proven, twin }: AboutRows,
  outcome: { readonly verdict: Verdict; readonly cause?: Cause; readonly confidence: string; readonly twin?: true },
): boolean {
  return (
    (verdicts?.includes(outcome.verdict) ?? true) &&
    (causes?.includes(outcome.cause ?? null) ?? true) &&
    (proven === undefined || proven === (outcome.confidence === 'proven')) &&
    (twin === undefined || twin === (outcome.twin === true))
  );
}
