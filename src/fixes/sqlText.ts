/** Text from outside in a PostgreSQL script: as data in a literal, as words in a comment, never as anything else. */
import { escapeUnsafe } from '../base/unsafeText';

/**
 * A string literal that means this text and nothing else, whatever standard_conforming_strings says, and that shows all of it: a
 * character that could hide or steer something is written as an escape. A backslash makes it an escape string, because in a plain
 * one its meaning depends on that setting (PostgreSQL manual, 4.1.2).
 * @throws RangeError for the character 0 and for half a surrogate pair, which no text of PostgreSQL holds
 */
export function sqlLiteral(text: string): string {
  if (text.includes('\0') || /\p{Surrogate}/u.test(text))
    throw new RangeError('This is no text that PostgreSQL can hold.');
  const doubled = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  const shown = escapeUnsafe(doubled);
  return shown === text.replaceAll("'", "''") ? `'${shown}'` : `E'${shown}'`;
}

/**
 * Lines as comments, one for each. Only `--` and the end of the line have a meaning there, so nothing inside closes the comment.
 * @returns text that ends in a line break
 */
export function sqlComment(lines: readonly string[]): string {
  return lines.map((line) => `${`-- ${escapeUnsafe(line)}`.trimEnd()}\n`).join('');
}
