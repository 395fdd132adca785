/** The names of values that are in single quotes, where a `$` is a `$`. */
const LITERAL = Symbol('literal');

/** What a `.env` file holds. */
export type EnvVariables = Readonly<Record<string, string | undefined>> & {
  readonly [LITERAL]?: ReadonlySet<string>;
};

/** `export NAME=`, or `NAME: ` as in YAML, with the white space around it. */
const NAME = /[^\S\n]*(?:(?:export|set)[^\S\n]+)?([\w.-]+)[^\S\n]*(?:=|:(?=[ \t]))([^\S\n]*)/y;
/** What may follow a value in quotes; people end lines as in other languages. */
const AFTER_QUOTES = /[ \t]*[;,]?[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
/** Escaped quotes at which a value may end all the same. */
const MAX_ESCAPED = 100;
const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' };

/**
 * Reads the text of a `.env` file as Django projects have it: `NAME=value`, quotes (also over several lines), comments, `export`, any line
 * ends. As in python-dotenv 1.0 and django-environ 0.11, a # begins a comment only behind white space. References are not filled in.
 * Never throws.
 */
export function readEnvFile(text: string): Record<string, string> & EnvVariables {
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const values: Record<string, string> = {};
  const literal = new Set<string>();
  let at = 0;
  while (at < lines.length) {
    NAME.lastIndex = at;
    const [whole, name, gap = ''] = NAME.exec(lines) ?? [];
    const lineEnd = endOfLine(lines, at);
    if (whole === undefined || name === undefined) {
      at = lineEnd + 1;
      continue;
    }
    const start = at + whole.length;
    const quoted = quotedValue(lines, start);
    const value = quoted ?? { text: bareValue(lines.slice(start, lineEnd), gap), end: lineEnd + 1, literal: false };
    // A file may have any name, also __proto__.
    Object.defineProperty(values, name, { value: value.text, enumerable: true, configurable: true, writable: true });
    if (value.literal) literal.add(name);
    else literal.delete(name);
    at = value.end;
  }
  return withLiterals(values, literal);
}

/** Decodes a file: UTF-8, or UTF-16 as PowerShell writes it. */
export function decodeEnvFile(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(utf16).decode(bytes);
}

/** Whether the value of a name is in single quotes, so that nothing is filled in. */
export function isLiteral(variables: EnvVariables, name: string): boolean {
  return variables[LITERAL]?.has(name) ?? false;
}

/** The variables of several files; of a name that is in more than one, the last value counts. */
export function mergeEnvFiles(files: readonly EnvVariables[]): EnvVariables {
  const values: Record<string, string> = {};
  const literal = new Set<string>();
  for (const file of files)
    for (const [name, value] of Object.entries(file)) {
      if (value === undefined) continue;
      Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
      if (isLiteral(file, name)) literal.add(name);
      else literal.delete(name);
    }
  return withLiterals(values, literal);
}

function withLiterals<Values extends Record<string, string>>(values: Values, literal: ReadonlySet<string>): Values {
  // Not one of the variables, and not seen where they are listed or compared.
  return Object.defineProperty(values, LITERAL, { value: literal });
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Without quotes a # begins a comment only behind white space: most parsers would cut a password there. */
function bareValue(text: string, gap: string): string {
  if (gap !== '' && text.startsWith('#')) return '';
  const comment = text.search(/\s#/);
  return (comment < 0 ? text : text.slice(0, comment)).trim();
}

/** @returns undefined for a value that has no quotes around it, or only one */
function quotedValue(text: string, start: number): { text: string; end: number; literal: boolean } | undefined {
  const quote = text[start];
  if (quote !== "'" && quote !== '"' && quote !== '`') return undefined;
  const escaped: number[] = [];
  for (let at = text.indexOf(quote, start + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (isEscaped(text, start, at) && escaped.length < MAX_ESCAPED) {
      escaped.push(at);
      continue;
    }
    // Where it does not end there, an escaped one may do: 'C:\path\'.
    const closing = [at, ...escaped.reverse()].find((place) => endsValue(text, place + 1));
    return closing === undefined ? undefined : unquoted(text, start, closing, quote);
  }
  const closing = escaped.reverse().find((place) => endsValue(text, place + 1));
  return closing === undefined ? undefined : unquoted(text, start, closing, quote);
}

/** By an odd number of backslashes. */
function isEscaped(text: string, start: number, at: number): boolean {
  let first = at;
  while (first - 1 > start && text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}

function endsValue(text: string, at: number): boolean {
  AFTER_QUOTES.lastIndex = at;
  return AFTER_QUOTES.test(text);
}

function unquoted(
  text: string,
  start: number,
  closing: number,
  quote: string,
): { text: string; end: number; literal: boolean } {
  const inside = text.slice(start + 1, closing);
  const end = endOfLine(text, closing) + 1;
  if (quote === "'") return { text: inside.replaceAll("\\'", "'"), end, literal: true };
  if (quote === '`') return { text: inside, end, literal: false };
  const value = inside.replace(/\\(.)/g, (pair, char: string) => UNESCAPED[char] ?? pair);
  // `\$` is a `$` that refers to nothing. Beside one that does it stays as it is written.
  const only = !inside.replaceAll('\\$', '').includes('$');
  return only ? { text: value.replaceAll('\\$', '$'), end, literal: true } : { text: value, end, literal: false };
}
