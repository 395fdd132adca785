import { Problem } from '../diagnosis/problem';

/** Makes an input box say what a parser would complain about, while the person types. */
export function validate(parse: (text: string) => unknown): (text: string) => string | undefined {
  return (text) => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return error instanceof Problem ? error.message : String(error);
    }
  };
}
