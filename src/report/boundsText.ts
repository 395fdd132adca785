/** What the numbers of a broker say of all tasks of one type together, in words. It is a statement about the type, and no verdict. */
import { count, number } from '../base/numbers';
import type { TaskType } from '../model/diagnosis';
import { list } from './summary';

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
  if (all === 1) return oneSentence(bounds);
  const these = `these ${number(all)} tasks`;
  if (nowhere >= all) return `None of ${these} has a message: none is waiting, and none is held.`;
  const rest = nowhere > 0 ? `; at least ${number(nowhere)} ${nowhere === 1 ? 'has' : 'have'} no message` : '';
  const kept = KEPT.flatMap(([field, words]) => (bounds[field] ? [part(bounds[field], words)] : []));
  const whole = [...(waiting >= all ? ['waiting'] : []), ...(held >= all ? ['held'] : [])];
  if (whole.length > 0) {
    const others = [
      ...(waiting >= all ? [] : [part(waiting, 'waiting')]),
      ...(held >= all ? [] : [part(held, 'held')]),
      ...kept,
    ];
    return `Each of ${these} may be ${whole.join(' or ')}${others.length === 0 ? '' : `; ${list(others)}`}${rest}.`;
  }
  return `Of ${these} ${list([part(waiting, 'waiting'), part(held, 'held'), ...kept])}${rest}.`;
}

/** Where messages are that neither wait their turn nor are held. */
const KEPT = [
  ['delayedAtMost', 'waiting for their time'],
  ['deadLetteredAtMost', 'in a dead-letter queue'],
] as const;

/** Of the only task of its type. */
function oneSentence(bounds: NonNullable<Bounded['bounds']>): string {
  const { waitingAtMost, heldAtMost, nowhereAtLeast, delayedAtMost = 0, deadLetteredAtMost = 0 } = bounds;
  if (nowhereAtLeast > 0) return 'This task has no message: it is not waiting, and it is not held.';
  const places = [
    ['waiting', waitingAtMost],
    ['held', heldAtMost],
    ['waiting for its time', delayedAtMost],
    ['in a dead-letter queue', deadLetteredAtMost],
  ] as const;
  const may = places.filter(([, most]) => most > 0).map(([words]) => words);
  const not = places.slice(0, 2).flatMap(([words, most]) => (most > 0 ? [] : [`it is not ${words}`]));
  if (may.length === 0) return 'This task is not waiting, and it is not held.';
  return `This task may be ${list(may, 'or')}${not.length === 0 ? '' : `; ${list(not)}`}.`;
}

/** `at most 37 are waiting`, `none is held` */
function part(most: number, words: string): string {
  if (most === 0) return `none is ${words}`;
  return most === 1 ? `at most 1 is ${words.replace('their', 'its')}` : `at most ${number(most)} are ${words}`;
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
  const { waitingAtMost, heldAtMost, nowhereAtLeast, delayedAtMost = 0, deadLetteredAtMost = 0 } = bounds;
  const most = (value: number, word: string): string => (value === 0 ? `none ${word}` : `≤ ${number(value)} ${word}`);
  return [
    most(waitingAtMost, 'waiting'),
    most(heldAtMost, 'held'),
    ...(delayedAtMost === 0 ? [] : [most(delayedAtMost, 'delayed')]),
    ...(deadLetteredAtMost === 0 ? [] : [most(deadLetteredAtMost, 'dead-lettered')]),
    ...(nowhereAtLeast === 0 ? [] : [`≥ ${number(nowhereAtLeast)} without a message`]),
  ].join(', ');
}

/** Whether a view has to explain these numbers. */
export function anyBounds(types: readonly Bounded[]): boolean {
  return types.some(({ bounds }) => bounds !== undefined);
}
