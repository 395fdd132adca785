import type { AuthMethod } from './requiredAuth';
import type { EventEmitter } from 'node:events';
import { Problem } from '../../base/problem';
import type { PostgresTarget } from './postgresUrl';
import { hostAndPort } from '../../wire/urlParts';

/** How a server asked who we are. */
export interface Asked {
  method: AuthMethod;
  /** Whether the password is bound to the certificate of the line (SCRAM-SHA-256-PLUS). */
  bound: boolean;
}

/**
 * Notes how the server asks.
 * @param connection the driver's, before it connects
 * @param onSecond called when the server asks once more: the driver answers from its memory then, in whatever way it was asked
 */
export function watchAuthentication(connection: EventEmitter, onSecond: () => void): Asked {
  const asked: Asked = { method: 'none', bound: false };
  const note = (method: AuthMethod, bound = false): void => {
    if (asked.method !== 'none') onSecond();
    Object.assign(asked, { method, bound });
  };
  connection.on('authenticationCleartextPassword', () => {
    note('password');
  });
  connection.on('authenticationMD5Password', () => {
    note('md5');
  });
  connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
    note('scram-sha-256', mechanisms.includes('SCRAM-SHA-256-PLUS'));
  });
  return asked;
}

/** A server that asks twice, where it matters how it asks. */
export function askedTwice(target: Pick<PostgresTarget, 'host' | 'port'>): Problem {
  return new Problem(
    'authentication',
    `${hostAndPort(target)} asks for the password a second time in another way, which no PostgreSQL server does. Check that this is the right server.`,
  );
}

/** Why a server that asks in this way gets no password, or is left although it wanted none; undefined where it is all right. */
export function authProblem(
  target: Pick<PostgresTarget, 'host' | 'port' | 'channelBinding' | 'requireAuth'>,
  { method, bound }: Asked,
): Problem | undefined {
  const server = hostAndPort(target);
  const how = method === 'none' ? 'lets us in without a password' : `asks for the password by ${method}`;
  if (target.channelBinding === 'require' && !bound) {
    return new Problem(
      'authentication',
      `${server} ${how}, which isn't bound to the TLS connection, as channel_binding=require demands. Use SCRAM-SHA-256 for this user with TLS that ends at that server, or remove channel_binding=require.`,
    );
  }
  if (target.requireAuth === undefined || target.requireAuth.includes(method)) return undefined;
  return new Problem(
    'authentication',
    `${server} ${how}, but require_auth allows only ${target.requireAuth.join(', ')}. Check that this is the right server, or change require_auth.`,
  );
}
