import type { Sought, Telling } from './sought';
/** Whether a message of the broker, or a task of a worker, is that of a row. */
import { compareArguments, isPage, type ArgumentMarks } from '../base/argumentMarks';
import type { Match } from './facts';

/** What a message or a reported task says of itself. */
interface Candidate {
  readonly taskId: string;
  readonly task: string;
  readonly managerId: number | null;
}

/**
 * Whether it is the row's. The row keeps the id of its first message, while a retry, a page and Resume have ids of their own: these are
 * known by `task_manager_id`. That is the number of a row in some table, and other applications and environments that share a broker
 * have rows with the same numbers; so the task's name and the arguments must fit too.
 * @param marks of the candidate's arguments; null where they could not be read
 * @returns null: it is not
 */
export function matchOf(
  row: Sought,
  candidate: Candidate,
  marks: ArgumentMarks | null,
  telling: Telling | undefined,
): Match | null {
  if (row.taskId !== '' && candidate.taskId === row.taskId) return 'id';
  return candidate.managerId === row.id ? matchOfNumber(row, candidate.task, marks, telling) : null;
}

/** The same of what has the row's number and another id. @param task its name */
export function matchOfNumber(
  row: Sought,
  task: string,
  marks: ArgumentMarks | null,
  telling: Telling | undefined,
): Match | null {
  const { taskModule, taskName } = row;
  const known = telling !== undefined && taskModule !== undefined && taskName !== undefined;
  const name = known ? telling.names.relation(`${taskModule}.${taskName}`, task) : 'own';
  if (name === 'other') return null;
  if (telling?.arguments === undefined) return name === 'own' ? 'number-and-name' : 'number';
  const likeness = compareArguments(telling.arguments, marks);
  if (name === 'perhaps') return likeness === 'unlike' || likeness === 'different' ? null : 'number';
  if (likeness === 'equal') return 'number-and-arguments';
  if (likeness !== 'different') return 'number-and-name';
  // The body of a task asks for its next page, with whatever arguments it likes.
  return isPage(marks) ? 'number' : null;
}
