import { Problem } from '../../base/problem';

/** Makes an input box say what a parser would complain about, while the user types. */
export function validate(parse: (text: string) => unknown): (text: string) => string | undefined {
  return (text) => complaint(() => parse(text));
}

/** What a parser complains about, in a sentence; undefined when the text can be read. */
export function complaint(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error.message : String(error);
  }
}
