import { Problem } from '../diagnosis/problem';
import { splitUserInfo } from './urlParts';

type Variables = Readonly<Record<string, string | undefined>>;

/** `${env:NAME}`, as the editor's own settings have it. */
const IN_SETTINGS = /\$\{env:([A-Za-z_]\w*)\}/g;
/** `${NAME}` and `${NAME:-default}`, as python-dotenv reads them (python-dotenv 1.0, variables.py). */
const IN_ENV_FILE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
/** Stands for a value in a URL whose parts are looked at; no such character can be typed. */
const MARK = '\ue000';
const MAX_DEPTH = 8;

/** Where `${env:NAME}` gets its value, and how much of a URL it may be. */
export interface References {
  readonly variables: Variables;
  /**
   * Whether it must be the whole URL. For settings that came with a workspace: a piece of a URL of theirs could send any variable,
   * PGPASSWORD for one, to a server of their choice, while a whole URL names its own server.
   */
  readonly wholeOnly: boolean;
}

/**
 * Puts the values of `${env:NAME}` into a URL of the settings. Values in the user part and in options are percent-encoded, as they
 * are no URL themselves.
 * @param label what to call the URL in an error
 * @throws Problem `invalid` for a variable that is not set, or that may not stand there: one sentence without any value
 */
export function fillReferences(url: string, { variables, wholeOnly }: References, label: string): string {
  const text = url.trim();
  if (!hasReference(text)) return text;
  const valueOf = (name: string): string => {
    const value = variables[name]?.trim();
    if (value !== undefined && value !== '') return value;
    throw new Problem(
      'invalid',
      `${label} refers to the environment variable ${name}, which is not set: set it and start VS Code from where it is set.`,
    );
  };
  const [whole, name] = new RegExp(`^${IN_SETTINGS.source}$`).exec(text) ?? [];
  if (whole !== undefined && name !== undefined) return valueOf(name);
  if (wholeOnly) {
    throw new Problem(
      'invalid',
      `${label} has an environment variable as a part of its URL, which only your user settings may: let one variable be the whole URL.`,
    );
  }
  const options = text.indexOf('?');
  const userEnd = userInfoEnd(text);
  return text.replace(IN_SETTINGS, (_, key: string, at: number) => {
    const value = valueOf(key);
    return at < userEnd || (options >= 0 && at > options) ? encodeURIComponent(value) : value;
  });
}

export function hasReference(text: string): boolean {
  return text.search(IN_SETTINGS) >= 0;
}

/** The URL with something readable in the place of each `${env:NAME}`. */
export function markReferences(text: string): string {
  return text.replace(IN_SETTINGS, MARK);
}

/** Whether a part of a marked URL is nothing but variables. */
export function isReference(part: string): boolean {
  return part !== '' && part.replaceAll(MARK, '') === '';
}

/**
 * Puts the values of `${NAME}` into a value of a `.env` file, as python-dotenv does; only of the same file, so that a file cannot send
 * a variable of this machine anywhere.
 * @throws Problem `invalid` for a name that the file does not have
 */
export function expandVariables(text: string, variables: Variables, label: string, depth = 0): string {
  return text.replace(IN_ENV_FILE, (_, name: string, otherwise: string | undefined) => {
    const value = variables[name];
    if (value === undefined || value === '') {
      if (otherwise !== undefined) return otherwise;
      throw new Problem('invalid', `${label} refers to ${name}, which is not set there: write its value.`);
    }
    if (depth === MAX_DEPTH) throw new Problem('invalid', `${label} refers to itself by ${name}: write its value.`);
    return expandVariables(value, variables, label, depth + 1);
  });
}

/** How far the user part of a URL with references reaches. */
function userInfoEnd(text: string): number {
  const start = text.indexOf('://') + 3;
  // As many characters as the reference had, so that places stay.
  const even = text.replace(IN_SETTINGS, (reference) => MARK.repeat(reference.length));
  return start + splitUserInfo(even.slice(start)).userInfo.length;
}
