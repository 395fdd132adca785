import { parsePostgresUrl, type PostgresTarget } from './postgresUrl';

/**
 * The database that libpq's variables name: https://www.postgresql.org/docs/current/libpq-envars.html
 * @returns undefined without PGHOST and PGDATABASE
 * @throws Problem `invalid` for a port or an sslmode that is none
 */
export function postgresFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
): PostgresTarget | undefined {
  const { PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE, PGSSLROOTCERT } = variables;
  if (!PGHOST && !PGDATABASE) return undefined;
  const options = {
    host: PGHOST,
    port: PGPORT,
    dbname: PGDATABASE,
    user: PGUSER,
    sslmode: PGSSLMODE,
    sslrootcert: PGSSLROOTCERT,
  };
  const written = Object.entries(options).flatMap(([name, value]) =>
    value ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  const target = parsePostgresUrl(`postgresql:///?${written.join('&')}`, 'PG* (environment)');
  return PGPASSWORD ? { ...target, password: PGPASSWORD } : target;
}
