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
  const many = count(rows.length, 'row');
  const constants = `APPLY = False  # the one word: True dispatches
BATCH = 20  # rows between two pauses
PAUSE = 5  # seconds between two batches
SEARCH_AT_MOST = 200000  # messages of the broker that are searched before it begins
ASK_WORKERS = 2  # seconds that workers have to answer; 0: they are not asked
ASK_RESULTS = True  # whether the result backend is asked about each row

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
    'DANGER: a row that did run, or that somebody else dispatches at the same time, runs twice: its mails, payments and calls happen twice. No check can rule that out. Read the code of the tasks first.',
    'It publishes the message of each row again, a few at a time with a pause, in the way that the library takes up the same row.',
    'Before it begins it asks the workers what they run and searches the queues and the taken messages of the broker, once; about each row it asks the result backend. A row that is found is left alone. Like every Celery client it may bring back messages whose visibility timeout has passed.',
    'Under a lock it looks at the row again: if status or updated_at are not as the check saw them, the row is left alone. Then it gives the row the new task_id and a new updated_at, and only then publishes: a run that breaks off can be repeated and skips what it dispatched.',
  ],
  doesNot: [
    "It never uses the admin's Resume, which skips pages and marks single pages ERROR.",
    'It prints no arguments and no passwords.',
    'It does not dispatch rows between two pages, rows of tasks that this code does not have, or rows whose arguments have another shape.',
  ],
  toRun: [
    'In the project that owns the table, with its settings: python manage.py shell < this_file.py',
    'It is a dry run: it asks, counts and publishes nothing. To dispatch, change the one word False behind APPLY to True and run it again.',
    'Change BATCH and PAUSE to what your workers can take.',
  ],
  toUndo: [
    'A message that was published cannot be taken back once a worker has it; before that, revoke its task_id.',
    'Check again afterwards: the rows are waiting, running or gone from the list then.',
  ],
};
