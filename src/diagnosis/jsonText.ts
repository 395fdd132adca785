import { escapeUnsafe } from './unsafeText';

/**
 * JSON kept as the text that PostgreSQL sent. Parsing it would lose the digits of numbers beyond 2^53, and recursion
 * would end on deep nesting; so it is only re-spaced and masked, character by character.
 * The shape is that of ECMAScript's `JSON.rawJSON`.
 */
export interface JsonText {
  readonly rawJSON: string;
}

export const MASK = '"***"';

/**
 * Names whose values are masked unless the user says otherwise; compared without case, `_` and `-`, anywhere in the key.
 * One of three letters must be a word of its own: `user_ssn`, but not `class_name`.
 */
export const DEFAULT_MASKED_KEYS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'jwt',
  'apikey',
  'accesskey',
  'privatekey',
  'authorization',
  'credential',
  'cookie',
  'cardnumber',
  'cvv',
  'ssn',
];

/**
 * Puts JSON on one line with `, ` and `: ` between its parts, as Python's json.dumps does, and masks the values of chosen keys.
 * Characters that would break a line or steer a terminal are escaped; digits, key order and everything else stay.
 * @param text valid JSON (not checked: what is not JSON comes back with only its white space folded)
 * @param maskedKeys words; a key that has one of them in it has its value replaced by `"***"`
 */
export function oneLineJson(text: string, maskedKeys: readonly string[] = []): JsonText {
  return {
    rawJSON: new OneLine(
      text,
      maskedKeys.map(normalizeKey).filter((key) => key !== ''),
    ).write(),
  };
}

function normalizeKey(key: string): string {
  return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

const SHORT_WORD = 3;

/** `userSSN`, `user_ssn` and `user-ssn` are `user` and `ssn`. */
function wordsOf(key: string): string[] {
  const apart = key.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return apart.split(/[^\p{L}\p{N}]+/u).map((word) => word.toLowerCase());
}

class OneLine {
  private position = 0;
  private readonly parts: string[] = [];
  /** One entry for each open container: true while the next string in it is a key. */
  private readonly open: { object: boolean; keyNext: boolean }[] = [];

  constructor(
    private readonly text: string,
    private readonly masked: readonly string[],
  ) {}

  write(): string {
    while (this.position < this.text.length) this.step(this.text.charAt(this.position));
    return this.parts.join('');
  }

  private step(char: string): void {
    const container = this.open.at(-1);
    switch (char) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        this.position++;
        return;
      case '{':
      case '[':
        this.open.push({ object: char === '{', keyNext: char === '{' });
        this.emit(char, 1);
        return;
      case '}':
      case ']':
        this.open.pop();
        this.emit(char, 1);
        return;
      case ',':
        if (container?.object === true) container.keyNext = true;
        this.emit(', ', 1);
        return;
      case ':':
        this.emit(': ', 1);
        return;
      case '"':
        this.string(container);
        return;
      default:
        this.scalar();
    }
  }

  private emit(text: string, consumed: number): void {
    this.parts.push(text);
    this.position += consumed;
  }

  private string(container: { object: boolean; keyNext: boolean } | undefined): void {
    const end = endOfString(this.text, this.position);
    const raw = this.text.slice(this.position, end);
    this.emit(escapeUnsafe(raw), end - this.position);
    if (container?.keyNext !== true) return;
    container.keyNext = false;
    if (this.masked.length > 0 && this.isMasked(raw)) this.maskValue();
  }

  private isMasked(rawKey: string): boolean {
    let key = rawKey;
    try {
      key = String(JSON.parse(rawKey));
    } catch {
      // Not JSON after all: compare what stands there.
    }
    const normalized = normalizeKey(key);
    return this.masked.some((word) =>
      word.length > SHORT_WORD ? normalized.includes(word) : normalized === word || wordsOf(key).includes(word),
    );
  }

  /** Stands behind a key: writes the mask and skips the value, whatever it is. */
  private maskValue(): void {
    this.position = skipSpace(this.text, this.position);
    if (this.text.charAt(this.position) !== ':') return;
    this.parts.push(': ', MASK);
    this.position = endOfValue(this.text, this.position + 1);
  }

  private scalar(): void {
    let end = this.position + 1;
    while (end < this.text.length && !/[\s,:\]}[{"]/.test(this.text.charAt(end))) end++;
    this.emit(escapeUnsafe(this.text.slice(this.position, end)), end - this.position);
  }
}

/** The position of the first character at or after `from` that is no white space. */
export function skipSpace(text: string, from: number): number {
  let position = from;
  while (position < text.length && /\s/.test(text.charAt(position))) position++;
  return position;
}

/** The position behind the string that begins at `from`. */
export function endOfString(text: string, from: number): number {
  let position = from + 1;
  while (position < text.length) {
    const char = text.charAt(position);
    if (char === '"') return position + 1;
    position += char === '\\' ? 2 : 1;
  }
  return text.length;
}

/** The position behind the value that begins at or after `from`: before the comma or bracket that ends it. */
export function endOfValue(text: string, from: number): number {
  let position = from;
  let depth = 0;
  while (position < text.length) {
    const char = text.charAt(position);
    if (char === '"') {
      position = endOfString(text, position);
      continue;
    }
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) return position;
      depth--;
    } else if (char === ',' && depth === 0) return position;
    position++;
  }
  return position;
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
