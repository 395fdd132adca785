/** No URL is longer; texts of megabytes are left as they are. */
const MAX_TEXT = 10_000;
/** What editors and chats put around or into text unseen: white space, zero-width characters, a byte order mark. */
const BLANK = '[\\s\\u200b-\\u200d\\u2060\\ufeff]';
const BLANK_AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'g');
const QUOTES = '\'"`´‘’‚‛“”„‟«»‹›';
const OPENING = new RegExp(`^(?:[bru]{1,2}(?=['"])|\\\\(?=['"]))?([<${QUOTES}])`, 'i');
const CLOSING = new RegExp(`\\\\?([>${QUOTES}])$`);
/** `export NAME=`, `NAME: ` and the like before a URL. */
const ASSIGNED = new RegExp(
  `^(?:(?:export|set|env)\\s+)?[a-z_]\\w{0,99}(?:\\s?=\\s?|:\\s)(?=[bru]{0,2}\\\\?[<${QUOTES}]?[a-z][a-z0-9+.-]{0,30}://)`,
  'i',
);
/** A comment of a shell, of JavaScript or of an INI file; `redis://a ; redis://b` is a list. */
const COMMENT = /\s(?:#|\/\/|;(?!.*:\/\/))/;
/** Each way in which a URL is wrapped may occur in another one. */
const MAX_LAYERS = 4;

/**
 * A URL without what people have around it by mistake: quotes of any kind, `b'…'` of Python, `export NAME=`, a `;` or a comment behind it,
 * white space and characters that cannot be seen. A URL begins with a letter of its scheme and ends in a host, a path or options, so none
 * of these can be a part of it. Any other text stays as it is, but for the white space around it. Never throws.
 */
export function bareUrl(text: string): string {
  if (text.length > MAX_TEXT) return text.trim();
  let bare = text;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const before = bare;
    bare = withoutQuotes(
      withoutComment(bare.replace(BLANK_AROUND, ''))
        .replace(/;+$/, '')
        .replace(new RegExp(`(?<=[${QUOTES}]),$`), '')
        .replace(ASSIGNED, ''),
    );
    if (bare === before) break;
  }
  return bare;
}

/**
 * What is wrong with the quotes of a URL that `bareUrl` gave, as the end of a sentence.
 * @returns undefined where nothing is
 */
export function quoteProblem(bare: string): string | undefined {
  if (OPENING.test(bare)) return 'begins with an unmatched quotation mark. Remove it';
  const mark = CLOSING.exec(bare)?.[1];
  if (mark === undefined || !bare.includes('://')) return undefined;
  // A value of an option may be in quotes: `?options=-c search_path='a'`.
  const paired = bare.split(mark).length % 2 === 1;
  return paired ? undefined : 'ends with an unmatched quotation mark. Remove it';
}

/** What comes before the last @ may be a password, also one with a space and a #. */
function withoutComment(text: string): string {
  const start = text.lastIndexOf('@') + 1;
  const length = text.slice(start).search(COMMENT);
  return length < 0 ? text : text.slice(0, start + length);
}

function withoutQuotes(text: string): string {
  const [opening] = OPENING.exec(text) ?? [];
  const [closing] = CLOSING.exec(text) ?? [];
  if (opening === undefined || closing === undefined || text.length < opening.length + closing.length) return text;
  return text.slice(opening.length, text.length - closing.length);
}
