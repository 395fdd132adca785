import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { homeFolder } from '../../base/home';
import { localPath } from '../../base/localPath';
import type { PostgresTarget } from './postgresUrl';
import { hostAndPort } from '../../wire/urlParts';

/**
 * What libpq tries for each sslmode, in order (fe-secure-openssl.c of PostgreSQL 16): false is without TLS.
 * A root certificate that is there is checked against in every mode, so `require` with one acts like `verify-ca`. Two things are
 * stricter or kinder than in libpq: a root certificate that was named and cannot be read is an error in every mode, and
 * `verify-full` without one takes the well-known authorities.
 * @param host of the one server; a socket never has TLS
 * @param home the folder in which `.postgresql` is looked for; undefined where there is none
 * @throws Problem `tls`, one sentence; also for a socket where something is asked of the line that a socket does not have
 */
export async function tlsAttempts(
  target: PostgresTarget,
  host: string,
  home = homeFolder(),
): Promise<(ConnectionOptions | false)[]> {
  const { sslMode, minTlsVersion: minVersion, maxTlsVersion: maxVersion } = target;
  if (host.startsWith('/')) {
    refuseSocket(target, host);
    return [false];
  }
  if (sslMode === 'disable') return [false];
  const tls = {
    ...(await serverCheck(target, home)),
    ...(target.noClientCertificate ? {} : await clientCertificate(target, home)),
    ...(minVersion ? { minVersion } : {}),
    ...(maxVersion ? { maxVersion } : {}),
  };
  if (sslMode === 'allow') return [false, tls];
  return sslMode === 'prefer' ? [tls, false] : [tls];
}

/** Nothing is encrypted on a socket, and who is behind it is not known to Node. */
function refuseSocket({ channelBinding, requirePeer }: PostgresTarget, folder: string): void {
  if (channelBinding === 'require') {
    throw new Problem(
      'tls',
      `A socket has no TLS, so channel_binding=require cannot work. Remove channel_binding for ${echo(folder)}.`,
    );
  }
  if (requirePeer === undefined) return;
  throw new Problem(
    'tls',
    `requirepeer is not supported: the owner of the socket in ${echo(folder)} cannot be checked. Remove requirepeer, or use host and port.`,
  );
}

/** verify-ca checks who signed the certificate, not whose it is. */
const ANY_NAME: ConnectionOptions = { checkServerIdentity: () => undefined };

async function serverCheck(target: PostgresTarget, home: string | undefined): Promise<ConnectionOptions> {
  const ca = await rootCertificates(target, home);
  if (target.sslMode === 'verify-full') return { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
  if (ca !== undefined) return { rejectUnauthorized: true, ca, ...ANY_NAME };
  if (target.sslMode !== 'verify-ca') return { rejectUnauthorized: false };
  throw new Problem(
    'tls',
    `sslmode=verify-ca needs the authority's certificate. Set sslrootcert to its file, or use sslmode=verify-full.`,
  );
}

/** @returns undefined for the well-known authorities, or where none is named */
async function rootCertificates(
  { sslRootCert }: PostgresTarget,
  home: string | undefined,
): Promise<string | undefined> {
  if (sslRootCert === 'system') return undefined;
  const path = sslRootCert === undefined ? standardFile(home, 'root.crt') : localPath(sslRootCert);
  if (path === undefined || (sslRootCert === undefined && !existsSync(path))) return undefined;
  const text = await read(path, 'root certificate', 'sslrootcert');
  if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text;
  throw new Problem('tls', `The root certificate ${echo(path)} isn't a PEM certificate. Check sslrootcert.`);
}

/** The client's own certificate: the one that is named, or that of the home folder where it has one. */
async function clientCertificate(target: PostgresTarget, home: string | undefined): Promise<ConnectionOptions> {
  const certPath = target.sslCert === undefined ? standardFile(home, 'postgresql.crt') : localPath(target.sslCert);
  if (certPath === undefined || (target.sslCert === undefined && !existsSync(certPath))) return {};
  const keyPath = target.sslKey === undefined ? standardFile(home, 'postgresql.key') : localPath(target.sslKey);
  if (keyPath === undefined)
    throw new Problem('tls', `The client certificate ${echo(certPath)} has no key. Set sslkey to its file.`);
  const cert = await read(certPath, 'client certificate', 'sslcert');
  const key = await read(keyPath, 'client key', 'sslkey');
  const passphrase = target.sslPassword;
  const own = { cert, key, ...(passphrase === undefined ? {} : { passphrase }) };
  try {
    createSecureContext(own);
  } catch (error) {
    throw new Problem(
      'tls',
      `The client key ${echo(keyPath)} cannot be opened or doesn't belong to ${echo(certPath)}. Check sslkey, sslcert and sslpassword.`,
      { cause: error },
    );
  }
  return own;
}

function standardFile(home: string | undefined, name: string): string | undefined {
  return home === undefined ? undefined : join(home, '.postgresql', name);
}

async function read(path: string, what: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Problem('tls', `The ${what} ${echo(path)} cannot be read. Check ${option}.`, { cause: error });
  }
}

/** Servers before PostgreSQL 17 hang up on TLS that begins with the first byte. @returns undefined for another failure */
export function directProblem(error: unknown, target: PostgresTarget): Problem | undefined {
  if (target.sslNegotiation !== 'direct' || !(error instanceof Error) || error instanceof Problem) return undefined;
  const code = 'code' in error ? error.code : undefined;
  if (
    'severity' in error ||
    (code !== 'ECONNRESET' && code !== 'EPROTO' && !/terminated|socket disconnected/i.test(error.message))
  )
    return undefined;
  return new Problem(
    'tls',
    `${hostAndPort(target)} doesn't support sslnegotiation=direct, which needs PostgreSQL 17 or later. Remove sslnegotiation.`,
    { cause: error },
  );
}

/** Whether the next attempt of a list is worth it: TLS was refused or failed, or the server's rules (pg_hba.conf) want the other. */
export function isAboutTls(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Problem) return false;
  // The words of the server and of a failed lookup hold names of users and hosts.
  if ('severity' in error) return 'code' in error && error.code === '28000';
  return !('syscall' in error && error.syscall === 'getaddrinfo') && /SSL|TLS|certificate/i.test(error.message);
}

/**
 * Which of two failures tells more: the one that came further, else that of the attempt with TLS, unless the server has none.
 * @param tlsFirst whether the first was with TLS (`prefer`), else the second (`allow`)
 */
export function clearerFailure(first: unknown, second: unknown, tlsFirst: boolean): unknown {
  if (!tlsFirst || !isAboutTls(second)) return second;
  return /does not support SSL/i.test(String((first as { message?: unknown }).message)) ? second : first;
}
