import { escapeUnsafe } from '../base/unsafeText';

/** Breaks `@name` and `#12` for trackers that would notify people or link issues; nobody sees it. */
const BREAK = '\u200b';

/** A text as nothing but text, on one line: no markup, no HTML, no table cell's end, no mention. */
export function plain(text: string): string {
  return escapeUnsafe(text)
    .replace(/[\\`*_{}[\]<>#|~&!$]/g, '\\$&')
    .replace(/@(?=\w)/g, `@${BREAK}`)
    .replace(/\\#(?=\w)/g, `\\#${BREAK}`);
}

/** A name of the database as code, which nothing in it can leave: also in a table. */
export function code(name: string): string {
  const text = escapeUnsafe(name);
  const longest = longestRun(text);
  const fence = '`'.repeat(longest + 1);
  // A space at both ends is taken away again where the text is shown.
  const padded = longest > 0 || text === '' || / ^|^ | $/.test(text) ? ` ${text} ` : text;
  return `${fence}${padded.replaceAll('|', '\\|')}${fence}`;
}

/** What a name, an option or a line of code looks like, and no word of a sentence does. */
const LOOKS_LIKE_CODE = [/[_*\\[\]{}]/, /^[A-Za-z]\w+(\.[A-Za-z]\w+)+$/, /^--?[a-z]/, /^[\w.]+\(/];

/**
 * A sentence as text on one line, in which names and code are code spans: escaped sign by sign, nobody could read them.
 * @param inTable a `|` would end the cell
 */
export function prose(sentence: string, inTable = false): string {
  const words = escapeUnsafe(sentence).split(' ');
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, before = '', inner = '', after = ''] = /^([“(]*)(.*?)([.,;:!?”)]*)$/.exec(words[at] ?? '') ?? [];
    if (!isCode(inner, inTable)) {
      parts.push(plain(words[at] ?? ''));
      continue;
    }
    let [text, end] = [inner, after];
    // A call with spaces in it is one span.
    while (opened(text) > 0 && opened(text + end) > 0 && at + 1 < words.length) {
      const [, next = '', nextEnd = ''] = /^(.*?)([.,;:!?”)]*)$/.exec(words[at + 1] ?? '') ?? [];
      if (!isCode(next, inTable)) break;
      text += `${end} ${next}`;
      end = nextEnd;
      at++;
    }
    while (opened(text) > 0 && end.startsWith(')')) {
      text += ')';
      end = end.slice(1);
    }
    parts.push(`${plain(before)}${code(text)}${plain(end)}`);
  }
  return parts.join(' ');
}

function isCode(word: string, inTable: boolean): boolean {
  // An address of the web stays a link.
  if (/^[a-z]+:\/\//.test(word) || word.includes('`') || (inTable && word.includes('|'))) return false;
  return LOOKS_LIKE_CODE.some((pattern) => pattern.test(word));
}

/** Parentheses that are still open. */
function opened(text: string): number {
  return text.split('(').length - text.split(')').length;
}

/** A part that is folded to its title. @param title fixed words of ours: it is HTML */
export function details(title: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/** The longest row of backticks. */
function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** Lines as a block of code, indented to stand in a list. */
export function codeBlock(text: string, indent: string): string[] {
  const longest = Math.max(2, longestRun(text));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...text.split(/\r?\n/).map(escapeUnsafe), fence].map((line) => `${indent}${line}`.trimEnd());
}

/** A table; cells are Markdown already. @param right columns of numbers */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)];
}
