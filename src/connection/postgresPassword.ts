import { localPath } from './localPath';
import { passwordFilePath, passwordInFile, readPasswordFile } from './passwordFile';
import type { PostgresHost } from './postgresHosts';
import { postgresHosts, SSL_MODES, type PostgresTarget } from './postgresUrl';
import { postgresFromVariables } from './postgresVariables';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PasswordSources {
  /** Where PGPASSWORD, PGPASSFILE and the rest of the PG variables are looked up. */
  readonly environment: Environment;
  /**
   * Whether the person named this server (a flag, the environment), and not a file of the workspace. Then libpq's rules hold:
   * PGPASSWORD goes to it, and so does a line of the password file for any host.
   */
  readonly namedByPerson: boolean;
}

/**
 * The password for one server of a target. One that no person meant for a server must not go there, whatever a setting or `.env`
 * of a workspace says: PGPASSWORD then counts only for the server and the user that PGHOST, PGPORT and PGUSER name, and a line
 * of the password file only where it names the host; neither where PGSSLMODE asks for a better protected line.
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
  const text = await readPasswordFile(localPath(target.passwordFile ?? passwordFilePath(environment)));
  const found = passwordInFile(text, { ...host, database, user }, meant);
  return found === '' ? undefined : found;
}

/**
 * Whether the line is as well protected as the person wants it (PGSSLMODE, PGSSLROOTCERT): on a weaker one, whoever sits in between could
 * ask for the password in clear.
 */
function asProtected({ sslMode, sslRootCert }: PostgresTarget, environment: Environment): boolean {
  const wanted = SSL_MODES.findIndex((mode) => mode === environment.PGSSLMODE?.toLowerCase());
  if (SSL_MODES.indexOf(sslMode) < wanted) return false;
  const roots = environment.PGSSLROOTCERT;
  return wanted < SSL_MODES.indexOf('verify-ca') || !sslRootCert || sslRootCert === roots;
}

/** Whether the PG variables name this server and this user. */
function namedByVariables(user: string, { host, port }: PostgresHost, environment: Environment): boolean {
  try {
    const named = postgresFromVariables(environment);
    if (named?.user !== user) return false;
    return postgresHosts(named).some((one) => one.host.toLowerCase() === host.toLowerCase() && one.port === port);
  } catch {
    // A variable that nobody can read names no server.
    return false;
  }
}
