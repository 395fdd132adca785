/**
 * Python's words, without its grammar. Enough to know what is code and what is text: strings of every kind, comments, continued lines.
 * Written for files that are being typed: nothing throws, and a string that is not closed ends where Python would say so.
 */
import { identifier } from './identifiers';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'op';
  /** The word itself, a name as Python knows it (`identifier`); empty for strings, whose text may be long. */
  readonly text: string;
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** How far its line is indented (a tab reaches the next multiple of 8) where it is the first of a line that continues no other; else -1. */
  readonly indent: number;
  /** What a plain string says; absent for f-strings and bytes. */
  readonly value?: string;
}

/** Replacement fields are tried again as plain text when they do not close; this many characters may be read twice in a file. */
const SECOND_READING = 300_000;
const F_STRING_DEPTH = 6;
const TWO_CHARACTER_OPS = new Set([
  '==',
  '!=',
  '<=',
  '>=',
  ':=',
  '->',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '@=',
  '&=',
  '|=',
  '^=',
]);
const PREFIX = /^(?:[rbuft]|[rf][bt]|[bt]r|fr|rf)$/i;
const LINE_REST = /[^\r\n]*/y;
const NUMBER_REST = /[\w.]*/y;
/** As `isForeign`: letters of other scripts, but none of their spaces. */
const NAME_REST = /[\w\u00aa\u00b5\u00b7\u00ba\u00c0-\u2fff\u3001-\ufefe\uff00-\ufffc\ufffe\uffff]*/y;
/** What has no meaning inside a string. */
const STRING_REST = /[^\\'"\r\n]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** The words of a Python text, in their order. A code in an f-string follows it between `{` and `}`. */
export function tokenize(text: string): readonly Token[] {
  const reader = new Reader(text);
  reader.readAll();
  return reader.tokens;
}

class Reader {
  readonly tokens: Token[] = [];
  private position = 0;
  private indent = 0;
  private secondReading = SECOND_READING;

  constructor(private readonly text: string) {}

  readAll(): void {
    while (this.position < this.text.length) this.readOne();
  }

  /** Reads one word, or what is between words. */
  private readOne(): void {
    const char = this.text.charAt(this.position);
    if (char === '\n' || char === '\r') {
      this.position += 1;
      this.indent = 0;
    } else if (char === ' ' || char === '\t' || char === '\f' || char === '\u00a0') this.readSpace(char);
    else if (char === '#') this.position = endOfMatch(LINE_REST, this.text, this.position);
    else if (char === '\\') this.readBackslash();
    else if (char === '"' || char === "'") this.readString('', this.position);
    else if (isNameStart(char)) this.readName();
    else if (char >= '0' && char <= '9') this.readNumber();
    else this.readOp(char);
  }

  private readSpace(char: string): void {
    this.position += 1;
    if (this.indent < 0) return;
    if (char === '\t') this.indent = (Math.floor(this.indent / 8) + 1) * 8;
    else this.indent = char === '\f' ? 0 : this.indent + 1;
  }

  /** Before the end of a line it joins the next one to it; anywhere else it means nothing. */
  private readBackslash(): void {
    this.position += 1;
    const after = lineBreakAt(this.text, this.position);
    if (after === 0) return;
    this.position += after;
    this.indent = -1;
  }

  private push(kind: Token['kind'], start: number, value?: string): void {
    const written = kind === 'string' ? '' : this.text.slice(start, this.position);
    const text = kind === 'name' ? identifier(written) : written;
    const { position: end, indent } = this;
    this.tokens.push(
      value === undefined ? { kind, text, start, end, indent } : { kind, text, start, end, indent, value },
    );
    this.indent = -1;
  }

  private readName(): void {
    const start = this.position;
    const end = endOfMatch(NAME_REST, this.text, start + 1);
    const quote = this.text.charAt(end);
    this.position = end;
    if ((quote === '"' || quote === "'") && end - start < 3 && PREFIX.test(this.text.slice(start, end)))
      this.readString(this.text.slice(start, end).toLowerCase(), start);
    else this.push('name', start);
  }

  private readNumber(): void {
    const start = this.position;
    this.position = endOfMatch(NUMBER_REST, this.text, start);
    this.push('number', start);
  }

  private readOp(char: string): void {
    const start = this.position;
    this.position += TWO_CHARACTER_OPS.has(char + this.text.charAt(start + 1)) ? 2 : 1;
    this.push('op', start);
  }

  /** A string from its opening quote. @param prefix in small letters @param start where the prefix begins */
  private readString(prefix: string, start: number): void {
    const quote = this.text.charAt(this.position);
    const triple = this.text.startsWith(quote.repeat(3), this.position);
    this.position += triple ? 3 : 1;
    const bodyStart = this.position;
    if (prefix.includes('f') || prefix.includes('t')) {
      this.readFormatted(start, quote, triple);
      return;
    }
    const closed = this.skipToQuote(quote, triple);
    const body = this.text.slice(bodyStart, closed ? this.position - (triple ? 3 : 1) : this.position);
    if (prefix.includes('b')) this.push('string', start);
    else this.push('string', start, prefix.includes('r') ? body : unescaped(body));
  }

  /** Goes behind the closing quote; behind the line, or the text, where there is none. @returns whether there was one */
  private skipToQuote(quote: string, triple: boolean): boolean {
    const close = triple ? quote.repeat(3) : quote;
    while (this.position < this.text.length) {
      const char = this.text.charAt(this.position);
      if (char === '\\') this.position += 1 + Math.max(1, lineBreakAt(this.text, this.position + 1));
      else if (char === quote && this.text.startsWith(close, this.position)) {
        this.position += close.length;
        return true;
      } else if (!triple && (char === '\n' || char === '\r')) return false;
      else this.position = endOfMatch(STRING_REST, this.text, this.position + 1);
    }
    this.position = this.text.length;
    return false;
  }

  /** An f-string: the string itself, then the code in it. Where a `{` in it is not closed, all of it is plain text. */
  private readFormatted(start: number, quote: string, triple: boolean): void {
    const before = this.tokens.length;
    const bodyStart = this.position;
    const { indent } = this;
    this.push('string', start);
    if (this.secondReading > 0 && this.readFields(quote, triple, 0)) {
      // The string is as long as all of it, though its code follows as words of its own.
      const [token] = this.tokens.splice(before, 1);
      if (token !== undefined) this.tokens.splice(before, 0, { ...token, end: this.position });
      return;
    }
    this.secondReading -= this.position - bodyStart;
    this.tokens.length = before;
    this.position = bodyStart;
    this.indent = indent;
    this.skipToQuote(quote, triple);
    this.push('string', start);
  }

  /** The rest of an f-string. @returns false where it cannot be read as one */
  private readFields(quote: string, triple: boolean, depth: number): boolean {
    const close = triple ? quote.repeat(3) : quote;
    while (this.position < this.text.length) {
      const char = this.text.charAt(this.position);
      if (char === quote && this.text.startsWith(close, this.position)) {
        this.position += close.length;
        return true;
      }
      if (char === '\\') this.position += 1 + Math.max(1, lineBreakAt(this.text, this.position + 1));
      else if (char === '{' && this.text.charAt(this.position + 1) === '{') this.position += 2;
      else if (char === '{') {
        if (!this.readField(quote, triple, depth)) return false;
      } else if (!triple && (char === '\n' || char === '\r')) return false;
      else this.position += 1;
    }
    return false;
  }

  /** One `{code!r:format}`, behind its `}`. */
  private readField(quote: string, triple: boolean, depth: number): boolean {
    if (depth >= F_STRING_DEPTH) return false;
    let brackets = 0;
    this.pushOp();
    while (this.position < this.text.length) {
      const char = this.text.charAt(this.position);
      if (char === '}' && brackets === 0) {
        this.pushOp();
        return true;
      }
      if (char === ':' && brackets === 0) {
        this.position += 1;
        return this.readFormat(quote, triple, depth);
      }
      if (!triple && (char === '\n' || char === '\r' || char === '#')) return false;
      if ('([{'.includes(char)) brackets += 1;
      else if (')]}'.includes(char)) brackets -= 1;
      if (!this.readInField(char, depth)) return false;
      this.indent = -1;
    }
    return false;
  }

  /** One word of a field; a string of its own may be formatted too. */
  private readInField(char: string, depth: number): boolean {
    const formatted = /^(?:f|t|rf|fr|rt|tr)(?=["'])/i.exec(this.text.slice(this.position, this.position + 3));
    if (formatted === null || !isNameStart(char)) {
      this.readOne();
      return true;
    }
    const start = this.position;
    this.position += formatted[0].length;
    const quote = this.text.charAt(this.position);
    const triple = this.text.startsWith(quote.repeat(3), this.position);
    this.position += triple ? 3 : 1;
    this.push('string', start);
    return this.readFields(quote, triple, depth + 1);
  }

  /** What follows the `:` of a field, with fields of its own, behind its `}`. */
  private readFormat(quote: string, triple: boolean, depth: number): boolean {
    while (this.position < this.text.length) {
      const char = this.text.charAt(this.position);
      if (char === '}') {
        this.pushOp();
        return true;
      }
      if (char === '{') {
        if (!this.readField(quote, triple, depth + 1)) return false;
      } else if (!triple && (char === quote || char === '\n' || char === '\r')) return false;
      else this.position += 1;
    }
    return false;
  }

  private pushOp(): void {
    this.indent = -1;
    this.position += 1;
    this.push('op', this.position - 1);
  }
}

/** What a string without prefix says; only the escapes that names and messages have. */
function unescaped(body: string): string {
  if (!body.includes('\\')) return body;
  return body.replace(/\\(\r\n|[^])/g, (whole, char: string) => {
    if (char === '\n' || char === '\r' || char === '\r\n') return '';
    return ESCAPES[char] ?? whole;
  });
}

function lineBreakAt(text: string, position: number): number {
  const char = text.charAt(position);
  if (char === '\r') return text.charAt(position + 1) === '\n' ? 2 : 1;
  return char === '\n' ? 1 : 0;
}

/** Where what a sticky expression matches from a position ends. */
function endOfMatch(expression: RegExp, text: string, from: number): number {
  expression.lastIndex = from;
  expression.test(text);
  return Math.max(from, expression.lastIndex);
}

function isNameStart(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || isForeign(char);
}

/** Letters of other scripts may be in names; the spaces among them may not. */
function isForeign(char: string): boolean {
  if (char === '\u00aa' || char === '\u00b5' || char === '\u00ba') return true;
  return char > '\u00bf' && char !== '\u3000' && char !== '\ufeff' && char !== '\ufffd';
}
