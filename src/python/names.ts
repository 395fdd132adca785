import type { PythonFile } from './pythonFile';

/** What a chain of names stands for, as far as one file can say. */
export type Resolved =
  /** It comes from another module: the parts of its full name; `level` counts the dots of a relative import. */
  | { readonly kind: 'import'; readonly parts: readonly string[]; readonly level: number; readonly ofCall: boolean }
  /** A function or class of this file, and what follows it. */
  | { readonly kind: 'own'; readonly definition: number; readonly rest: readonly string[] }
  /** Nothing in the file binds it: a built-in, or from `import *`. */
  | { readonly kind: 'free' }
  /** A parameter, or a value that cannot be followed. */
  | { readonly kind: 'other' };

const FREE = { kind: 'free' } as const;
const OTHER = { kind: 'other' } as const;
/** `a = b; b = a` ends here. */
const DEEPEST = 6;

/** Follows a chain from the scope that it is in, through imports, aliases and `self`. */
export function resolve(py: PythonFile, scope: number, parts: readonly string[], depth = 0): Resolved {
  const [name, ...rest] = parts;
  if (name === undefined || depth > DEEPEST) return OTHER;
  for (let at = scope; ; at = py.definitions[at]?.parent ?? -1) {
    // A method does not see the names of its class.
    if (at === scope || py.definitions[at]?.kind !== 'class') {
      const found = inScope(py, at, name, rest, depth);
      if (found !== undefined) return found;
    }
    if (at < 0) return FREE;
  }
}

function inScope(
  py: PythonFile,
  scope: number,
  name: string,
  rest: readonly string[],
  depth: number,
): Resolved | undefined {
  const definition = py.members.get(scope)?.get(name);
  if (definition !== undefined) return { kind: 'own', definition, rest };
  const binding = py.bindings.get(scope)?.get(name);
  if (binding === undefined) return undefined;
  if (binding.kind === 'import')
    return { kind: 'import', parts: [...binding.parts, ...rest], level: binding.level, ofCall: false };
  if (binding.kind === 'other') return classOfSelf(py, scope, name, rest) ?? OTHER;
  const value = resolve(py, scope, binding.chain.parts, depth + 1);
  if (value.kind === 'import')
    return { ...value, parts: [...value.parts, ...rest], ofCall: value.ofCall || binding.called };
  // What a function of this file returns is not known; a class returns its own.
  if (value.kind !== 'own' || (binding.called && py.definitions[value.definition]?.kind !== 'class')) return OTHER;
  return { ...value, rest: [...value.rest, ...rest] };
}

/** `self` and `cls`, by the names that people give them. */
function classOfSelf(py: PythonFile, scope: number, name: string, rest: readonly string[]): Resolved | undefined {
  const definition = py.definitions[scope]?.parent ?? -1;
  const isMethod = py.definitions[definition]?.kind === 'class';
  return isMethod && (name === 'self' || name === 'cls') ? { kind: 'own', definition, rest } : undefined;
}

/** The function that a chain means in this file: itself, a method of a class, or the `__init__` of a class that is called. */
export function functionOf(py: PythonFile, definition: number, rest: readonly string[]): number | undefined {
  const [next, ...after] = rest;
  const { kind } = py.definitions[definition] ?? {};
  if (next === undefined) return kind === 'class' ? py.members.get(definition)?.get('__init__') : definition;
  const member = kind === 'class' ? py.members.get(definition)?.get(next) : undefined;
  return member === undefined ? undefined : functionOf(py, member, after);
}

/** Python's `__qualname__`: `Invoices.charge`, `register.<locals>.charge`. */
export function qualifiedName(py: PythonFile, definition: number): string {
  const names: string[] = [];
  for (let at = definition; at >= 0; at = py.definitions[at]?.parent ?? -1) {
    const { name, kind } = py.definitions[at] ?? { name: '', kind: 'class' };
    if (at !== definition && kind === 'function') names.unshift('<locals>');
    names.unshift(name);
  }
  return names.join('.');
}
