import { Problem } from '../diagnosis/problem';
import { parsePostgresUrl, postgresHosts, type PostgresTarget } from './postgresUrl';

/** SQLAlchemy's backend (celery 5.6 celery/app/backends.py: `db+` and the URL of an engine). */
const SQLALCHEMY = /^db\+(?=postgres(ql)?(\+[a-z0-9]+)?:)/i;

/**
 * The database that a result backend `db+postgresql://...` names, where it is not the one of the tasks: the tables of that one are read anyway.
 * @param url as it stands in Celery's settings; any other backend gives undefined
 * @param tasks the database of the tasks
 * @returns a Problem where the URL cannot be read
 */
export function resultsDatabase(
  url: string | undefined,
  tasks: PostgresTarget,
  label: string,
): PostgresTarget | Problem | undefined {
  const text = url?.trim() ?? '';
  if (!SQLALCHEMY.test(text)) return undefined;
  try {
    const target = parsePostgresUrl(text.replace(SQLALCHEMY, ''), label);
    return sameDatabase(target, tasks) ? undefined : target;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Whoever asks: another user of the same database sees the same results. */
function sameDatabase(one: PostgresTarget, other: PostgresTarget): boolean {
  const servers = (target: PostgresTarget): string[] =>
    postgresHosts(target).map(({ host, port }) => `${host.toLowerCase()}:${String(port)}`);
  const known = new Set(servers(other));
  return one.database === other.database && servers(one).some((server) => known.has(server));
}
