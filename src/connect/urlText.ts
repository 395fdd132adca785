import { Problem } from '../base/problem';
import { MAX_URL } from '../wire/urlParts';
import { bareUrl, quoteProblem } from './postgres/bareUrl';

/**
 * A URL as it is read: without quotes, white space and the like around it.
 * @throws Problem `invalid` for one that is none by its length, and for half a pair of quotes
 */
export function urlText(url: string, label: string): string {
  const text = bareUrl(url);
  if (text.length > MAX_URL)
    throw new Problem('invalid', `${label} is longer than ${String(MAX_URL)} characters, so it is no URL.`);
  const quotes = quoteProblem(text);
  if (quotes !== undefined) throw new Problem('invalid', `${label} ${quotes}.`);
  return text;
}
