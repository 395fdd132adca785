import { marginIn } from '../../model/estimate';
import type { TaskType } from '../../model/diagnosis';
import { number } from '../../base/numbers';
import { percentText } from '../../report/verdictText';
import { identifier } from '../../python/identifiers';
import type { TaskFunction } from '../../python/model';

type Verified = Pick<TaskType, 'count' | 'outcomes' | 'judged'>;

/**
 * The line above a task's function: `66,597 stuck · 93% lost update · checked 10:42`; of a sample `≈ 93% ± 1.2 lost update`.
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

/** The cause of most rows, or their verdict where none is named; with the doubt that there is. */
function mostly(type: Verified): string | undefined {
  const sums = new Map<string, { rows: number; doubt: '' | 'likely ' | 'possibly ' }>();
  let all = 0;
  for (const { verdict, cause, confidence, count } of type.outcomes ?? []) {
    all += count;
    // What is not known has no cause, only readings.
    const words = verdict === 'unknown' ? 'unknown' : (cause?.replaceAll('-', ' ') ?? verdict);
    const sum = sums.get(words) ?? { rows: 0, doubt: '' };
    sum.rows += count;
    if (verdict !== 'unknown' && confidence === 'possible') sum.doubt = 'possibly ';
    else if (verdict !== 'unknown' && confidence === 'likely' && sum.doubt === '') sum.doubt = 'likely ';
    sums.set(words, sum);
  }
  const [most] = [...sums].sort(([, a], [, b]) => b.rows - a.rows);
  return most && `${percentText(most[1].rows / all, marginIn(type, most[1].rows) / all)} ${most[1].doubt}${most[0]}`;
}
