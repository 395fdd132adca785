import { userInfo } from 'node:os';
import { postgresTarget, type PostgresTarget } from './postgresUrl';

/** libpq's variables (https://www.postgresql.org/docs/current/libpq-envars.html) and the options that they stand for. */
const VARIABLES = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  options: 'PGOPTIONS',
} as const;

/** What names a database; a user, a port or a password alone does not. */
const NAMING = ['PGHOST', 'PGHOSTADDR', 'PGDATABASE'] as const;

/**
 * The database that the PG variables name, with the password of PGPASSWORD. As in libpq, a user that is not named is the system's
 * and a database that is not named is the user's; a host that is not named is `localhost`. PGSERVICE is not read.
 * @param label what to call the variables in an error
 * @returns undefined when none of PGHOST, PGHOSTADDR and PGDATABASE is set
 * @throws Problem `invalid`, one sentence
 */
export function postgresFromVariables(
  environment: Readonly<Record<string, string | undefined>>,
  label = 'The environment (PG variables)',
): PostgresTarget | undefined {
  if (!NAMING.some((name) => environment[name]?.trim())) return undefined;
  const options: Record<string, string | undefined> = {};
  for (const [option, variable] of Object.entries(VARIABLES)) options[option] = environment[variable];
  return postgresTarget(
    { ...options, user: filled(options.user) ?? systemUser(), password: filled(options.password) },
    label,
  );
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A process may run under a number that has no name. */
function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
