/** Values that the code of a module fixes. */
import type { ClassNode, Expression } from '../syntax/tree';
import { namesOf, partsOf, type ModuleTree, type Trees } from './trees';

export type Scalar = string | number | boolean | null;

/**
 * The value of a constant expression: a literal, a name of the module that is one, or a member of a class of choices
 * (`Status.PENDING`, whose value is the first of a tuple).
 */
export async function constant(
  trees: Trees,
  expression: Expression | undefined,
  module: ModuleTree,
  scope: readonly ClassNode[] = [],
  depth = 0,
): Promise<Scalar | undefined> {
  if (!expression || depth > 5) return undefined;
  if (expression.kind === 'text') return expression.value ?? undefined;
  if (expression.kind === 'number' || expression.kind === 'constant') return expression.value;
  if (expression.kind === 'list') return await constant(trees, expression.items[0], module, scope, depth + 1);
  if (expression.kind === 'call') {
    // `_("Pending")`, `str(X)`
    return expression.positional.length === 1
      ? await constant(trees, expression.positional[0], module, scope, depth + 1)
      : undefined;
  }
  if (expression.kind === 'attribute' && expression.name === 'value')
    return await constant(trees, expression.of, module, scope, depth + 1);
  for (const owner of scope) {
    const parts = partsOf(expression);
    const inside = parts && constantIn(owner, parts);
    if (inside) return await constant(trees, inside, module, scope, depth + 1);
  }
  const meaning = await trees.chain(module, expression);
  return meaning?.kind === 'value' ? await constant(trees, meaning.value, meaning.module, scope, depth + 1) : undefined;
}

/** A constant of a class or of a class inside it: `Status.PENDING`. */
function constantIn(owner: ClassNode, parts: readonly string[]): Expression | undefined {
  const [name = '', ...rest] = parts;
  const bound = namesOf(owner.body).names.get(name);
  if (bound?.kind === 'value' && rest.length === 0) return bound.value;
  return bound?.kind === 'class' ? constantIn(bound.node, rest) : undefined;
}

export function isTrue(expression: Expression | undefined): boolean {
  return expression?.kind === 'constant' && expression.value === true;
}

export function textOf(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'text' ? (expression.value ?? undefined) : undefined;
}

/** `timezone.now`, `datetime.now`, `Now()` */
export function isNow(expression: Expression | undefined): boolean {
  const written = expression?.kind === 'call' ? partsOf(expression.of) : expression && partsOf(expression);
  return /(^|\.)(timezone\.now|datetime\.now|datetime\.utcnow|Now)$/.test((written ?? []).join('.'));
}
