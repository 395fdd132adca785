import type { TimedOrigin, GuardedUpdate } from './update';
import { count } from '../base/numbers';
import { djangoUpdate } from './djangoUpdate';
import { header, type Purpose } from './header';
import type { FixScript } from '../model/fix';
import { pythonComment } from './pythonText';
import { sqlComment } from './sqlText';
import { sqlUpdate } from './sqlUpdate';
import { exactTime } from './times';

/**
 * The library's own last step sets `status` alone, and Django `updated_at` with it (celery-task-manager 1.11.4,
 * `core/decorators.py`, `django/models.py`: auto_now). These scripts do the same, so what they change can be put back to the byte.
 * @param origin its rows are those proven finished
 * @returns SQL, its inverse, and the same two for a Django shell
 */
export function markDoneScripts(origin: TimedOrigin): FixScript[] {
  const { rows, check, now } = origin;
  const stamp = exactTime(now.toISOString());
  const many = count(rows.length, 'task');
  const sql = (direction: GuardedUpdate['direction'], purpose: Purpose): string =>
    `${sqlComment(header(origin, purpose))}${sqlUpdate(check.table, { rows, direction, stamp })}`;
  const django = (direction: GuardedUpdate['direction'], purpose: Purpose): string =>
    `${pythonComment(header(origin, purpose))}${djangoUpdate({ rows, direction, stamp })}`;
  const common = { rows: rows.length };
  return [
    { kind: 'sql', title: `SQL: mark ${many} as DONE`, language: 'sql', text: sql('done', DONE_SQL), ...common },
    {
      kind: 'inverse-sql',
      title: `SQL: undo, put ${many} back`,
      language: 'sql',
      text: sql('undo', UNDO_SQL),
      ...common,
    },
    {
      kind: 'django',
      title: `Django shell: mark ${many} as DONE`,
      language: 'python',
      text: django('done', DONE_DJANGO),
      ...common,
    },
    {
      kind: 'inverse-django',
      title: `Django shell: undo, put ${many} back`,
      language: 'python',
      text: django('undo', UNDO_DJANGO),
      ...common,
    },
  ];
}

const DONE_DOES = [
  'It sets status to DONE and updated_at to the time this script was written, for tasks that are proven to have completed.',
  'It changes a row only if id, status and updated_at are as the check saw them. It leaves a row alone that another session has locked.',
];
const DONE_DOES_NOT = [
  'It runs no task and sends no message.',
  'It changes no other column, and no row that is not listed here.',
  'A second run changes nothing.',
];
const DELETED_SOON =
  'Do it soon: `manage.py task_manager`, which many projects run every few minutes, deletes finished rows that were created more than two days ago (celery-task-manager 1.11.4). Deleted rows cannot be put back.';
const ONE_INVERSE =
  'Use the undo script that was generated with this one (SQL or Django, either undoes both): it recognizes these rows by their updated_at.';

const UNDO_DOES = [
  'It sets status and updated_at back to exactly what the check saw.',
  'It changes a row only if it is DONE with the updated_at that the first script set. It leaves a row alone that has changed since.',
];
const UNDO_DOES_NOT = [
  'It changes no other column, and no row that is not listed here.',
  'A second run changes nothing.',
];
const UNDO_AGAIN = ['Run the first script again.'];

const RUN_SQL = [
  'Use a role that may update the table and create temporary tables. Run all of it: with psql -f, or as one script in pgAdmin or DBeaver. It is one transaction, which counts, changes, counts again and rolls back.',
  'Read the counts. To keep the changes, change the last word from ROLLBACK to COMMIT and run it again.',
];
const RUN_DJANGO = [
  'Run it in the project that owns the table: python manage.py shell < this_file.py',
  'It is a dry run until you set APPLY to True: it only counts.',
];

const DONE_SQL: Purpose = {
  does: DONE_DOES,
  doesNot: DONE_DOES_NOT,
  toRun: RUN_SQL,
  toUndo: [ONE_INVERSE, DELETED_SOON],
};
const UNDO_SQL: Purpose = { does: UNDO_DOES, doesNot: UNDO_DOES_NOT, toRun: RUN_SQL, toUndo: UNDO_AGAIN };
const DONE_DJANGO: Purpose = { ...DONE_SQL, toRun: RUN_DJANGO };
const UNDO_DJANGO: Purpose = { ...UNDO_SQL, toRun: RUN_DJANGO };
