import { endOfScalar, endOfString, isSpace, skipSpace } from '../../base/jsonScanner';
import { escapeUnsafe } from '../../base/unsafeText';

/** JSON with a line for each part. */
export interface PrettyJson {
  readonly text: string;
  /** Whether `limit` cut it. */
  readonly cut: boolean;
}

/** What is deeper stays on one line: otherwise the white space of a million brackets would be gigabytes. */
const DEEPEST_INDENT = 24;

/**
 * Indents JSON by two, token by token: nothing is parsed, so every digit, the order of keys and any depth stay. Characters that would
 * steer the text around them are shown as escapes.
 * @param raw valid JSON; of what is not JSON nothing but white space between its parts is lost
 * @param limit about how many characters are wanted
 */
export function prettyJson(raw: string, limit = Infinity): PrettyJson {
  const parts: string[] = [];
  let length = 0;
  let depth = 0;
  const add = (text: string): void => {
    parts.push(text);
    length += text.length;
  };
  const breakLine = (): void => {
    if (depth <= DEEPEST_INDENT) add(`\n${'  '.repeat(Math.max(0, depth))}`);
  };
  let at = 0;
  while (at < raw.length && length < limit) {
    const char = raw.charAt(at);
    if (isSpace(raw.charCodeAt(at))) {
      at++;
    } else if (char === '{' || char === '[') {
      const close = skipSpace(raw, at + 1);
      if (raw.charAt(close) === (char === '{' ? '}' : ']')) {
        add(char + raw.charAt(close));
        at = close + 1;
        continue;
      }
      add(char);
      depth++;
      breakLine();
      at++;
    } else if (char === '}' || char === ']') {
      const inside = depth <= DEEPEST_INDENT;
      depth--;
      if (inside) breakLine();
      add(char);
      at++;
    } else if (char === ',') {
      add(depth <= DEEPEST_INDENT ? ',' : ', ');
      breakLine();
      at++;
    } else if (char === ':') {
      add(': ');
      at++;
    } else {
      const end = char === '"' ? endOfString(raw, at) : endOfScalar(raw, at);
      const shown = Math.min(end, at + limit - length);
      add(escapeUnsafe(raw.slice(at, shown)));
      at = shown;
      if (shown < end) break;
    }
  }
  return { text: parts.join(''), cut: at < raw.length };
}

const BLOCK = 16_000;

/** A long text in blocks of whole lines, so that a browser lays out only what is in view. */
export function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from + BLOCK);
    const end = newline === -1 ? text.length : newline + 1;
    blocks.push(text.slice(from, end));
    from = end;
  }
  return blocks;
}
