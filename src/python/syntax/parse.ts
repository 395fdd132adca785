import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { argumentsOf, expressionOf, expressionsIn, isExpression } from './expression';
import type { Branch, Expression, FunctionNode, Handler, ImportedName, Parameter, Statement, WithItem } from './tree';
import { children, textOf, type Source } from './source';

/** Reads a Python text. Never throws: where the text is broken, the statements around the fault are read. */
export function parsePython(text: string): readonly Statement[] {
  return statementsIn(text, parser.parse(text).topNode);
}

function statementsIn(source: Source, parent: SyntaxNode): Statement[] {
  return children(parent).flatMap((node) => statementOf(source, node));
}

function bodyOf(source: Source, node: SyntaxNode): readonly Statement[] {
  return statementsIn(source, node);
}

function statementOf(source: Source, node: SyntaxNode, decorators: readonly Expression[] = []): Statement[] {
  const at = node.from;
  const parts = children(node);
  switch (node.name) {
    case 'StatementGroup':
      return statementsIn(source, node);
    case 'ExpressionStatement':
      return [{ kind: 'expression', value: sequence(source, parts, at), at }];
    case 'AssignStatement':
      return assignment(source, parts, at);
    case 'UpdateStatement': {
      const [target, , value] = parts;
      if (!target || !value) return [];
      return [{ kind: 'update', target: expressionOf(source, target), value: expressionOf(source, value), at }];
    }
    case 'ReturnStatement':
      return [{ kind: 'return', value: parts.length > 1 ? sequence(source, parts.slice(1), at) : undefined, at }];
    case 'RaiseStatement': {
      const [, value] = parts;
      return [{ kind: 'raise', value: value && expressionOf(source, value), at }];
    }
    case 'IfStatement':
      return [ifStatement(source, parts, at)];
    case 'ForStatement':
      return forStatement(source, parts, at);
    case 'WhileStatement': {
      const [body, otherwise] = parts.filter(({ name }) => name === 'Body');
      const test = parts.find((part) => isExpression(part));
      if (!body || !test) return [];
      const over = expressionOf(source, test);
      return [
        {
          kind: 'loop',
          targets: [],
          over,
          isFor: false,
          body: bodyOf(source, body),
          otherwise: otherwise ? bodyOf(source, otherwise) : [],
          at,
        },
      ];
    }
    case 'TryStatement':
      return [tryStatement(source, parts, at)];
    case 'WithStatement':
      return [withStatement(source, parts, at)];
    case 'MatchStatement':
      return [matchStatement(source, parts, at)];
    case 'FunctionDefinition':
      return [functionNode(source, node, decorators)];
    case 'ClassDefinition':
      return [classNode(source, node, decorators)];
    case 'DecoratedStatement': {
      const own = parts.filter(({ name }) => name === 'Decorator').map((part) => decorator(source, part));
      return parts.filter(({ name }) => name !== 'Decorator').flatMap((part) => statementOf(source, part, own));
    }
    case 'ImportStatement':
      return [importStatement(source, parts, at)];
    case 'BreakStatement':
      return [{ kind: 'break', at }];
    case 'ContinueStatement':
      return [{ kind: 'continue', at }];
    case 'PassStatement':
      return [{ kind: 'pass', at }];
    default:
      return isStatement(node.name) ? [{ kind: 'other', parts: expressionsIn(source, node), at }] : [];
  }
}

const OTHER_STATEMENTS = new Set([
  'AssertStatement',
  'DeleteStatement',
  'ScopeStatement',
  'TypeDefinition',
  'PrintStatement',
  'YieldStatement',
]);

function isStatement(name: string): boolean {
  return OTHER_STATEMENTS.has(name);
}

/** `a = b = value`, `a, b = value`, `a: int = value`. A name that is only annotated says nothing. */
function assignment(source: Source, parts: readonly SyntaxNode[], at: number): Statement[] {
  const sides: SyntaxNode[][] = [[]];
  for (const part of parts) {
    if (part.name === 'AssignOp') sides.push([]);
    else if (part.name !== 'TypeDef') sides.at(-1)?.push(part);
  }
  const value = sides.at(-1);
  if (sides.length < 2 || !value || value.length === 0) return [];
  const targets = sides.slice(0, -1).map((side) => sequence(source, side, at));
  return [{ kind: 'assign', targets, value: sequence(source, value, at), at }];
}

/** One expression, or a tuple without parentheses. */
function sequence(source: Source, parts: readonly SyntaxNode[], at: number): Expression {
  const items = parts.filter(({ name }) => name !== ',');
  const [only] = items;
  if (items.length === 1 && parts.length === 1 && only) return expressionOf(source, only);
  return { kind: 'list', items: items.map((item) => expressionOf(source, item)), at };
}

function ifStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement {
  const branches: Branch[] = [];
  let otherwise: readonly Statement[] = [];
  let test: Expression | undefined;
  for (const part of parts) {
    if (part.name === 'if' || part.name === 'elif' || part.name === 'else') test = undefined;
    else if (part.name !== 'Body') test = expressionOf(source, part);
    else if (test) branches.push({ test, body: bodyOf(source, part) });
    else otherwise = bodyOf(source, part);
  }
  return { kind: 'if', branches, otherwise, at };
}

function forStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement[] {
  const inside = parts.findIndex(({ name }) => name === 'in');
  const start = parts.findIndex(({ name }) => name === 'for');
  const [body, otherwise] = parts.filter(({ name }) => name === 'Body');
  const over = parts.slice(inside + 1).find((part) => part.name !== 'Body');
  if (inside < 0 || !body || !over) return [];
  const targets = parts
    .slice(start + 1, inside)
    .filter(({ name }) => name !== ',')
    .map((part) => expressionOf(source, part));
  return [
    {
      kind: 'loop',
      targets,
      over: expressionOf(source, over),
      isFor: true,
      body: bodyOf(source, body),
      otherwise: otherwise ? bodyOf(source, otherwise) : [],
      at,
    },
  ];
}

function tryStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement {
  let body: readonly Statement[] = [];
  const handlers: Handler[] = [];
  let otherwise: readonly Statement[] = [];
  let last: readonly Statement[] = [];
  let part = 'try';
  let types: Expression[] = [];
  for (const [place, node] of parts.entries()) {
    if (['try', 'except', 'else', 'finally'].includes(node.name)) {
      part = node.name;
      types = [];
    } else if (node.name === 'Body') {
      const statements = bodyOf(source, node);
      if (part === 'try') body = statements;
      else if (part === 'except') handlers.push({ types, body: statements });
      else if (part === 'else') otherwise = statements;
      else last = statements;
    } else if (isExpression(node) && parts[place - 1]?.name !== 'as') {
      const type = expressionOf(source, node);
      types = [...types, ...(type.kind === 'list' ? type.items : [type])];
    }
  }
  return { kind: 'try', body, handlers, otherwise, last, at };
}

function withStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement {
  const body = parts.find(({ name }) => name === 'Body');
  const items: WithItem[] = [];
  for (const [place, node] of parts.entries()) {
    if (!isExpression(node) || parts[place - 1]?.name === 'as') continue;
    const as = parts[place + 1]?.name === 'as' ? parts[place + 2] : undefined;
    items.push({ value: expressionOf(source, node), as: as && expressionOf(source, as) });
  }
  return { kind: 'with', items, body: body ? bodyOf(source, body) : [], at };
}

function matchStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement {
  const of = parts.find((part) => isExpression(part));
  const clauses = parts.find(({ name }) => name === 'MatchBody');
  const cases = (clauses ? children(clauses) : [])
    .filter(({ name }) => name === 'MatchClause')
    .map((clause) => {
      const body = children(clause).find(({ name }) => name === 'Body');
      return body ? bodyOf(source, body) : [];
    });
  return { kind: 'match', of: of ? expressionOf(source, of) : { kind: 'other', parts: [], at }, cases, at };
}

function decorator(source: Source, node: SyntaxNode): Expression {
  const [, first, ...rest] = children(node);
  const at = node.from;
  if (!first) return { kind: 'other', parts: [], at };
  // The grammar writes `a.b(c)` behind an @ as a list of names, dots and one list of arguments.
  let of: Expression = expressionOf(source, first);
  for (const part of rest) {
    if (part.name === 'VariableName' || part.name === 'PropertyName')
      of = { kind: 'attribute', of, name: textOf(source, part), at: part.from };
    else if (part.name === 'ArgList') of = { kind: 'call', of, ...argumentsOf(source, part), at };
  }
  return of;
}

function functionNode(source: Source, node: SyntaxNode, decorators: readonly Expression[]): FunctionNode {
  const parts = children(node);
  const name = parts.find((part) => part.name === 'VariableName');
  const list = parts.find((part) => part.name === 'ParamList');
  const body = parts.find((part) => part.name === 'Body');
  return {
    kind: 'function',
    name: name ? textOf(source, name) : '',
    parameters: list ? parametersOf(source, list) : [],
    decorators,
    body: body ? bodyOf(source, body) : [],
    at: name?.from ?? node.from,
  };
}

function parametersOf(source: Source, list: SyntaxNode): Parameter[] {
  const out: Parameter[] = [];
  let takes: Parameter['takes'] = 'positional';
  const parts = children(list);
  for (const [place, part] of parts.entries()) {
    const before = parts[place - 1]?.name;
    if (part.name === '*' && parts[place + 1]?.name !== 'VariableName') takes = 'keyword';
    if (part.name !== 'VariableName' || before === 'AssignOp') continue;
    const next = parts[place + 1]?.name === 'TypeDef' ? place + 2 : place + 1;
    const given = parts[next]?.name === 'AssignOp' ? parts[next + 1] : undefined;
    const kind = before === '*' || before === '**' ? before : takes;
    out.push({ name: textOf(source, part), takes: kind, default: given && expressionOf(source, given) });
    if (before === '*') takes = 'keyword';
  }
  return out;
}

function classNode(source: Source, node: SyntaxNode, decorators: readonly Expression[]): Statement {
  const parts = children(node);
  const name = parts.find((part) => part.name === 'VariableName');
  const list = parts.find((part) => part.name === 'ArgList');
  const body = parts.find((part) => part.name === 'Body');
  const { positional, keywords } = list ? argumentsOf(source, list) : { positional: [], keywords: [] };
  return {
    kind: 'class',
    name: name ? textOf(source, name) : '',
    bases: positional,
    keywords,
    decorators,
    body: body ? bodyOf(source, body) : [],
    at: name?.from ?? node.from,
  };
}

function importStatement(source: Source, parts: readonly SyntaxNode[], at: number): Statement {
  const names: ImportedName[] = [];
  const stars: ImportedName[] = [];
  const words = parts
    .map((part) => ({ name: part.name, text: textOf(source, part) }))
    .filter(({ text }) => text !== '(' && text !== ')');
  if (words[0]?.name === 'from') {
    const importAt = words.findIndex(({ name }) => name === 'import');
    const from = words.slice(1, importAt);
    // Dots before the first name count the folders; `...` is one token of three.
    const firstName = from.findIndex(({ name }) => name === 'VariableName');
    const dots = from.slice(0, firstName < 0 ? from.length : firstName).map(({ text }) => text);
    const level = dots.join('').length;
    const module = from.filter(({ name }) => name === 'VariableName').map(({ text }) => text);
    for (const { name, as } of aliases(words.slice(importAt + 1))) {
      if (name.join('.') === '*') stars.push({ as: '*', parts: module, level });
      else names.push({ as: as ?? name[0] ?? '', parts: [...module, ...name], level });
    }
  } else {
    for (const { name, as } of aliases(words.slice(1))) {
      if (as !== undefined) names.push({ as, parts: name, level: 0 });
      else names.push({ as: name[0] ?? '', parts: name.slice(0, 1), level: 0 });
    }
  }
  return { kind: 'import', names, stars, at };
}

interface Alias {
  readonly name: string[];
  as?: string;
}

function aliases(words: readonly { readonly name: string; readonly text: string }[]): Alias[] {
  const out: Alias[] = [];
  let current: Alias | undefined;
  let behindAs = false;
  for (const { name, text } of words) {
    if (name === ',') current = undefined;
    else if (name === 'as') behindAs = true;
    else if (behindAs && current) {
      current.as = text;
      behindAs = false;
    } else if (name === 'VariableName' || text === '*') {
      if (!current) out.push((current = { name: [] }));
      current.name.push(text);
    }
  }
  return out;
}
