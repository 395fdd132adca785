import { localPath } from '../../base/localPath';
import { passwordFilePath, passwordInFile, readPasswordFile } from './passwordFile';
import type { PostgresHost } from './postgresHosts';
import { readRequiredAuth } from './requiredAuth';
import { lineOfVariables, rank } from './postgresLine';
import { postgresHosts, type PostgresTarget } from './postgresUrl';
import { postgresFromVariables } from './postgresVariables';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PasswordSources {
  /** Where PGPASSWORD, PGPASSFILE and the rest of the PG variables are looked up. */
  readonly environment: Environment;
  /**
   * Whether the user named this server (a flag, the environment), and not a file of the workspace. Then libpq's rules hold:
   * PGPASSWORD goes to it, and so does a line of the password file for any host.
   */
  readonly namedByPerson: boolean;
}

/**
 * The password for one server of a target. One that no person meant for a server must not go there, whatever a setting or `.env`
 * of a workspace says: PGPASSWORD then counts only for the server and the user that PGHOST, PGPORT and PGUSER name, and a line
 * of the password file only where it names the host (or its address, where one is given); neither where the variables ask for a better
 * protected line.
 * @param host one of the target's servers
 * @returns undefined when none is known; an empty password is none, as in libpq
 */
export async function postgresPassword(
  target: PostgresTarget,
  host: PostgresHost,
  { environment, namedByPerson }: PasswordSources,
): Promise<string | undefined> {
  if (target.password) return target.password;
  if (!namedByPerson && !asProtected(target, environment)) return undefined;
  const meant = namedByPerson || namedByVariables(target.user, host, environment);
  if (meant && environment.PGPASSWORD) return environment.PGPASSWORD;
  const { database, user } = target;
  const file = target.passwordFile ?? passwordFilePath(environment);
  const text = file === undefined ? '' : await readPasswordFile(localPath(file));
  // A name with an address beside it can lead anywhere.
  const named = meant ? host.host : (host.address ?? host.host);
  const found = passwordInFile(text, { host: named, port: host.port, database, user }, meant);
  return found === '' ? undefined : found;
}

/**
 * Whether the line is as well protected as the user wants it (PGSSLMODE, PGSSLROOTCERT, PGCHANNELBINDING, PGREQUIREAUTH ...): on a
 * weaker one, an attacker in between could ask for the password in clear.
 */
function asProtected(target: PostgresTarget, environment: Environment): boolean {
  const { sslMode, sslRootCert, channelBinding, requireAuth } = target;
  try {
    const wanted = lineOfVariables(environment);
    if (wanted.sslMode !== undefined && rank(sslMode) < rank(wanted.sslMode)) return false;
    if (wanted.channelBinding === 'require' && channelBinding !== 'require') return false;
    const methods = readRequiredAuth(environment.PGREQUIREAUTH, 'PGREQUIREAUTH');
    if (methods && !requireAuth?.every((method) => methods.includes(method))) return false;
    const roots = environment.PGSSLROOTCERT;
    return rank(wanted.sslMode ?? 'disable') < rank('verify-ca') || !sslRootCert || sslRootCert === roots;
  } catch {
    // Nobody can say what was wanted.
    return false;
  }
}

/** Whether the PG variables name this server and this user. */
function namedByVariables(user: string, server: PostgresHost, environment: Environment): boolean {
  try {
    const named = postgresFromVariables(environment);
    if (named?.user !== user) return false;
    return postgresHosts(named).some(
      ({ host, port, address }) =>
        host.toLowerCase() === server.host.toLowerCase() && port === server.port && address === server.address,
    );
  } catch {
    // A variable that cannot be read names no server.
    return false;
  }
}
