import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';

/** libpq's names (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH). */
const METHODS = ['none', 'password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth'] as const;

export type AuthMethod = (typeof METHODS)[number];

/**
 * Reads `require_auth`: the ways in which a server may ask, or with `!` those in which it may not.
 * @returns undefined where any will do
 * @throws Problem `invalid`, one sentence
 */
export function readRequiredAuth(text: string | undefined, label: string): readonly AuthMethod[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  const banned = words.every((word) => word.startsWith('!'));
  const named = words.map((word) => METHODS.find((method) => method === (banned ? word.slice(1) : word)));
  if (named.includes(undefined)) {
    throw new Problem(
      'invalid',
      `${label} has require_auth=${echo(text)}. Use words from ${METHODS.join(', ')}, or the same with ! before each.`,
    );
  }
  return METHODS.filter((method) => named.includes(method) !== banned);
}
