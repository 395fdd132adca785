import type { CodePlace } from './model';
import { chainAt, isCalled, type Chain } from './expressions';
import { Lines } from './lines';
import { statementsOf, type Span, type Statement } from './statements';
import { tokenize, type Token } from './tokens';

/** A function or class. */
export interface Definition {
  readonly kind: 'function' | 'class';
  readonly name: string;
  /** The token of its name. */
  readonly at: number;
  /** Behind each `@`. */
  readonly decorators: readonly Span[];
  /** The token of the first `@`, or of `def`, `async` or `class`. */
  readonly top: number;
  /** The tokens between the name and the colon: parameters, or bases. */
  readonly head: Span;
  readonly body: Span;
  /** The index of the definition that it is in; -1 at the top of the module. */
  readonly parent: number;
}

/** What a name stands for where it was bound. */
export type Binding =
  /** `import a.b as x`, `from ..m import y as x`: the parts of what is imported; `level` counts the dots. */
  | { readonly kind: 'import'; readonly parts: readonly string[]; readonly level: number }
  /** `x = a.b.c` or `x = a.b.c(...)`. */
  | { readonly kind: 'value'; readonly chain: Chain; readonly called: boolean }
  /** A parameter, or a value that says nothing. */
  | { readonly kind: 'other' };

/** One Python file, read. Scopes are numbered as definitions; -1 is the module. */
export interface PythonFile {
  readonly file: string;
  /** Without a byte order mark. */
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly statements: readonly Statement[];
  readonly definitions: readonly Definition[];
  /** By scope: the definitions that are in it. Of two with one name the last counts, as in Python. */
  readonly members: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly bindings: ReadonlyMap<number, ReadonlyMap<string, Binding>>;
  /** `from m import *` anywhere in the file: parts and dots. */
  readonly stars: readonly { readonly parts: readonly string[]; readonly level: number }[];
  /** The innermost definition around a token; -1 for none. */
  scopeAt(token: number): number;
  place(token: number): CodePlace;
  lineText(token: number): string;
}

/** What is larger is data, not code; nothing is found in it. */
export const LARGEST_FILE = 2_000_000;

/** Reads a Python file. Never throws; of a broken file it tells what it can. */
export function readPython(text: string, file: string): PythonFile {
  const source = text.length > LARGEST_FILE ? '' : text.replace(/^\ufeff/, '');
  const tokens = tokenize(source);
  const statements = statementsOf(tokens);
  const definitions = definitionsOf(tokens, statements);
  const scopes = scopesOf(tokens.length, definitions);
  const scopeAt = (token: number): number => scopes[token] ?? -1;
  const { bindings, stars } = bindingsOf(tokens, statements, definitions, scopeAt);
  let lines: Lines | undefined;
  const startOf = (token: number): number => tokens[token]?.start ?? 0;
  return {
    file,
    source,
    tokens,
    statements,
    definitions,
    members: membersOf(definitions),
    bindings,
    stars,
    scopeAt,
    place: (token) => ({ file, ...(lines ??= new Lines(source)).at(startOf(token)) }),
    lineText: (token) => (lines ??= new Lines(source)).textAt(startOf(token)),
  };
}

function definitionsOf(tokens: readonly Token[], statements: readonly Statement[]): readonly Definition[] {
  const definitions: Definition[] = [];
  const open: { readonly index: number; readonly indent: number }[] = [];
  const ends = blockEnds(statements);
  let decorators: { readonly span: Span; readonly indent: number }[] = [];
  statements.forEach((statement, position) => {
    if (statement.inline) return;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= statement.indent) open.pop();
    if (tokens[statement.from]?.text === '@') {
      decorators.push({ span: { from: statement.from + 1, to: statement.to }, indent: statement.indent });
      return;
    }
    const keyword = statement.from + (tokens[statement.from]?.text === 'async' ? 1 : 0);
    const kind = tokens[keyword]?.text === 'def' ? 'function' : tokens[keyword]?.text === 'class' ? 'class' : undefined;
    const name = tokens[keyword + 1];
    const own = decorators.filter(({ indent }) => indent === statement.indent).map(({ span }) => span);
    decorators = [];
    if (kind === undefined || name?.kind !== 'name') return;
    const end = ends[position] ?? statement.to;
    definitions.push({
      kind,
      name: name.text,
      at: keyword + 1,
      decorators: own,
      top: own[0] === undefined ? statement.from : own[0].from - 1,
      head: { from: keyword + 2, to: statement.to },
      body: { from: statement.to, to: Math.max(end, statement.to) },
      parent: open.at(-1)?.index ?? -1,
    });
    open.push({ index: definitions.length - 1, indent: statement.indent });
  });
  return definitions;
}

function membersOf(definitions: readonly Definition[]): ReadonlyMap<number, ReadonlyMap<string, number>> {
  const members = new Map<number, Map<string, number>>();
  definitions.forEach(({ name, parent }, index) => {
    const names = members.get(parent) ?? new Map<string, number>();
    members.set(parent, names.set(name, index));
  });
  return members;
}

/** For each statement the token behind its block: where the next line stands that is not indented more. */
function blockEnds(statements: readonly Statement[]): readonly number[] {
  const ends: number[] = [];
  const open: { readonly position: number; readonly indent: number }[] = [];
  statements.forEach((statement, position) => {
    if (statement.inline) return;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= statement.indent) {
      const closed = open.pop();
      if (closed !== undefined) ends[closed.position] = statement.from;
    }
    open.push({ position, indent: statement.indent });
  });
  const last = statements.at(-1)?.to ?? 0;
  for (const { position } of open) ends[position] = last;
  return ends;
}

/** For each token the innermost definition whose body holds it. Parameters and decorators belong to the scope around. */
function scopesOf(count: number, definitions: readonly Definition[]): Int32Array {
  const scopes = new Int32Array(count).fill(-1);
  // A definition comes before those inside it, which write over it.
  definitions.forEach(({ body }, index) => scopes.fill(index, body.from, body.to));
  return scopes;
}

function bindingsOf(
  tokens: readonly Token[],
  statements: readonly Statement[],
  definitions: readonly Definition[],
  scopeAt: (token: number) => number,
): Pick<PythonFile, 'bindings' | 'stars'> {
  const bindings = new Map<number, Map<string, Binding>>();
  const stars: { parts: readonly string[]; level: number }[] = [];
  const bind = (scope: number, name: string, binding: Binding): void => {
    const names = bindings.get(scope) ?? new Map<string, Binding>();
    bindings.set(scope, names);
    const known = names.get(name);
    // A name may be bound twice (`try: import a as x`, `except: x = None`): what says more stays.
    if (known === undefined || known.kind === 'other') names.set(name, binding);
  };
  definitions.forEach(({ kind, head }, index) => {
    if (kind === 'function') for (const name of parametersIn(tokens, head)) bind(index, name, { kind: 'other' });
  });
  for (const statement of statements) {
    const first = tokens[statement.from];
    const scope = scopeAt(statement.from);
    if (first?.kind !== 'name') continue;
    if (first.text === 'import')
      importsOf(tokens, statement, (name, parts) => {
        bind(scope, name, { kind: 'import', parts, level: 0 });
      });
    else if (first.text === 'from') {
      fromImports(tokens, statement, (name, parts, level) => {
        if (name === '*') stars.push({ parts, level });
        else bind(scope, name, { kind: 'import', parts, level });
      });
    } else {
      const value = assignedIn(tokens, statement);
      if (value !== undefined) bind(scope, first.text, value);
    }
  }
  return { bindings, stars };
}

/** `x = chain`, `x: T = chain(...)`. */
function assignedIn(tokens: readonly Token[], { from, to }: Span): Binding | undefined {
  const equals = tokens[from + 1]?.text === ':' ? indexOf(tokens, '=', from + 2, to) : from + 1;
  if (tokens[equals]?.text !== '=') return undefined;
  const start = equals + (tokens[equals + 1]?.text === 'await' ? 2 : 1);
  const chain = chainAt(tokens, start);
  if (chain === undefined || chain.to > to) return { kind: 'other' };
  if (chain.to === to || tokens[chain.to]?.text === ';') return { kind: 'value', chain, called: false };
  return isCalled(tokens, chain) ? { kind: 'value', chain, called: true } : { kind: 'other' };
}

/** The names of `def f(a, b: T = 1, *args, **kwargs)`. */
function parametersIn(tokens: readonly Token[], { from, to }: Span): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (
      token?.kind === 'name' &&
      depth === 1 &&
      before !== undefined &&
      '(,*'.includes(before.text) &&
      before.kind === 'op'
    )
      names.push(token.text);
    if (token?.kind !== 'op') continue;
    if ('([{'.includes(token.text)) depth += 1;
    else if (')]}'.includes(token.text)) depth -= 1;
    // Not behind `[T]` of a generic function.
    if (depth === 0 && token.text === ')') break;
  }
  return names;
}

/** `import a.b, c as d`. Without `as` the first part is bound. */
function importsOf(
  tokens: readonly Token[],
  { from, to }: Span,
  found: (name: string, parts: readonly string[]) => void,
): void {
  let at = from + 1;
  while (at < to) {
    const chain = chainAt(tokens, at);
    if (chain === undefined) return;
    const alias = tokens[chain.to]?.text === 'as' ? tokens[chain.to + 1] : undefined;
    const [first] = chain.parts;
    if (alias?.kind === 'name') found(alias.text, chain.parts);
    else if (first !== undefined) found(first, [first]);
    at = chain.to + (alias === undefined ? 0 : 2);
    if (tokens[at]?.text !== ',') return;
    at += 1;
  }
}

/** `from ..a.b import (c, d as e)`. */
function fromImports(
  tokens: readonly Token[],
  { from, to }: Span,
  found: (name: string, parts: readonly string[], level: number) => void,
): void {
  let at = from + 1;
  let level = 0;
  for (; tokens[at]?.text === '.'; at += 1) level += 1;
  const module = tokens[at]?.text === 'import' ? undefined : chainAt(tokens, at);
  const parts = module?.parts ?? [];
  at = module?.to ?? at;
  if (tokens[at]?.text !== 'import' || (level === 0 && parts.length === 0)) return;
  for (at += 1; at < to; at += 1) {
    const token = tokens[at];
    if (token?.text === '*') found('*', parts, level);
    if (token?.kind !== 'name') continue;
    const alias = tokens[at + 1]?.text === 'as' ? tokens[at + 2] : undefined;
    found(alias?.kind === 'name' ? alias.text : token.text, [...parts, token.text], level);
    if (alias !== undefined) at += 2;
  }
}

function indexOf(tokens: readonly Token[], text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (tokens[at]?.text === text) return at;
  return to;
}
