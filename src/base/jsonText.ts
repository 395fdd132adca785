import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  endOfString,
  endOfValue,
  isSpace,
  NEW_LINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  RETURN,
  skipSpace,
  SPACE,
  TAB,
} from './jsonScanner';
import { escapeUnsafe } from './unsafeText';

/**
 * JSON kept as the text that PostgreSQL sent. Parsing it would lose the digits of numbers beyond 2^53, and recursion
 * would end on deep nesting; so it is only re-spaced and masked, character by character.
 * The shape is that of ECMAScript's `JSON.rawJSON`.
 */
export interface JsonText {
  readonly rawJSON: string;
}

export function isJsonText(value: unknown): value is JsonText {
  return typeof value === 'object' && value !== null && 'rawJSON' in value && typeof value.rawJSON === 'string';
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
  return { rawJSON: new OneLine(text, keyMaskOf(maskedKeys)).write() };
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

/** Keys that are remembered: those of thousands of samples are some hundreds, unless ids are keys. */
const MOST_KEYS = 5000;

/** Which keys have their values masked. A scan asks it of thousands of samples that have the same few keys. */
class KeyMask {
  private readonly words: readonly string[];
  private readonly known = new Map<string, boolean>();

  constructor(maskedKeys: readonly string[]) {
    this.words = maskedKeys.map(normalizeKey).filter((word) => word !== '');
  }

  get isEmpty(): boolean {
    return this.words.length === 0;
  }

  /** @param raw a key as JSON writes it, with its quotes */
  hides(raw: string): boolean {
    const known = this.known.get(raw);
    if (known !== undefined) return known;
    const hidden = this.isMasked(raw);
    if (this.known.size >= MOST_KEYS) this.known.clear();
    this.known.set(raw, hidden);
    return hidden;
  }

  private isMasked(raw: string): boolean {
    let key = raw;
    try {
      key = String(JSON.parse(raw));
    } catch {
      // Not JSON after all: compare what is there.
    }
    const normalized = normalizeKey(key);
    return this.words.some((word) =>
      word.length > SHORT_WORD ? normalized.includes(word) : normalized === word || wordsOf(key).includes(word),
    );
  }
}

const keyMasks = new WeakMap<readonly string[], KeyMask>();

function keyMaskOf(maskedKeys: readonly string[]): KeyMask {
  let mask = keyMasks.get(maskedKeys);
  if (!mask) keyMasks.set(maskedKeys, (mask = new KeyMask(maskedKeys)));
  return mask;
}

/** What an open container expects of its next string. */
const enum Inside {
  Array,
  Object,
  /** An object whose next string is a key. */
  ObjectBeforeKey,
}

/** Copies runs of text that stay as they are: all of it, where PostgreSQL wrote a jsonb and nothing is masked. */
class OneLine {
  private position = 0;
  /** From here on up to `position` nothing has to change. */
  private kept = 0;
  private written = '';
  private readonly open: Inside[] = [];

  constructor(
    private readonly text: string,
    private readonly mask: KeyMask,
  ) {}

  write(): string {
    const { text } = this;
    while (this.position < text.length) this.step(text.charCodeAt(this.position));
    if (this.kept === 0) return escapeUnsafe(text);
    this.flush();
    return this.written;
  }

  /** Writes what was kept; what follows it is another text's or nobody's. */
  private flush(): void {
    this.written += escapeUnsafe(this.text.slice(this.kept, this.position));
    this.kept = this.position;
  }

  private step(code: number): void {
    const { open } = this;
    switch (code) {
      case SPACE:
      case TAB:
      case NEW_LINE:
      case RETURN:
        this.flush();
        this.skip();
        return;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        open.push(code === OPEN_BRACE ? Inside.ObjectBeforeKey : Inside.Array);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop();
        break;
      case COMMA:
        if (open.at(-1) === Inside.Object) open[open.length - 1] = Inside.ObjectBeforeKey;
        this.spaced();
        return;
      case COLON:
        this.spaced();
        return;
      case QUOTE:
        this.string();
        return;
    }
    this.position++;
  }

  /** A comma or colon, with one space behind it. */
  private spaced(): void {
    this.position++;
    const { text, position } = this;
    if (text.charCodeAt(position) === SPACE && !isSpace(text.charCodeAt(position + 1))) {
      this.position++;
      return;
    }
    this.flush();
    this.written += ' ';
    this.skip();
  }

  private skip(): void {
    while (isSpace(this.text.charCodeAt(this.position))) this.position++;
    this.kept = this.position;
  }

  private string(): void {
    const start = this.position;
    this.position = endOfString(this.text, start);
    const { open, mask } = this;
    if (open.at(-1) !== Inside.ObjectBeforeKey) return;
    open[open.length - 1] = Inside.Object;
    if (!mask.isEmpty && mask.hides(this.text.slice(start, this.position))) this.maskValue();
  }

  /** Stands behind a key: writes the mask and skips the value, whatever it is. */
  private maskValue(): void {
    this.flush();
    this.position = this.kept = skipSpace(this.text, this.position);
    if (this.text.charCodeAt(this.position) !== COLON) return;
    this.written += `: ${MASK}`;
    this.position = this.kept = endOfValue(this.text, this.position + 1);
  }
}
