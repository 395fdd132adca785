import { count, number } from '../base/numbers';
import { DISPATCH_PYTHON } from './dispatchPython';
import { header, type Purpose } from './header';
import type { TimedOrigin } from './update';
import type { FixScript } from '../model/fix';
import { pythonRows } from './pythonRows';
import { pythonComment, pythonLiteral } from './pythonText';

/**
 * A script for `manage.py shell` that publishes the message of lost rows again, the way that the library's wrapper takes up: with
 * the row's id, without `page` and without a stored `attempts` (celery-task-manager 1.11.4, `core/decorators.py`). The admin's Resume
 * instead runs a single page as page 2 of 1 and marks it ERROR.
 * @param origin its rows are the lost ones
 */
export function dispatchScript(origin: TimedOrigin): FixScript {
  const { rows, check } = origin;
  const many = count(rows.length, 'task');
  const constants = `APPLY = False  # True dispatches
BATCH = ${String(BATCH)}  # rows between two pauses
PAUSE = ${String(PAUSE)}  # seconds between two batches
SEARCH_AT_MOST = 200000  # messages in the broker that the script searches at most
ASK_WORKERS = 2  # seconds to wait for answers of the workers; 0 does not ask them
ASK_RESULTS = True  # False does not ask the result backend about each row

# id, status and updated_at as the check saw them
ROWS = ${pythonRows(rows)}
SEARCHED = ${pythonLiteral(check.broker ?? '')}  # the broker that the check searched
QUEUES = [${(check.queues ?? []).map(pythonLiteral).join(', ')}]  # queues that the check knew, besides those of this project
`;
  return {
    kind: 'dispatch',
    title: `Django shell: dispatch ${many} again`,
    language: 'python',
    text: `${pythonComment(header(origin, purpose(rows.length)))}${constants}\n\n${DISPATCH_PYTHON}`,
    rows: rows.length,
  };
}

/** Rows between two pauses, and seconds between two batches: what the workers of a small project keep up with. */
const BATCH = 20;
const PAUSE = 5;

function purpose(rows: number): Purpose {
  const { toRun, ...rest } = PURPOSE;
  return { ...rest, toRun: [...toRun, durationText(rows)] };
}

/** `With these pauses it takes about 3 h for 42,384 rows: …`, as long as the pauses alone are. */
function durationText(rows: number): string {
  const seconds = Math.max(0, Math.ceil(rows / BATCH) - 1) * PAUSE;
  const set = 'Set BATCH and PAUSE to what your workers can handle.';
  if (seconds < 60) return `With these pauses it takes less than a minute. ${set}`;
  const time = seconds < 5400 ? `${number(Math.round(seconds / 60))} min` : `${number(Math.round(seconds / 3600))} h`;
  return `With these pauses it takes about ${time} for ${number(rows)} rows. ${set}`;
}

const PURPOSE: Purpose = {
  danger:
    'a task that did run, or that somebody else dispatches at the same time, runs twice: its emails, payments and calls happen twice. No check can rule that out. Read the code of the tasks first.',
  does: [
    'It publishes the message of each row again, a few at a time with pauses, so that the library continues with the same row.',
    'Before it starts, it asks the workers what they run, and searches the queues and the unacknowledged messages of the broker once. For each row, it asks the result backend. It leaves a row alone if it finds the row in one of these places. Like any Celery client, it may return messages to their queues whose visibility timeout has passed.',
    'It looks at each row again under a lock, and leaves the row alone if status or updated_at are not as the check saw them. Otherwise it gives the row a new task_id and a new updated_at, and only then publishes the message. If a run is interrupted, run the script again: it skips what it dispatched.',
  ],
  doesNot: [
    "It never uses the admin's Resume, which skips pages and marks single pages ERROR.",
    'It prints no arguments and no passwords.',
    'It does not dispatch rows that stopped between two pages, rows of tasks that this code does not have, or rows whose arguments have another shape.',
  ],
  toRun: [
    'Run it in the project that owns the table: python manage.py shell < this_file.py',
    'It is a dry run until you set APPLY to True: it asks and counts, and publishes nothing.',
  ],
  toUndo: [
    'A published message cannot be taken back once a worker has it. Before that, revoke its task_id.',
    'Check again afterwards: the tasks are then waiting, running or gone from the list.',
  ],
};
