/**
 * Walks over JSON as text: nothing is parsed, so every digit, the order of keys and any depth stay. Positions count UTF-16 units. Everything
 * expects valid JSON; of another text it reaches the end, and changes nothing.
 */

// Character codes, because a scan looks at each character of thousands of samples.
export const TAB = 9;
export const NEW_LINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_BRACKET = 91;
const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

/** White space as JSON has it. */
export function isSpace(code: number): boolean {
  return code === SPACE || code === NEW_LINE || code === TAB || code === RETURN;
}

/** The position of the first character at or after `from` that is no white space, of whatever kind. */
export function skipSpace(text: string, from: number): number {
  let position = from;
  while (position < text.length && (isSpace(text.charCodeAt(position)) || /\s/.test(text.charAt(position)))) position++;
  return position;
}

/** The position behind the string that begins at `from`. */
export function endOfString(text: string, from: number): number {
  let position = from + 1;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) return position + 1;
    position += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

const ENDS_SCALAR = /[\s,:\]}[{"]/g;

/** The position behind the number or word that begins at `from`. */
export function endOfScalar(text: string, from: number): number {
  ENDS_SCALAR.lastIndex = from + 1;
  return ENDS_SCALAR.exec(text)?.index ?? text.length;
}

/** The position behind the value that begins at or after `from`: before the comma or bracket that ends it. */
export function endOfValue(text: string, from: number): number {
  let position = from;
  let depth = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      position = endOfString(text, position);
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return position;
      depth--;
    } else if (code === COMMA && depth === 0) return position;
    position++;
  }
  return position;
}

/** Where a value is: its first position, white space before it included, and the one behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The values behind a key of the object at `at`: one, or none; more where the object has the key twice. */
export function valuesOfKey(json: string, key: string, at: Span): Span[] {
  const found: Span[] = [];
  let position = skipSpace(json, at.start);
  if (json.charCodeAt(position) !== OPEN_BRACE) return found;
  position = skipSpace(json, position + 1);
  while (position < at.end && json.charCodeAt(position) === QUOTE) {
    const endOfKey = endOfString(json, position);
    const start = skipSpace(json, endOfKey) + 1;
    const end = endOfValue(json, start);
    if (JSON.parse(json.slice(position, endOfKey)) === key) found.push({ start, end });
    position = afterComma(json, end);
  }
  return found;
}

/** The items of the array at `at`; none where there is no array. */
export function itemsOfArray(json: string, at: Span): Span[] {
  const found: Span[] = [];
  let position = skipSpace(json, at.start);
  if (json.charCodeAt(position) !== OPEN_BRACKET) return found;
  position = skipSpace(json, position + 1);
  while (position < at.end && json.charCodeAt(position) !== CLOSE_BRACKET) {
    const end = endOfValue(json, position);
    found.push({ start: position, end });
    position = afterComma(json, end);
  }
  return found;
}

function afterComma(json: string, end: number): number {
  const position = skipSpace(json, end);
  return json.charCodeAt(position) === COMMA ? skipSpace(json, position + 1) : position;
}

/** Whether a text is JSON, of whatever depth and value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
