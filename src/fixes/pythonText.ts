/** Text from outside in a Python script: as data in a literal, as words in a comment, never as anything else. */

/**
 * A string literal that means this text and nothing else, in ASCII, so that it is the same under every encoding that the script is
 * read with. Half a surrogate pair and the character 0 are ordinary characters of such a literal.
 */
export function pythonLiteral(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${ascii(escaped)}'`;
}

/**
 * Lines as comments, one for each, in ASCII. The two first lines of a script must not be of these: Python looks there for the name
 * of an encoding (PEP 263), and somebody's task could hold one.
 * @returns text that ends in a line break
 */
export function pythonComment(lines: readonly string[]): string {
  return lines.map((line) => `${`# ${ascii(line)}`.trimEnd()}\n`).join('');
}

/** Python's own escapes, also in comments, where they are only for people. */
function ascii(text: string): string {
  return text.replace(/[^ -~]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\n') return '\\n';
    if (code < 0x100) return `\\x${hex(code, 2)}`;
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
