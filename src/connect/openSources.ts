import { Problem } from '../base/problem';
import type { CheckSources } from '../check/options';
import { celerySecretKey, isOther, withCeleryPassword, type CeleryTarget } from './celeryTarget';
import { openCelery } from './openCelery';
import { managementPassword, managementSecretKey, withManagementPassword } from './otherBroker';
import { postgresSnapshots, type PostgresOptions } from './postgres/postgresClient';
import { postgresSecretKey, type PostgresTarget } from './postgres/postgresUrl';
import type { Servers } from './servers';

export interface OpenOptions extends Omit<PostgresOptions, 'passwords'> {
  /** Whether the user named the database in the environment or on the command line, and so vouches for its server (postgresPassword.ts). */
  readonly namedByPerson: boolean;
  /** Where PGPASSWORD and the password file are looked up; by default the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Looks up a stored password by the secret key of its server. Absent: the targets have all the passwords there are. */
  readonly storedPassword?: (key: string) => Promise<string | undefined>;
}

/**
 * Opens the servers of a connection for reading. This is the only way to a server: checks, pages, verified rows, fixes and the connection
 * test all open their sources here. Nothing is connected before a source is first read.
 * @param servers those that the caller may look at; a broker that is not in it is not even looked up
 * @throws Problem `invalid`
 */
export async function openSources(servers: Servers, options: OpenOptions): Promise<CheckSources> {
  const { storedPassword, namedByPerson, environment, ...limits } = options;
  const stored = async (target: { readonly password?: string }, key: string): Promise<string | undefined> =>
    // A URL that brings its own password never gets another one.
    target.password === undefined ? await storedPassword?.(key) : undefined;
  const passwords = environment === undefined ? {} : { environment };
  const postgres = async (target: PostgresTarget, named: boolean): Promise<CheckSources['postgres']> => {
    const password = await stored(target, postgresSecretKey(target));
    const withPassword = password === undefined ? target : { ...target, password };
    return postgresSnapshots(withPassword, { ...limits, passwords: { ...passwords, namedByPerson: named } });
  };
  const celery = async (target: CeleryTarget | Problem): Promise<CeleryTarget | Problem> => {
    if (target instanceof Problem) return target;
    const withPassword = withCeleryPassword(target, await stored(target, celerySecretKey(target)));
    if (!isOther(withPassword)) return withPassword;
    const url = withPassword.managementUrlWithPassword;
    const key = url === undefined || managementPassword(url) !== undefined ? undefined : managementSecretKey(url);
    if (key === undefined) return withPassword;
    return withManagementPassword(withPassword, await storedPassword?.(key));
  };
  const { database, broker, results, resultsDatabase } = servers;
  const targets = {
    ...(broker ? { broker: await celery(broker) } : {}),
    ...(results ? { results: await celery(results) } : {}),
  };
  return {
    postgres: await postgres(database, namedByPerson),
    ...(await openCelery(targets)),
    ...(resultsDatabase
      ? {
          resultsDatabase:
            // Whoever vouches for the database of the tasks has not vouched for this server.
            resultsDatabase instanceof Problem ? resultsDatabase : await postgres(resultsDatabase, false),
        }
      : {}),
  };
}
