import { redactForeign } from './redact';
import { escapeUnsafe } from './unsafeText';
import { withoutFullStop } from './sentences';

const MAX_LENGTH = 200;
const MAX_SENTENCES = 600;

/**
 * SQLSTATE classes whose messages quote values of rows: data exception, integrity violation, and what a function raises as it likes
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html). In the others quotes stand around names.
 */
const QUOTES_VALUES = /^(22|23|P0|38|39)/;
/** PostgreSQL's quotes in its languages: `"abc"`, `»abc«`, `„abc“`, `«abc»`. A value may hold some itself: from the first to the last. */
const QUOTED = /["“”„«»](.*["“”„«»]|.*$)/su;
/** Some servers repeat what they were sent, which may be a password: `unknown command 'AUTH', with args beginning with: 'secret'`. */
const REPEATED = /,? with args beginning with:.*$/s;

/**
 * What a server, a driver or Node says of a failure, as a part of a sentence: its first sentence (never PostgreSQL's DETAIL, HINT or
 * CONTEXT), bounded, on one line, without any secret and without values of rows.
 * @param error whatever was thrown; `code` is an SQLSTATE or an errno name
 * @param names user, host and database, which a person may read there
 */
export function foreignWords(error: unknown, names: readonly string[] = []): string {
  const [first = ''] = shownWords(error, names).split(/\n|[.!?]\s/, 1);
  return bounded(first, MAX_LENGTH);
}

/** The same with all sentences of its first line, for an unknown error: the last sentence may say what to do. */
export function foreignSentences(error: unknown, names: readonly string[] = []): string {
  const [line = ''] = shownWords(error, names).split('\n', 1);
  return bounded(line.replace(/[.!?]+\s+(?=\p{Lu})/gu, '; '), MAX_SENTENCES);
}

/** Cut at a word, and seen to be. */
function bounded(text: string, most: number): string {
  const whole = withoutFullStop(text.trim());
  const shown = whole.length <= most ? whole : `${whole.slice(0, most).replace(/\s\S{0,30}$/, '')}…`;
  return escapeUnsafe(shown) || 'no reason given';
}

function shownWords(error: unknown, names: readonly string[]): string {
  const { code, message } = partsOf(error);
  const whole = redactForeign(message.replace(REPEATED, ''), names);
  return QUOTES_VALUES.test(code) ? whole.replace(QUOTED, '"…"') : whole;
}

function partsOf(error: unknown): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: typeof error === 'string' ? error : '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: 'message' in error && typeof error.message === 'string' ? error.message : '' };
}
