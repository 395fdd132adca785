import type { Token } from './tokens';

/** A piece of the tokens of a file: from the first to before the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A simple statement, or the head of a compound one: `def f(x):`. */
export interface Statement extends Span {
  readonly indent: number;
  /** It follows another on the same line: behind `;`, or behind the head of its block. */
  readonly inline: boolean;
}

/** Words that no line inside brackets can begin with: there a bracket was left open, and a new statement begins. */
const BREAKING = new Set(
  'assert break class continue def del except finally global import nonlocal pass raise return try while with'.split(
    ' ',
  ),
);
const COMPOUND = new Set('async case class def elif else except finally for if match try while with'.split(' '));

/** The statements of a file. Every token belongs to one. */
export function statementsOf(tokens: readonly Token[]): readonly Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  let indent = 0;
  let inline = false;
  let brackets = 0;
  let headOpen = false;
  const close = (to: number): void => {
    if (to > from) statements.push({ from, to, indent, inline });
    from = to;
  };
  tokens.forEach((token, index) => {
    if (token.indent >= 0 && (brackets === 0 || breaksBrackets(tokens, index, indent))) {
      close(index);
      ({ indent } = token);
      inline = false;
      brackets = 0;
      headOpen = COMPOUND.has(token.text);
    }
    if (token.kind !== 'op') {
      // The colon behind a lambda is its own.
      if (token.text === 'lambda' && brackets === 0) headOpen = false;
      return;
    }
    if ('([{'.includes(token.text)) brackets += 1;
    else if (')]}'.includes(token.text)) brackets = Math.max(0, brackets - 1);
    else if (brackets === 0 && (token.text === ';' || (token.text === ':' && headOpen))) {
      close(index + 1);
      inline = true;
      headOpen = false;
    }
  });
  close(tokens.length);
  return statements;
}

/** Whether a line that is in brackets begins a statement nevertheless, because a bracket was never closed. */
function breaksBrackets(tokens: readonly Token[], index: number, indent: number): boolean {
  const token = tokens[index];
  const next = tokens[index + 1];
  if (token === undefined) return false;
  if (token.kind === 'name') return BREAKING.has(token.text) || (token.text === 'async' && next?.text === 'def');
  return token.text === '@' && token.indent <= indent && next?.kind === 'name';
}
