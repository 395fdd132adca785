import type { SyntaxNode } from '@lezer/common';
import { children, textOf, type Source } from './source';
import type { DictEntry, Expression, Keyword } from './tree';

export function expressionOf(source: Source, node: SyntaxNode): Expression {
  const at = node.from;
  const parts = children(node);
  const inner = (): Expression[] => parts.filter(isExpression).map((part) => expressionOf(source, part));
  switch (node.name) {
    case 'VariableName':
      return { kind: 'name', name: textOf(source, node), at };
    case 'Boolean':
      return { kind: 'constant', value: textOf(source, node) === 'True', at };
    case 'None':
      return { kind: 'constant', value: null, at };
    case 'Number':
      return { kind: 'number', value: Number(textOf(source, node).replaceAll('_', '')), at };
    case 'String':
      return { kind: 'text', value: stringValue(textOf(source, node)), at };
    case 'ContinuedString': {
      const texts = inner().map((part) => (part.kind === 'text' ? part.value : null));
      return { kind: 'text', value: texts.includes(null) ? null : texts.join(''), at };
    }
    case 'FormatString':
      return { kind: 'text', value: null, at };
    case 'ParenthesizedExpression': {
      const [only] = inner();
      return only ?? { kind: 'other', parts: [], at };
    }
    case 'AwaitExpression': {
      const [only] = inner();
      return only ?? { kind: 'other', parts: [], at };
    }
    case 'MemberExpression':
      return member(source, parts, at);
    case 'CallExpression': {
      const [of, list] = parts;
      if (!of || list?.name !== 'ArgList') return { kind: 'other', parts: inner(), at };
      return { kind: 'call', of: expressionOf(source, of), ...argumentsOf(source, list), at };
    }
    case 'NamedExpression': {
      const [name, , value] = parts;
      if (!name || !value) return { kind: 'other', parts: inner(), at };
      return { kind: 'walrus', name: textOf(source, name), value: expressionOf(source, value), at };
    }
    case 'UnaryExpression': {
      const of = parts.find(isExpression);
      if (of && parts[0]?.name === 'not') return { kind: 'not', of: expressionOf(source, of), at };
      const [number] = inner();
      if (number?.kind === 'number' && parts[0] && textOf(source, parts[0]) === '-')
        return { ...number, value: -number.value };
      return { kind: 'other', parts: inner(), at };
    }
    case 'BinaryExpression':
      return binary(source, parts, at);
    case 'ConditionalExpression': {
      const [then, , test, , otherwise] = parts;
      if (!then || !test || !otherwise) return { kind: 'other', parts: inner(), at };
      return {
        kind: 'choice',
        test: expressionOf(source, test),
        then: expressionOf(source, then),
        otherwise: expressionOf(source, otherwise),
        at,
      };
    }
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression':
      return { kind: 'list', items: inner(), at };
    case 'DictionaryExpression':
      return { kind: 'dict', entries: entriesOf(source, parts), at };
    case 'LambdaExpression':
    case 'ArrayComprehensionExpression':
    case 'SetComprehensionExpression':
    case 'DictionaryComprehensionExpression':
    case 'ComprehensionExpression':
      return { kind: 'later', parts: inner(), at };
    default:
      return { kind: 'other', parts: inner(), at };
  }
}

/** The expressions in a statement that has no meaning here. */
export function expressionsIn(source: Source, node: SyntaxNode): Expression[] {
  return children(node)
    .filter(isExpression)
    .map((part) => expressionOf(source, part));
}

function member(source: Source, parts: readonly SyntaxNode[], at: number): Expression {
  const [of, sign] = parts;
  if (!of) return { kind: 'other', parts: [], at };
  const inside = expressionOf(source, of);
  const name = parts.find((part) => part.name === 'PropertyName');
  if (sign?.name === '.' && name) return { kind: 'attribute', of: inside, name: textOf(source, name), at: name.from };
  const index = parts
    .slice(1)
    .filter(isExpression)
    .map((part) => expressionOf(source, part));
  // A slice has colons beside its parts.
  const isSlice = parts.some((part) => part.name === ':');
  return { kind: 'item', of: inside, index: index.length === 1 && !isSlice ? (index[0] ?? null) : null, at };
}

const COMPARES = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not']);

function binary(source: Source, parts: readonly SyntaxNode[], at: number): Expression {
  const [first, ...rest] = parts;
  const last = rest.at(-1);
  if (!first || !last) return { kind: 'other', parts: [], at };
  const op = rest
    .slice(0, -1)
    .map((part) => textOf(source, part))
    .join(' ');
  const left = expressionOf(source, first);
  const right = expressionOf(source, last);
  if (op === 'and' || op === 'or') return { kind: op, left, right, at };
  return COMPARES.has(op) ? { kind: 'compare', op, left, right, at } : { kind: 'other', parts: [left, right], at };
}

function entriesOf(source: Source, parts: readonly SyntaxNode[]): DictEntry[] {
  const entries: DictEntry[] = [];
  for (const [place, part] of parts.entries()) {
    if (part.name === ':') {
      const key = parts[place - 1];
      const value = parts[place + 1];
      if (key && value) entries.push({ key: expressionOf(source, key), value: expressionOf(source, value) });
    } else if (part.name === '**') {
      const value = parts[place + 1];
      if (value) entries.push({ key: null, value: expressionOf(source, value) });
    }
  }
  return entries;
}

/** Null where it is bytes. Escapes other than quotes and backslashes stay as they are: no name has them. */
function stringValue(written: string): string | null {
  const match = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(written);
  if (!match) return null;
  const [, prefix = '', , inside = ''] = match;
  if (/[bf]/i.test(prefix)) return null;
  return /r/i.test(prefix) ? inside : inside.replace(/\\(["'\\])/g, '$1').replace(/\\\n/g, '');
}

/** The arguments of a call or the bases of a class. */
export function argumentsOf(
  source: Source,
  list: SyntaxNode,
): { readonly positional: Expression[]; readonly keywords: Keyword[]; readonly spread: Expression[] } {
  const positional: Expression[] = [];
  const keywords: Keyword[] = [];
  const spread: Expression[] = [];
  const parts = children(list);
  for (let place = 0; place < parts.length; place++) {
    const part = parts[place];
    if (!part || ['(', ')', ','].includes(part.name)) continue;
    const value = parts[place + 2];
    if (part.name === '*' || part.name === '**') {
      const spreadValue = parts[++place];
      if (spreadValue) spread.push(expressionOf(source, spreadValue));
    } else if (part.name === 'VariableName' && parts[place + 1]?.name === 'AssignOp' && value) {
      const name = textOf(source, part);
      const given = expressionOf(source, value);
      // `f(x := 2)` gives a value that has a name from then on.
      if (textOf(source, parts[place + 1] ?? part) === ':=')
        positional.push({ kind: 'walrus', name, value: given, at: part.from });
      else keywords.push({ name, value: given });
      place += 2;
    } else if (part.name === 'for' || part.name === 'async') {
      // `f(x for x in y)`: the first expression runs once for each.
      const first = positional.pop();
      const inside = parts
        .slice(place)
        .filter(isExpression)
        .map((each) => expressionOf(source, each));
      positional.push({ kind: 'later', parts: [...(first ? [first] : []), ...inside], at: part.from });
      break;
    } else if (isExpression(part)) positional.push(expressionOf(source, part));
  }
  return { positional, keywords, spread };
}

/** Words of the language begin with a small letter in this grammar, signs are themselves. */
const EXPRESSION = /^[A-Z]/;
const PARTS_OF_STATEMENTS = new Set([
  ...['Body', 'TypeDef', 'AssignOp', 'UpdateOp', 'CompareOp', 'ArithOp', 'BitOp'],
  ...['MatchBody', 'ParamList', 'ArgList', 'Comment'],
]);

/** Whether a node is an expression: neither a word of the language nor a sign. */
export function isExpression({ name }: SyntaxNode): boolean {
  return EXPRESSION.test(name) && !PARTS_OF_STATEMENTS.has(name);
}
