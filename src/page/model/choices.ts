import { CAUSES, VERDICTS, type Cause, type Verdict } from '../../model/verdict';
import type { DiagnosisHead } from '../../report/panelMessages';

/** The verdicts that stuck rows have, in the order in which verdicts are listed everywhere. */
export function verdictsOf({ taskTypes }: DiagnosisHead): Verdict[] {
  return VERDICTS.filter((verdict) => taskTypes.some(({ verdicts }) => (verdicts?.[verdict] ?? 0) > 0));
}

/** The causes that stuck rows have; `none` where some have no cause. */
export function causesOf({ taskTypes }: DiagnosisHead): (Cause | 'none')[] {
  const found = new Set<Cause | 'none'>();
  for (const { outcomes = [] } of taskTypes)
    for (const { cause = 'none', count } of outcomes) if (count > 0) found.add(cause);
  return [...CAUSES, 'none' as const].filter((cause) => found.has(cause));
}
