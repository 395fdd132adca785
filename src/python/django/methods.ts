/** Functions of classes. */
import { partsOf, type Meaning } from './trees';
import type { ClassMeaning, Value } from './values';

export type MethodValue = Extract<Value, { kind: 'function' }>;

/** A function of a class as it is reached: through an object, or through the class. */
export function methodOf(
  member: Extract<Meaning, { kind: 'function' }>,
  owner: ClassMeaning,
  through: { readonly object?: Value; readonly class: Value },
): MethodValue {
  const self = isMarked(member, 'staticmethod')
    ? undefined
    : isMarked(member, 'classmethod')
      ? through.class
      : through.object;
  return { ...member, self, owner };
}

/** Whether reading the attribute runs the function. */
export function isProperty(member: Extract<Meaning, { kind: 'function' }>): boolean {
  return isMarked(member, 'property') || isMarked(member, 'cached_property');
}

function isMarked({ node }: Extract<Meaning, { kind: 'function' }>, name: string): boolean {
  return node.decorators.some((decorator) => partsOf(decorator)?.at(-1) === name);
}
