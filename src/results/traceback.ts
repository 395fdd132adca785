import type { ResultRecord } from '../model/facts';

/** The wrapper of celery-task-manager 1.11.4, core/decorators.py `Task.__call__`; later lines of a frame are Python 3.11's carets. */
const WRAPPER_FRAME =
  /File "[^"\n]*task_manager[/\\]core[/\\]decorators\.py", line \d+, in wrapper\r?\n[ \t]+([^\r\n]+)/g;

const PLACES: readonly (readonly [RegExp, NonNullable<ResultRecord['raisedIn']>])[] = [
  [/status\s*=\s*["']DONE["']/, 'last-save'],
  // Leaving the transaction: what the body did was rolled back.
  [/_manage_exceptions\(|_get_transaction_context\(/, 'handling'],
  [/_update_task_manager\(|_get_task_manager\(|_create_task_manager\(|\.schedule\(/, 'before-body'],
];

/**
 * Where in the library's wrapper the exception of a result arose.
 * @param traceback as Celery stores it: Python's text, the exception that left the task last
 * @returns nothing where the text is missing, cut, or written without the lines of the code
 */
export function placeOfException(traceback: unknown): Pick<ResultRecord, 'raisedIn'> {
  if (typeof traceback !== 'string') return {};
  // The exceptions before the last one were handled on the way.
  const last = traceback.slice(Math.max(0, traceback.lastIndexOf('Traceback (most recent call last)')));
  const [code] = [...last.matchAll(WRAPPER_FRAME)].map((match) => match[1] ?? '').slice(-1);
  const place = PLACES.find(([pattern]) => code !== undefined && pattern.test(code));
  return place ? { raisedIn: place[1] } : {};
}
