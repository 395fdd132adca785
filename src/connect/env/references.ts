import { Problem } from '../../base/problem';
import { bareUrl } from '../postgres/bareUrl';
import { splitUserInfo } from '../../wire/urlParts';

type Variables = Readonly<Record<string, string | undefined>>;

/** `${env:NAME}`, as the editor's own settings have it. */
const IN_SETTINGS = /\$\{env:([A-Za-z_]\w*)\}/g;
/** Characters for private use: they stand for values in a URL whose parts are looked at, the first for the first one. */
const FIRST_MARK = 0xe000;
const MARKS = /[\ue000-\uf8ff]/g;

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
  const text = bareUrl(url);
  if (!hasReference(text)) return text;
  const valueOf = (name: string): string => {
    const value = variables[name];
    if (value !== undefined && value.trim() !== '') return value;
    throw new Problem(
      'invalid',
      `${label} refers to the environment variable ${name}, which is not set. Set it, then start VS Code from there.`,
    );
  };
  const [whole, name] = new RegExp(`^${IN_SETTINGS.source}$`).exec(text) ?? [];
  if (whole !== undefined && name !== undefined) return valueOf(name);
  if (wholeOnly) {
    throw new Problem(
      'invalid',
      `${label} uses an environment variable as a part of its URL, which only your user settings may do. Use one variable for the whole URL.`,
    );
  }
  const { marked, names } = markReferences(text);
  const userEnd = marked.indexOf('://') + 3 + splitUserInfo(marked.slice(marked.indexOf('://') + 3)).userInfo.length;
  const options = marked.indexOf('?', userEnd);
  return marked.replace(MARKS, (mark, at: number) => {
    const value = valueOf(names[mark.charCodeAt(0) - FIRST_MARK] ?? '');
    return at < userEnd || (options >= 0 && at > options) ? encodeURIComponent(value) : value;
  });
}

export function hasReference(text: string): boolean {
  return text.search(IN_SETTINGS) >= 0;
}

/** A URL with one character in the place of each `${env:NAME}`. */
export interface MarkedUrl {
  readonly marked: string;
  readonly names: readonly string[];
}

/** Makes a URL readable by its parts. Characters that would pass for a mark are taken out: no URL has them. */
export function markReferences(text: string): MarkedUrl {
  const names: string[] = [];
  const marked = text.replace(MARKS, '').replace(IN_SETTINGS, (_, name: string) => {
    names.push(name);
    return String.fromCharCode(FIRST_MARK + names.length - 1);
  });
  return { marked, names };
}

/** The opposite of `markReferences`, for a text made of parts of the marked URL. */
export function writeReferences(text: string, names: readonly string[]): string {
  return text.replace(MARKS, (mark) => `\${env:${names[mark.charCodeAt(0) - FIRST_MARK] ?? ''}}`);
}

/** Whether a part of a marked URL is nothing but variables. */
export function isReference(part: string): boolean {
  return part !== '' && part.replace(MARKS, '') === '';
}
