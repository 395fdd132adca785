import { filledVariable, layeredVariables, type Variables } from './libpqVariables';
import { completePlace } from './postgresPlace';
import { postgresTarget, type PostgresTarget } from './postgresUrl';
import { WrittenOptions } from '../writtenOptions';

/** What names a database; a user, a port or a password alone does not. */
const NAMING = ['PGHOST', 'PGHOSTADDR', 'PGDATABASE'] as const;

/**
 * The database that the PG variables name, with the password of PGPASSWORD. As in libpq, a user that is not named is the system's, a
 * database that is not named is the user's, and a host that is not named is the socket that is there, else `localhost`. PGSERVICE is
 * not read.
 * @param label what to call the variables in an error
 * @param beneath further variables, which complete those that name the database; never with a password
 * @returns undefined when none of PGHOST, PGHOSTADDR and PGDATABASE is set
 * @throws Problem `invalid`, one sentence
 */
export function postgresFromVariables(
  environment: Variables,
  label = 'The environment (PG variables)',
  beneath: Variables = environment,
): PostgresTarget | undefined {
  if (NAMING.every((name) => filledVariable(environment, name) === undefined)) return undefined;
  const variables = beneath === environment ? environment : layeredVariables(environment, beneath);
  const place = completePlace(new WrittenOptions([]), variables, label);
  const own = { password: filled(environment.PGPASSWORD), passfile: filledVariable(environment, 'PGPASSFILE') };
  return postgresTarget({ ...place, ...own }, label, variables);
}

/** A password may be white space. */
function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
