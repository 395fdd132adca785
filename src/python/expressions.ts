import type { Span } from './statements';
import type { Token } from './tokens';

/** Names joined by dots: `tasks.add.delay`. */
export interface Chain extends Span {
  readonly parts: readonly string[];
}

export interface Keyword {
  readonly name: string;
  /** The token of the name. */
  readonly at: number;
  readonly value: Span;
}

export interface Arguments {
  readonly positional: readonly Span[];
  readonly keywords: readonly Keyword[];
  /** Behind the closing bracket. */
  readonly end: number;
}

const TEXT_LIMIT = 120;

/** The chain that begins at a token; `undefined` where no name stands there. */
export function chainAt(tokens: readonly Token[], from: number): Chain | undefined {
  const first = tokens[from];
  if (first?.kind !== 'name') return undefined;
  const parts = [first.text];
  let to = from + 1;
  for (;;) {
    const name = tokens[to + 1];
    if (tokens[to]?.text !== '.' || name?.kind !== 'name') return { parts, from, to };
    parts.push(name.text);
    to += 2;
  }
}

/** Every chain of a span. */
export function* chainsIn(tokens: readonly Token[], { from, to }: Span): Generator<Chain> {
  for (let at = from; at < to; at += 1) {
    const chain = chainAt(tokens, at);
    if (chain === undefined) continue;
    at = chain.to - 1;
    yield chain;
  }
}

/** Whether a chain is the rest of another expression: `.delay` of `add.s(1).delay`. */
export function isRest(tokens: readonly Token[], chain: Chain): boolean {
  return tokens[chain.from - 1]?.text === '.';
}

/** Whether a call follows a chain on its line. */
export function isCalled(tokens: readonly Token[], chain: Chain): boolean {
  const next = tokens[chain.to];
  return next?.text === '(' && next.indent < 0;
}

/** The arguments behind an opening bracket; of a bracket that is never closed those up to `limit`. */
export function argumentsAt(tokens: readonly Token[], open: number, limit: number): Arguments {
  const positional: Span[] = [];
  const keywords: Keyword[] = [];
  let from = open + 1;
  let depth = 0;
  let lambda = false;
  const take = (to: number): void => {
    const name = tokens[from];
    if (to > from && name?.kind === 'name' && tokens[from + 1]?.text === '=')
      keywords.push({ name: name.text, at: from, value: { from: from + 2, to } });
    else if (to > from) positional.push({ from, to });
    from = to + 1;
  };
  for (let at = open + 1; at < limit; at += 1) {
    const token = tokens[at];
    // The commas of a lambda's parameters are its own.
    if (token?.text === 'lambda' && depth === 0) lambda = true;
    if (token?.kind !== 'op') continue;
    if (token.text === ':' && depth === 0) lambda = false;
    if ('([{'.includes(token.text)) depth += 1;
    else if (')]}'.includes(token.text)) {
      if (depth === 0) {
        take(at);
        return { positional, keywords, end: at + 1 };
      }
      depth -= 1;
    } else if (token.text === ',' && depth === 0 && !lambda) take(at);
  }
  take(limit);
  return { positional, keywords, end: limit };
}

/** What an expression of nothing but plain strings says: `'a.' 'b'`. */
export function stringOf(tokens: readonly Token[], span: Span): string | undefined {
  const inner = withoutBrackets(tokens, span);
  const parts = tokens.slice(inner.from, inner.to).map(({ value }) => value);
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}

/** The chain that an expression is, with or without a call behind it; `undefined` for any other. */
export function chainOf(tokens: readonly Token[], span: Span): Chain | undefined {
  const chain = chainAt(tokens, span.from);
  if (chain === undefined || chain.to > span.to) return undefined;
  if (chain.to === span.to) return chain;
  return isCalled(tokens, chain) && argumentsAt(tokens, chain.to, span.to).end === span.to ? chain : undefined;
}

/** The items of a list, tuple or set; an expression that is none is its own only item. */
export function itemsOf(tokens: readonly Token[], span: Span): readonly Span[] {
  const first = tokens[span.from];
  if (first?.kind !== 'op' || !'([{'.includes(first.text)) return [span];
  return argumentsAt(tokens, span.from, span.to).positional;
}

/** The text of an expression on one line, cut where it is long. */
export function writtenAs(source: string, tokens: readonly Token[], { from, to }: Span): string {
  let text = '';
  let end = tokens[from]?.start ?? 0;
  for (let at = from; at < to && text.length <= TEXT_LIMIT; at += 1) {
    const token = tokens[at];
    // The code in an f-string is part of its text already.
    if (token === undefined || token.start < end) continue;
    text += (token.start > end ? ' ' : '') + source.slice(token.start, token.end).replace(/\s+/g, ' ');
    ({ end } = token);
  }
  return cut(text);
}

/** Text of the code for people: bounded. */
export function cut(text: string): string {
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
}

function withoutBrackets(tokens: readonly Token[], span: Span): Span {
  const bracketed = tokens[span.from]?.text === '(' && tokens[span.to - 1]?.text === ')';
  return bracketed ? { from: span.from + 1, to: span.to - 1 } : span;
}
