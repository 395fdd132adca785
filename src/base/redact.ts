import { endOfString, isJson } from './jsonScanner';
import { isJsonText } from './jsonText';
import { allSecrets, distinctiveSecrets, secretsPattern } from './secrets';

const GONE = '***';

/**
 * `user:password@` of a URL, of any scheme. Greedy, because a password may hold an `@` that was not encoded; a port before a path is
 * not a password, so `https://host:8080/?mail=a@b` stays. Bounded, because texts of a megabyte without white space come by.
 */
const URL_PASSWORD = /([a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,256}):(?!\d{1,5}[/?#])\S{0,512}@/gi;

/**
 * The one way out for text: takes out every distinctive secret that this process knows, in any form, and the password of any URL. Words
 * such as `postgres` stay, unless they are given.
 * @param secrets more that must go here, whatever they are; as words of their own where they are ordinary
 */
export function redact(text: string, secrets: readonly (string | undefined)[] = []): string {
  return withoutUrlPasswords(without(without(text, distinctiveSecrets()), given(secrets)));
}

/**
 * The way in for words of a server, a driver or Node: takes out every secret that this process knows, ordinary ones too.
 * @param names what the user may read there all the same (user, host, database): a gap would reveal that the password is the same word
 */
export function redactForeign(text: string, names: readonly string[] = []): string {
  const pattern = allSecrets();
  const clean = pattern ? text.replace(pattern, (found) => (names.includes(found) ? found : GONE)) : text;
  return withoutUrlPasswords(clean);
}

/**
 * The one way out for data: `redact` on every string in it, also on those inside JSON that is kept as text, whose numbers and shape
 * stay. Keys of objects stay.
 * @returns the same value where nothing was found; else a copy of what had to change
 */
export function redactData<T>(value: T): T {
  return redactedValue(value) as T;
}

function redactedValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    let copy: unknown[] | undefined;
    items.forEach((item, index) => {
      const clean = redactedValue(item);
      if (clean === item) return;
      copy ??= [...items];
      copy[index] = clean;
    });
    return copy ?? value;
  }
  if (isJsonText(value)) {
    const clean = redactedJson(value.rawJSON);
    return clean === value.rawJSON ? value : { rawJSON: clean };
  }
  return redactedObject(value as Readonly<Record<string, unknown>>);
}

function redactedObject(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    // Counts are most of a Diagnosis.
    if (typeof item === 'number') continue;
    const clean = redactedValue(item);
    if (clean !== item) (copy ??= { ...value })[key] = clean;
  }
  return copy ?? value;
}

/** JSON text with its strings redacted one by one: a secret such as `a","b` must not be found over two of them. */
function redactedJson(json: string): string {
  if (redact(json) === json) return json;
  const parts: string[] = [];
  let from = 0;
  for (let start = json.indexOf('"'); start >= 0; start = json.indexOf('"', from)) {
    const end = endOfString(json, start);
    parts.push(json.slice(from, start), redactedString(json.slice(start, end)));
    from = end;
  }
  return [...parts, json.slice(from)].join('');
}

/** @param written a string as JSON writes it, with its quotes */
function redactedString(written: string): string {
  const inside = written.slice(1, written.endsWith('"') && written.length > 1 ? -1 : undefined);
  const clean = redact(inside);
  if (clean === inside) return written;
  const result = written.replace(inside, () => clean);
  // Half an escape may be left; rather no string than no JSON.
  return isJson(result) || !isJson(written) ? result : `"${GONE}"`;
}

function given(secrets: readonly (string | undefined)[]): RegExp | undefined {
  const some = secrets.filter((secret) => secret !== undefined);
  return some.length === 0 ? undefined : secretsPattern(some);
}

function without(text: string, pattern: RegExp | undefined): string {
  return pattern ? text.replace(pattern, GONE) : text;
}

function withoutUrlPasswords(text: string): string {
  return text.includes('://') ? text.replace(URL_PASSWORD, `$1:${GONE}@`) : text;
}
