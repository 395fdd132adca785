/** What the numbers of a broker say of all tasks of one type together, in words. It is a statement about the type, and no verdict. */
import { count, number } from '../base/numbers';
import type { TaskType } from '../model/diagnosis';

type Bounded = Pick<TaskType, 'count' | 'bounds'>;

/** Why nobody should take it for a verdict. */
export const BOUNDS_NOTE = 'The broker shows how many messages it has, but not which tasks they belong to.';

/**
 * `Of these 1,204 tasks at most 37 are waiting and at most 4 are held; at least 1,163 have no message.`
 * @returns null where nothing is bounded
 */
export function boundsSentence({ count: all, bounds }: Bounded): string | null {
  if (!bounds) return null;
  const { waitingAtMost: waiting, heldAtMost: held, nowhereAtLeast: nowhere } = bounds;
  if (all === 1) return oneSentence(waiting > 0, held > 0, nowhere > 0);
  const these = `these ${number(all)} tasks`;
  if (nowhere >= all) return `None of ${these} has a message: none is waiting, and none is held.`;
  const rest = nowhere > 0 ? `; at least ${number(nowhere)} ${nowhere === 1 ? 'has' : 'have'} no message` : '';
  if (waiting >= all && held >= all) return `Each of ${these} may be waiting or held${rest}.`;
  if (waiting >= all) return `Each of ${these} may be waiting; ${part(held, 'held')}${rest}.`;
  if (held >= all) return `Each of ${these} may be held; ${part(waiting, 'waiting')}${rest}.`;
  if (waiting === 0 && held === 0) return `Of ${these} none is waiting, and none is held${rest}.`;
  return `Of ${these} ${part(waiting, 'waiting')} and ${part(held, 'held')}${rest}.`;
}

function oneSentence(waiting: boolean, held: boolean, nowhere: boolean): string {
  if (nowhere) return 'This task has no message: it is not waiting, and it is not held.';
  if (waiting && held) return 'This task may be waiting or held.';
  if (waiting) return 'This task may be waiting; it is not held.';
  return held ? 'This task may be held; it is not waiting.' : 'This task is not waiting, and it is not held.';
}

/** `at most 37 are waiting`, `none is held` */
function part(most: number, word: string): string {
  if (most === 0) return `none is ${word}`;
  return `at most ${number(most)} ${most === 1 ? 'is' : 'are'} ${word}`;
}

/** How many of the tasks may have a message at most; null where nothing is bounded. */
export function messagesAtMost({ count: all, bounds }: Bounded): number | null {
  return bounds ? Math.max(0, all - bounds.nowhereAtLeast) : null;
}

/** The same in a few characters, `≤ 41 messages`; null also where it says nothing because each may have one. */
export function boundsShort(type: Bounded): string | null {
  const most = messagesAtMost(type);
  if (most === null || most >= type.count) return null;
  return most === 0 ? 'no message' : `≤ ${count(most, 'message')}`;
}

/** `≤ 37 waiting, ≤ 4 held, ≥ 1,163 without a message`: the cell of a table; null where nothing is bounded. */
export function boundsCell({ bounds }: Bounded): string | null {
  if (!bounds) return null;
  const { waitingAtMost, heldAtMost, nowhereAtLeast } = bounds;
  const most = (value: number, word: string): string => (value === 0 ? `none ${word}` : `≤ ${number(value)} ${word}`);
  return [
    most(waitingAtMost, 'waiting'),
    most(heldAtMost, 'held'),
    ...(nowhereAtLeast === 0 ? [] : [`≥ ${number(nowhereAtLeast)} without a message`]),
  ].join(', ');
}

/** Whether a view has to explain these numbers. */
export function anyBounds(types: readonly Bounded[]): boolean {
  return types.some(({ bounds }) => bounds !== undefined);
}
