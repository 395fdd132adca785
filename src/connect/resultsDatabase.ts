import { Problem } from '../base/problem';
import { bareUrl } from './postgres/bareUrl';
import { parsePostgresUrl, postgresHosts, type PostgresTarget } from './postgres/postgresUrl';
import { hostAndPort } from '../wire/urlParts';

/** SQLAlchemy's backend (celery 5.6 celery/app/backends.py: `db+` and the URL of an engine). */
const SQLALCHEMY = /^db\+(?=postgres(ql)?(\+[a-z0-9]+)?:)/i;

/**
 * The database that a result backend `db+postgresql://...` names.
 * @param url as it is in Celery's settings; any other backend gives undefined
 * @throws Problem `invalid` where the URL cannot be read
 */
export function sqlalchemyDatabase(url: string, label: string): PostgresTarget | undefined {
  const text = bareUrl(url);
  return SQLALCHEMY.test(text) ? parsePostgresUrl(text.replace(SQLALCHEMY, ''), label) : undefined;
}

/**
 * The same where it is not the database of the tasks: the tables of that one are read anyway.
 * @param tasks the database of the tasks
 * @returns a Problem where the URL cannot be read
 */
export function resultsDatabase(
  url: string | undefined,
  tasks: PostgresTarget,
  label: string,
): PostgresTarget | Problem | undefined {
  try {
    const target = sqlalchemyDatabase(url ?? '', label);
    return target && !sameDatabase(target, tasks) ? target : undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Whoever asks: another user of the same database sees the same results. */
function sameDatabase(one: PostgresTarget, other: PostgresTarget): boolean {
  const servers = (target: PostgresTarget): string[] =>
    postgresHosts(target).map((server) => hostAndPort(server).toLowerCase());
  const known = new Set(servers(other));
  return one.database === other.database && servers(one).some((server) => known.has(server));
}
