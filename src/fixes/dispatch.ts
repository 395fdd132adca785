import { count } from '../base/numbers';
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
BATCH = 20  # rows between two pauses
PAUSE = 5  # seconds between two batches
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
    text: `${pythonComment(header(origin, PURPOSE))}${constants}\n\n${DISPATCH_PYTHON}`,
    rows: rows.length,
  };
}

const PURPOSE: Purpose = {
  does: [
    'DANGER: a task that did run, or that somebody else dispatches at the same time, runs twice: its emails, payments and calls happen twice. No check can rule that out. Read the code of the tasks first.',
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
    'In the project that owns the table, with its settings, run: python manage.py shell < this_file.py',
    'It is a dry run until you set APPLY = True: it asks and counts, and publishes nothing. To dispatch, set APPLY = True and run it again.',
    'Set BATCH and PAUSE to what your workers can handle.',
  ],
  toUndo: [
    'A published message cannot be taken back once a worker has it. Before that, revoke its task_id.',
    'Check again afterwards: the tasks are then waiting, running or gone from the list.',
  ],
};
