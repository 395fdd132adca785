import { parse } from 'dotenv';

/** `KEY=value` without quotes, and with a # in it. */
const BARE_WITH_HASH = /^([ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=)[ \t]*([^\s'"`#][^\r\n]*#[^\r\n]*)$/gm;

/** The parser goes through empty lines again from each of them: a hundred kilobytes of nothing else would take minutes. */
const EMPTY_LINES = /[\r\n]\s*[\r\n]/g;

/** Reads the text of a `.env` file as Django projects have it (KEY=value, quotes, comments, `export`). Never throws. */
export function readEnvFile(text: string): Record<string, string> {
  const lines = text.replace(EMPTY_LINES, '\n');
  return parse(lines.replace(BARE_WITH_HASH, (_, key: string, value: string) => key + quoted(value)));
}

/**
 * Without quotes a # begins a comment only behind white space, as python-dotenv and django-environ read it: this parser would
 * cut a password there.
 */
function quoted(value: string): string {
  const text = value.replace(/\s#.*$/, '').trimEnd();
  const quote = ["'", '`'].find((mark) => !text.includes(mark)) ?? '"';
  return quote + text + quote;
}
