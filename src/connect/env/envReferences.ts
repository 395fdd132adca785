import { Problem } from '../../base/problem';
import { isLiteral, type EnvVariables } from './envFile';

/** What is between the braces: a name, and an operator of a shell with its word. */
const IN_BRACES = /^([A-Za-z_]\w*)(?:(:?[-?+=])([^]*))?$/;
const BARE_NAME = /^[A-Za-z_]\w*/;
/** What is left of a reference that nothing filled in. */
const UNFILLED = /\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/;
/** Values that may be empty: a server without a password, options that are switched off. */
const MAY_BE_EMPTY = /pass|pwd|opt|arg|param|query|ssl|tls|suffix|prefix/i;
/** No URL is longer. */
const MAX_LENGTH = 8192;
/** Defaults inside defaults; people have two or three. */
const MAX_DEPTH = 30;

/**
 * Puts the values of `$NAME` and `${NAME}` into a value of a `.env` file, with the operators of a shell: `${NAME:-default}`, `${NAME:=default}`,
 * `${NAME:?text}`, `${NAME:+text}`, each also without the colon, and inside each other (POSIX shell, 2.6.2; docker compose, "Interpolation";
 * django-environ takes `$NAME`, python-dotenv `${NAME}`). Only names of the same file count, so that a file cannot send a variable of this
 * machine anywhere. A `$` before anything else stays, because passwords have it: `$NAME` of a name that the file does not have, and `$$`
 * with what follows it.
 * @param label what to call the value in an error
 * @throws Problem `invalid` for `${NAME}` of a name that the file does not have, for one that is empty where the name of a server or
 *   a database belongs, and for one that refers to itself
 */
export function expandVariables(text: string, variables: EnvVariables, label: string): string {
  const values = new Map<string, string>();
  const begun = new Set<string>();
  const has = (name: string): boolean => Object.hasOwn(variables, name) && variables[name] !== undefined;

  const valueOf = (name: string): string => {
    const known = values.get(name);
    // Each once: ten references to ten references each, some levels deep, would take for ever.
    if (known !== undefined) return known;
    if (begun.has(name)) throw new Problem('invalid', `${label} refers to itself through ${name}. Write its value.`);
    begun.add(name);
    const written = variables[name] ?? '';
    const value = isLiteral(variables, name) ? written : expand(written, 0);
    begun.delete(name);
    values.set(name, value);
    return value;
  };

  /** @param before what comes before the reference */
  const plain = (name: string, before: string): string => {
    if (!has(name)) throw missing(name);
    const value = valueOf(name);
    if (value === '' && /(?:^|[/@])$/.test(before) && !MAY_BE_EMPTY.test(name))
      throw new Problem('invalid', `${label} refers to ${name}, which is empty there. Write its value.`);
    return value;
  };

  const missing = (name: string): Problem =>
    new Problem('invalid', `${label} refers to ${name}, which isn't set there. Write its value.`);

  /** `${POSTGRES_HOST:-localhost}` as the value of POSTGRES_HOST itself asks for one that is set elsewhere, which it is not here. */
  const isSet = (name: string, filled: boolean): boolean =>
    has(name) && !begun.has(name) && (!filled || valueOf(name) !== '');

  const braced = (inside: string, depth: number, before: string): string | undefined => {
    const [, name, operator = '', word = ''] = IN_BRACES.exec(inside) ?? [];
    if (name === undefined) return undefined;
    if (operator === '') return plain(name, before);
    const set = isSet(name, operator.startsWith(':'));
    if (operator.endsWith('+')) return set ? expand(word, depth + 1) : '';
    if (set) return valueOf(name);
    if (operator.endsWith('?')) throw missing(name);
    return expand(word, depth + 1);
  };

  const expand = (written: string, depth: number): string => {
    if (depth > MAX_DEPTH) throw tooLong();
    let value = '';
    let at = 0;
    for (let next = written.indexOf('$'); next >= 0; next = written.indexOf('$', at)) {
      value += written.slice(at, next);
      const { length, filled } = reference(written, next, depth, value);
      value += filled ?? written.slice(next, next + length);
      at = next + length;
      if (value.length > MAX_LENGTH) throw tooLong();
    }
    value += written.slice(at);
    if (value.length > MAX_LENGTH) throw tooLong();
    return value;
  };

  /** @returns how much of the text the reference is, and what stands for it; undefined where it stays as it is */
  const reference = (
    written: string,
    at: number,
    depth: number,
    before: string,
  ): { length: number; filled: string | undefined } => {
    if (written[at + 1] === '$') {
      const name = BARE_NAME.exec(written.slice(at + 2, at + 2 + MAX_LENGTH))?.[0] ?? '';
      return { length: 2 + (written[at + 2] === '{' ? 1 : name.length), filled: undefined };
    }
    if (written[at + 1] === '{') {
      const end = closingBrace(written, at + 2);
      const filled = end < 0 ? undefined : braced(written.slice(at + 2, end), depth, before);
      return { length: filled === undefined ? 2 : end + 1 - at, filled };
    }
    const name = BARE_NAME.exec(written.slice(at + 1, at + 1 + MAX_LENGTH))?.[0];
    return name !== undefined && has(name)
      ? { length: 1 + name.length, filled: plain(name, before) }
      : { length: 1, filled: undefined };
  };

  const tooLong = (): Problem => new Problem('invalid', `${label} is too long with its variables. Write its value.`);

  return text.length > MAX_LENGTH && !text.includes('$') ? text : expand(text, 0);
}

/** The name of a reference that was left as it is: in the name of a host, of a user or of a database there is no other `$`. */
export function unfilledReference(text: string): string | undefined {
  const [, braced, bare] = UNFILLED.exec(text) ?? [];
  return braced ?? bare;
}

/** Where the brace that was opened before `from` is closed. */
function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < Math.min(text.length, from + MAX_LENGTH); at++) {
    if (text[at] === '$' && text[at + 1] === '{') {
      open++;
      at++;
    } else if (text[at] === '}' && --open === 0) return at;
  }
  return -1;
}
