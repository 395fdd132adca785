import { parsePostgresUrl, postgresTarget, type PostgresTarget } from './postgresUrl';
import { layeredVariables } from './libpqVariables';
import { postgresFromVariables } from './postgresVariables';

type Variables = Readonly<Record<string, string | undefined>>;

/** A database that variables name, and by which of them. */
export interface NamedDatabase {
  readonly target: PostgresTarget;
  /** For example `DATABASE_URL`, or `POSTGRES_*` for one in parts. */
  readonly by: string;
}

interface Parts {
  readonly by: string;
  readonly database: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

/** What Django projects have in `.env` instead of a URL: the names of the `postgres` container, and those of settings.py. */
const IN_PARTS: readonly Parts[] = [
  {
    by: 'POSTGRES_*',
    database: 'POSTGRES_DB',
    host: 'POSTGRES_HOST',
    port: 'POSTGRES_PORT',
    user: 'POSTGRES_USER',
    password: 'POSTGRES_PASSWORD',
  },
  { by: 'DB_*', database: 'DB_NAME', host: 'DB_HOST', port: 'DB_PORT', user: 'DB_USER', password: 'DB_PASSWORD' },
];
/** Where a project with DB_* says which kind of database it is. */
const KINDS = ['DB_ENGINE', 'DB_CONNECTION'] as const;
const POSTGRES_KIND = /postg|psycopg|pgsql/i;

/**
 * The database of a `.env` file: `DATABASE_URL`, else its parts.
 * @param place what to call the file in an error
 * @returns undefined when none is named
 * @throws Problem `invalid` when what is named cannot be read
 */
export function databaseOfEnvFile(variables: Variables, place: string): NamedDatabase | undefined {
  return byUrl(variables, place) ?? byParts(variables, place) ?? byLibpq(variables, place);
}

/** The database of the environment: `DATABASE_URL`, else libpq's variables. @throws Problem `invalid` */
export function databaseOfEnvironment(variables: Variables, place: string): NamedDatabase | undefined {
  return byUrl(variables, place) ?? byLibpq(variables, place);
}

function byUrl(variables: Variables, place: string): NamedDatabase | undefined {
  const url = filled(variables.DATABASE_URL);
  return url === undefined
    ? undefined
    : { target: parsePostgresUrl(url, `DATABASE_URL (${place})`, layeredVariables(variables)), by: 'DATABASE_URL' };
}

function byParts(variables: Variables, place: string): NamedDatabase | undefined {
  for (const names of IN_PARTS) {
    const database = filled(variables[names.database]);
    if (database === undefined) continue;
    if (names.by === 'DB_*' && KINDS.some((kind) => isOtherKind(variables[kind]))) continue;
    const options = {
      host: filled(variables[names.host]),
      port: filled(variables[names.port]),
      dbname: database,
      user: filled(variables[names.user]),
      password: variables[names.password] === '' ? undefined : variables[names.password],
    };
    const target = postgresTarget(options, `${names.by} (${place})`, layeredVariables(variables));
    return { target, by: names.by };
  }
  return undefined;
}

function byLibpq(variables: Variables, place: string): NamedDatabase | undefined {
  const target = postgresFromVariables(variables, `PG variables (${place})`, process.env);
  return target && { target, by: 'PG*' };
}

function isOtherKind(kind: string | undefined): boolean {
  return filled(kind) !== undefined && !POSTGRES_KIND.test(kind ?? '');
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
