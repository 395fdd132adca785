/** Functions of classes. */
import { partsOf, type Meaning } from './trees';
import type { Value } from './values';

/** A function of a class as it is reached: through an object, or through the class. */
export function methodOf(
  member: Extract<Meaning, { kind: 'function' }>,
  object: Value | undefined,
  owner: Value | undefined,
): Extract<Value, { kind: 'function' }> {
  const is = (name: string): boolean => member.node.decorators.some((decorator) => partsOf(decorator)?.at(-1) === name);
  return { ...member, self: is('staticmethod') ? undefined : is('classmethod') ? owner : object };
}
