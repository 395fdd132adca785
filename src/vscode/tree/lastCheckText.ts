import { count } from '../../base/numbers';
import { totalStuck } from '../../model/diagnosis';
import type { CheckResult } from '../checks/checkState';
import { ownClock } from './stuckTasksTree';
import { ageOf } from './viewStatus';

/** `Checked 01:28, 12 min ago: 148,708 stuck tasks`; undefined where there is no result. */
export function lastCheckText(result: CheckResult | undefined): string | undefined {
  if (!result) return undefined;
  const { finishedAt, diagnosis } = result;
  return `Checked ${ownClock(finishedAt)}, ${ageOf(finishedAt, new Date())}: ${count(totalStuck(diagnosis), 'stuck task')}`;
}
