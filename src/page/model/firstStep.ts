import type { Recommendation } from '../../model/diagnosis';
import type { DiagnosisHead } from '../../report/panelMessages';

/** What restores service or stops damage comes before what helps most tasks. Ids of recommendations, in the order of a person's night. */
const URGENT: readonly string[] = [
  'search-broker',
  'right-broker',
  'stop-crash-loop',
  'start-workers',
  'consume-queue',
  'restart-deaf-workers',
  'deploy-task',
  'protect-broker',
];

/** Where to begin. */
export interface FirstStep {
  /** undefined: to verify what became of the tasks, which nobody has done yet. */
  readonly recommendation: Recommendation | undefined;
  /** Recommendations besides it. */
  readonly more: number;
}

/** Where to begin; undefined where there is nothing to do. */
export function firstStep({ recommendations, parameters, taskTypes }: DiagnosisHead): FirstStep | undefined {
  if (!parameters.checkExecution && taskTypes.length > 0)
    return { recommendation: undefined, more: recommendations.length };
  const urgent = URGENT.map((id) => recommendations.find((each) => each.id === id)).find((each) => each !== undefined);
  const recommendation = urgent ?? recommendations[0];
  return recommendation && { recommendation, more: recommendations.length - 1 };
}
