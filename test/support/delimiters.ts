/** Every character that has a meaning in a URL, a shell, SQL or a regular expression: all of them occur in passwords. */
export const DELIMITERS: readonly string[] = Array.from('@:/?#[]%&=+ ;,\'"\\$^*().|{}<>~`!-_é');
