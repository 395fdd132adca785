/** Which servers are meant: by flags, else by the environment, else by a `.env` file. */
import { Problem } from '../base/problem';
import { echo } from '../base/quoteInput';
import { celeryAddress, type CeleryTarget } from '../connect/celeryTarget';
import { brokerVariable, MANAGEMENT } from '../connect/env/variableRedis';
import { readCeleryUrl, type CeleryRole } from '../connect/celeryUrl';
import { parsePostgresUrl, postgresAddress, type PostgresTarget } from '../connect/postgres/postgresUrl';
import { postgresFromVariables } from '../connect/postgres/postgresVariables';
import { resultsDatabase } from '../connect/resultsDatabase';
import type { Servers } from '../connect/servers';
import { envFileNote, type EnvFile } from './envFile';
import { usage, type Flags } from './flags';

type Environment = Readonly<Record<string, string | undefined>>;

export interface NamedServers {
  readonly servers: Servers;
  /** The database is one that a file names. Nobody vouches for it, so no password that was meant for another server goes there. */
  readonly databaseOfFile: boolean;
  /** What the person should know of it: sentences for stderr. */
  readonly notes: readonly string[];
}

/** A URL, and what to call the place where it stands. */
interface WrittenUrl {
  readonly url: string;
  readonly label: string;
}

/** Where each role's URL may stand, the first that is filled counts. */
const URLS = {
  broker: { flags: ['broker-url', 'redis-url'], variable: brokerVariable },
  results: {
    flags: ['result-backend', 'redis-url'],
    variable: ({ CELERY_RESULT_BACKEND: own }: Environment) => (own?.trim() ? 'CELERY_RESULT_BACKEND' : undefined),
  },
} as const;

/**
 * The servers of a check.
 * @param verified whether broker and results are looked at; without it they are only read, so that a wrong flag is named
 * @throws Problem `invalid` where no database is named, or a flag is no URL
 */
export function namedServers(
  flags: Flags,
  environment: Environment,
  file: EnvFile | undefined,
  verified: boolean,
): NamedServers {
  const typed = typedDatabase(flags, environment);
  const database = typed ?? databaseOfFile(file, environment);
  const broker = targetOf('broker', flags, environment);
  const results = targetOf('results', flags, environment);
  const backend = written('results', flags, environment);
  const other = backend && resultsDatabase(backend.url, database, backend.label);
  const taken: Partial<Servers> = typed ? {} : { database };
  if (!verified) {
    const notes = notesOf(file, taken, databaseNotes(flags, environment, file, typed));
    return { servers: { database }, databaseOfFile: !typed, notes };
  }
  const offered = celeryOfFile(file, typed);
  const ofFile: Partial<Servers> = {
    ...taken,
    ...(broker || !offered.broker ? {} : { broker: offered.broker }),
    ...(backend || !offered.results ? {} : { results: offered.results }),
    ...(backend || !offered.resultsDatabase ? {} : { resultsDatabase: offered.resultsDatabase }),
  };
  return {
    servers: {
      database,
      ...(broker ? { broker } : {}),
      ...(results ? { results } : {}),
      ...(other ? { resultsDatabase: other } : {}),
      ...ofFile,
    },
    databaseOfFile: !typed,
    notes: notesOf(file, ofFile, [
      ...databaseNotes(flags, environment, file, typed),
      ...brokerNotes(flags, environment, file, { ofFile, typed }),
    ]),
  };
}

function notesOf(file: EnvFile | undefined, taken: Partial<Servers>, more: readonly string[]): string[] {
  const note = file && envFileNote(file, taken);
  return note === undefined ? [...more] : [note, ...more];
}

function typedDatabase(flags: Flags, environment: Environment): PostgresTarget | undefined {
  const flag = flags['database-url'];
  if (flag) return parsePostgresUrl(flag, '--database-url', environment);
  if (environment.DATABASE_URL?.trim()) return parsePostgresUrl(environment.DATABASE_URL, 'DATABASE_URL', environment);
  return postgresFromVariables(environment);
}

function databaseOfFile(file: EnvFile | undefined, environment: Environment): PostgresTarget {
  if (file?.profile) return file.profile.database;
  if (file?.problem) throw file.problem;
  if (environment.PGSERVICE?.trim())
    throw usage(
      'PGSERVICE names a service file, and service files are not read. Use --database-url, or set PGHOST and PGDATABASE.',
    );
  throw usage(
    'No database given. Use --database-url postgresql://user@host:5432/database, or set DATABASE_URL (or PGHOST and PGDATABASE) in the environment or in a .env file of this folder.',
  );
}

/**
 * What a file says of broker and results. With a database of another place it does not count where the file names a database of its own:
 * messages that are searched in a broker of another system are missing there, and every task would seem lost.
 */
function celeryOfFile(
  file: EnvFile | undefined,
  typed: PostgresTarget | undefined,
): Partial<Omit<Servers, 'database'>> {
  const { profile, celery } = file ?? {};
  if (!profile) return celery ?? {};
  if (typed && postgresAddress(typed) !== postgresAddress(profile.database)) return {};
  const { broker, results, resultsDatabase: other } = profile;
  return {
    ...(broker ? { broker } : {}),
    ...(results ? { results } : {}),
    ...(other ? { resultsDatabase: other } : {}),
  };
}

/** Whoever has a file in mind should not have to find out by the numbers that another database was checked. */
function databaseNotes(
  flags: Flags,
  environment: Environment,
  file: EnvFile | undefined,
  typed: PostgresTarget | undefined,
): string[] {
  if (!file?.profile || !typed || flags['database-url']) return [];
  if (postgresAddress(typed) === postgresAddress(file.profile.database)) return [];
  const name = environment.DATABASE_URL?.trim() ? 'DATABASE_URL' : 'the PG variables';
  return [`The database is that of ${name} in the environment, and not that of ${echo(file.place)}.`];
}

/**
 * The database of one place and the broker of another may belong to two systems, and the messages of one would then be missing in the
 * other: the person must know.
 */
function brokerNotes(
  flags: Flags,
  environment: Environment,
  file: EnvFile | undefined,
  { ofFile, typed }: { readonly ofFile: Partial<Servers>; readonly typed: PostgresTarget | undefined },
): string[] {
  if (flagOf('broker', flags) !== undefined) return [];
  const variable = variableOf('broker', environment);
  const own = file?.profile?.broker;
  if (variable === undefined && own && !ofFile.broker)
    return [
      `The broker of ${echo(file.place)} is not used, because that file names another database: give --broker-url if it is this one's.`,
    ];
  const place = variable ?? (ofFile.broker && !file?.profile ? file?.place : undefined);
  const elsewhere = variable === undefined ? flags['database-url'] : (flags['database-url'] ?? ofFile.database);
  if (place === undefined || !elsewhere) return [];
  const same = variable !== undefined && !typed && own && sameServer(own, targetOf('broker', flags, environment));
  return same ? [] : [`The broker is that of ${echo(place)}: give --broker-url if this database has another one.`];
}

function sameServer(one: CeleryTarget | Problem, other: CeleryTarget | Problem | undefined): boolean {
  return (
    !(one instanceof Problem) &&
    other !== undefined &&
    !(other instanceof Problem) &&
    celeryAddress(one) === celeryAddress(other)
  );
}

/**
 * What a role's URL names. A server that cannot be read is a Problem, for the report to name.
 * @throws Problem `invalid` for a flag that is no URL at all; a variable like that is a source that cannot be read
 */
function targetOf(role: CeleryRole, flags: Flags, environment: Environment): CeleryTarget | Problem | undefined {
  const found = written(role, flags, environment);
  if (!found) return undefined;
  try {
    const management = [flags['broker-management-url'], environment[MANAGEMENT]].find((url) => url?.trim());
    return readCeleryUrl(found.url, role, found.label, found.label, management);
  } catch (error) {
    if (error instanceof Problem && flagOf(role, flags) === undefined) return error;
    throw error;
  }
}

function flagOf(role: CeleryRole, flags: Flags) {
  return URLS[role].flags.find((name) => flags[name]?.trim());
}

function variableOf(role: CeleryRole, environment: Environment): string | undefined {
  return URLS[role].variable(environment) ?? (environment.REDIS_URL?.trim() ? 'REDIS_URL' : undefined);
}

/** A role's URL as it was written: of the first flag that is filled, else of the first variable. */
function written(role: CeleryRole, flags: Flags, environment: Environment): WrittenUrl | undefined {
  const flag = flagOf(role, flags);
  if (flag !== undefined) return { url: flags[flag] ?? '', label: `--${flag}` };
  const variable = variableOf(role, environment);
  return variable === undefined ? undefined : { url: environment[variable] ?? '', label: variable };
}
