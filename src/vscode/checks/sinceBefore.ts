import { totalStuck } from '../../model/diagnosis';
import { settledSteps } from '../../report/plan';
import type { CheckResult, SinceBefore } from './checkState';

type Compared = Pick<CheckResult, 'diagnosis' | 'request' | 'finishedAt'>;

/** What a check finds that differs from the one before it, of the same connection. */
export function sinceBefore(before: Compared, now: Compared): SinceBefore {
  const isSameQuestion = question(before.request) === question(now.request);
  return {
    at: before.finishedAt,
    ...(isSameQuestion ? { change: totalStuck(now.diagnosis) - totalStuck(before.diagnosis) } : {}),
    settled: settledSteps(before.diagnosis, now.diagnosis),
  };
}

function question({ hours, statuses, table }: CheckResult['request']): string {
  return JSON.stringify([hours, [...statuses].sort(), table]);
}
