/**
 * The secrets that this process knows, and how to find them in a text whatever form they took on the way: as written, percent-encoded
 * (also partly), escaped as in JSON, Python or SQL.
 */

/** Everything told to `rememberSecret`, and whether it is distinctive. */
const known = new Map<string, boolean>();
let patterns: Patterns | undefined;
/** Longer than any password that a server takes; looking for one would take longer than it is worth. */
const MAX_LENGTH = 2048;
const MAX_SECRETS = 500;

interface Patterns {
  /** Finds the distinctive ones, wherever they stand. Undefined: there are none. */
  readonly distinctive: RegExp | undefined;
  /** Finds all of them. */
  readonly all: RegExp | undefined;
}

/**
 * Notes a secret, so that `redact` and `redactData` know it. Nothing for an empty or missing one.
 * @param names what its connection shows anyway (user, host, database): a secret that is one of them is an ordinary word
 */
export function rememberSecret(secret: string | undefined, names: readonly (string | undefined)[] = []): void {
  if (secret === undefined || secret === '' || secret.length > MAX_LENGTH) return;
  const distinctive = isDistinctive(secret) && !names.includes(secret);
  // Once a word is ordinary somewhere, its absence elsewhere would tell it.
  const before = known.get(secret);
  if (before === distinctive || before === false) return;
  known.set(secret, distinctive);
  patterns = undefined;
  // Somebody who edits a setting makes a new one with every letter.
  if (known.size <= MAX_SECRETS) return;
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}

/** For tests: what one remembers must not change what another sees. */
export function forgetSecrets(): void {
  known.clear();
  patterns = undefined;
}

/**
 * Whether a secret can be taken out of data without harm. `postgres`, `celery`, `1234` or `task_manager` stand there for other reasons, and
 * a gap where they should be would tell the password. So it has a letter (no number is one), and besides 8 characters of which one is
 * neither letter nor `_`, or 20 characters.
 */
export function isDistinctive(secret: string): boolean {
  const length = Array.from(secret).length;
  return /\p{L}/u.test(secret) && (length >= 20 || (length >= 8 && /[^\p{L}_]/u.test(secret)));
}

/** Finds every distinctive secret in any form; a new RegExp state is never kept, so it can be shared. */
export function distinctiveSecrets(): RegExp | undefined {
  return current().distinctive;
}

/** Finds every secret in any form, ordinary words only as words of their own. */
export function allSecrets(): RegExp | undefined {
  return current().all;
}

function current(): Patterns {
  if (patterns) return patterns;
  const secrets = [...known.keys()];
  patterns = {
    distinctive: secretsPattern(secrets.filter((secret) => known.get(secret) === true)),
    all: secretsPattern(secrets),
  };
  return patterns;
}

/** A pattern for any of these secrets in any form, the longest first; undefined where there are none. */
export function secretsPattern(secrets: readonly string[]): RegExp | undefined {
  const forms = [...new Set(secrets)]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .map((secret) => (isDistinctive(secret) ? anyForm(secret) : asWord(secret)));
  return forms.length === 0 ? undefined : new RegExp(forms.join('|'), 'gu');
}

/** An ordinary word inside another one is none: `a` is a password, `database` does not hold it. */
function asWord(secret: string): string {
  const before = /^[\p{L}\p{N}_]/u.test(secret) ? '(?<![\\p{L}\\p{N}_])' : '';
  const after = /[\p{L}\p{N}_]$/u.test(secret) ? '(?![\\p{L}\\p{N}_])' : '';
  return `${before}${anyForm(secret)}${after}`;
}

function anyForm(secret: string): string {
  return Array.from(secret, characterForms).join('');
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

/** One character as a pattern: itself, `%40` (and `%2540`, encoded twice), `\u0040`, `\x40`, and what quotes do to it. */
function characterForms(char: string): string {
  const bytes = [...new TextEncoder().encode(char)];
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  const forms = [
    bytes.map((byte) => `%(?:25)*${hex(byte, 2)}`).join(''),
    units.map((unit) => `\\\\+u${hex(unit, 4)}`).join(''),
  ];
  // As Python prints what is no ASCII: bytes of UTF-8, or a Latin-1 character.
  if (!/^[\x20-\x7e]$/.test(char)) {
    forms.push(bytes.map((byte) => `\\\\+x${hex(byte, 2)}`).join(''));
    if (units.length === 1 && (units[0] ?? 0) < 256) forms.push(`\\\\+x${hex(units[0] ?? 0, 2)}`);
  }
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) forms.push(`\\\\+${short}`);
  if (char === ' ') forms.push('\\+');
  // Last: a bare % or backslash is also how the longer forms begin.
  return `(?:${[...forms, literal(char)].join('|')})`;
}

/** Quotes and backslashes may be escaped, once or in a text within a text; SQL doubles a quote. */
function literal(char: string): string {
  if (char === '"') return '\\\\*"{1,2}';
  if (char === "'") return "\\\\*'{1,2}";
  if (char === '\\') return '\\\\{1,4}';
  if (char === '/') return '\\\\*/';
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A number in hexadecimal, in either case. */
function hex(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, '0');
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
