import { marginIn } from '../../model/estimate';
import type { TaskType } from '../../model/diagnosis';
import type { Outcome } from '../../model/verdict';
import { CONFIDENCES } from '../../model/verdictWords';
import { number } from '../../base/numbers';
import { percentText } from '../../report/verdictText';
import { identifier } from '../../python/identifiers';
import type { TaskFunction } from '../../python/model';

type Verified = Pick<TaskType, 'count' | 'outcomes' | 'judged'>;

/**
 * The line above a task's function: `63,090 stuck · 59% lost (broker-wiped, likely) · checked 10:42`; of a sample `≈ 59% ± 1.2 lost (…)`.
 * @param checked when the check ended, for a user
 */
export function lensText(type: Verified, checked: string): string {
  const parts = [`${number(type.count)} stuck`, mostly(type) ?? 'not verified', `checked ${checked}`];
  return parts.join(' · ');
}

/**
 * The type whose rows a function makes: one whose module is this file, and whose name the function's; or one that has the Celery name
 * which `name=` gives.
 * @param path of the file, with `/`
 * @param types those of the check; where several fit, the one with the longest module is meant
 */
export function typeOf<Type extends Pick<TaskType, 'taskModule' | 'taskName'>>(
  task: Pick<TaskFunction, 'functionName' | 'celeryName'>,
  path: string,
  types: readonly Type[],
): Type | undefined {
  const fitting = types.filter(
    ({ taskModule, taskName }) =>
      identifier(task.celeryName ?? '') === identifier(`${taskModule}.${taskName}`) ||
      (identifier(taskName) === task.functionName && isModule(path, taskModule)),
  );
  return fitting.reduce<Type | undefined>(
    (best, type) => (best && best.taskModule.length >= type.taskModule.length ? best : type),
    undefined,
  );
}

function isModule(path: string, taskModule: string): boolean {
  const module = identifier(taskModule).replaceAll('.', '/');
  const file = `/${identifier(path)}`;
  return file.endsWith(`/${module}.py`) || file.endsWith(`/${module}/__init__.py`);
}

/** The verdict and cause of most tasks, with the doubt that there is: as much as there is of the least certain of them. */
function mostly(type: Verified): string | undefined {
  const sums = new Map<string, { readonly outcome: Outcome; count: number; doubt: number }>();
  let all = 0;
  for (const outcome of type.outcomes ?? []) {
    const { verdict, confidence, count } = outcome;
    const cause = causeOf(outcome);
    all += count;
    const key = `${verdict}/${cause ?? ''}`;
    const sum = sums.get(key) ?? { outcome, count: 0, doubt: 0 };
    sum.count += count;
    sum.doubt = Math.max(sum.doubt, CONFIDENCES.indexOf(confidence));
    sums.set(key, sum);
  }
  const [most] = [...sums.values()].sort((a, b) => b.count - a.count);
  if (!most) return undefined;
  const { outcome, count, doubt } = most;
  const { verdict } = outcome;
  // What is proven needs no word for it, and how sure one is of not knowing is no news.
  const sure = doubt === 0 || verdict === 'unknown' ? undefined : CONFIDENCES[doubt];
  const details = [causeOf(outcome), sure].filter((word) => word !== undefined);
  const words = details.length === 0 ? verdict : `${verdict} (${details.join(', ')})`;
  return `${percentText(count / all, marginIn(type, count) / all)} ${words}`;
}

/** What is not known has no cause, only readings. */
function causeOf({ verdict, cause }: Outcome): Outcome['cause'] {
  return verdict === 'unknown' ? undefined : cause;
}
