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
