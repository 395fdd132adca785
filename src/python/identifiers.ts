// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;

/**
 * An identifier as Python knows it: its parser converts all of them to NFKC (Python reference, "Identifiers and keywords"), so that a row
 * has this form whatever the code was typed as.
 */
export function identifier(text: string): string {
  return NOT_ASCII.test(text) ? text.normalize('NFKC') : text;
}

/** Whether a text has a word in it that Python might read as this identifier. @param has tells it of the text as it is */
export function hasIdentifier(text: string, has: (text: string) => boolean): boolean {
  return has(text) || (NOT_ASCII.test(text) && has(text.normalize('NFKC')));
}

/** The forms that the path of a module may have on a disk: as it is, as Python asks for it, and taken apart, as macOS keeps it. */
export function pathForms(path: string): readonly string[] {
  return NOT_ASCII.test(path)
    ? [...new Set([path, path.normalize('NFKC'), path.normalize('NFKC').normalize('NFD')])]
    : [path];
}
