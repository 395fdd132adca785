// C0 and C1 control characters, line separators, and the marks that reorder the text beside them.
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text from the database on one line, with nothing in it that could steer a terminal or an editor: what would is written as
 * a JSON escape (`\n`, `\u001b`), so the result of escaping a JSON string is still that JSON string.
 */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether a text can be shown and pasted as it is: nothing in it can steer a terminal or an editor. */
export function isSafe(text: string): boolean {
  return escapeUnsafe(text) === text;
}
