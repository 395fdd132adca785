import { bareUrl } from '../postgres/bareUrl';
import { isDatabaseName, isOtherKind, POSTGRES_URL } from './databaseCandidates';
import { PARTS, PREFIXES } from './databaseNames';

type Variables = Readonly<Record<string, string | undefined>>;

/** Names with a database's word in them and a part of an address at their end: `SHOP_DB_HOST`, `DB_DEFAULT_NAME`. */
const DATABASE_PART =
  /(?:^|_)(?:[A-Z\d]*DB|DATABASE|PG|PGSQL|PSQL|POSTGRES|POSTGRESQL|SQL)(?:_[A-Z\d]+)?_?(?:HOST|HOSTNAME|SERVER|ENDPOINT|NAME|DBNAME|DATABASE|DSN|CONNECTION_?STRING|URL|URI)$/;
const OTHER_SYSTEM =
  /MYSQL|MARIA|MSSQL|ORACLE|SQLITE|MONGO|REDIS|VALKEY|INFLUX|ELASTIC|OPENSEARCH|COUCH|CASSANDRA|DYNAMO|MEMCACHE|CLICKHOUSE|NEO4J|RABBIT|CELERY|BROKER|CACHE/;
/** `DB_MIGRATION_NAME` names no database; a value of these forms does not either. */
const NO_ADDRESS = /^(true|false|yes|no|on|off|\d{1,2})$/i;
const REDIS_URL = /^(?:rediss?|valkeys?|sentinel|(?:rediss?|valkeys?)[+-][a-z+-]+|unix|(?:redis\+)?socket):\/\//i;
const REDIS_PART =
  /(?:^|_)(?:REDIS|VALKEY|ELASTICACHE|BROKER|RABBITMQ|AMQP)(?:_\w+)?_?(?:HOST|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS|URL|URI|DSN|SENTINELS?|HOSTS|NODES|LOCATION|CONNECTION_?STRING)$|^(?:REDIS|VALKEY)_(?:PORT|DB|PASSWORD)$/;
/** More would fill the screen. */
const MAX_NAMES = 5;

/**
 * The names of variables that look like a database and are none of those that are read: a URL of PostgreSQL under another name, a group
 * of names that lacks the name of its database, parts under another prefix.
 */
export function unreadDatabases(variables: Variables): string[] {
  const names = filledNames(variables);
  const byValue = names.filter((name) => POSTGRES_URL.test(bareUrl(variables[name] ?? '')) && !isResults(name));
  const known = PREFIXES.filter((prefix) => !isOtherKind(prefix, variables)).flatMap((prefix) =>
    Object.values(PARTS)
      .flat()
      .map((part) => `${prefix}_${part}`),
  );
  const parts = names.filter((name) => known.includes(name));
  const alike = names.filter((name) => {
    if (OTHER_SYSTEM.test(name) || !DATABASE_PART.test(name) || known.includes(name) || isDatabaseName(name))
      return false;
    const value = variables[name] ?? '';
    if (NO_ADDRESS.test(value) || (value.includes('://') && !POSTGRES_URL.test(bareUrl(value)))) return false;
    return !isOtherKind(name.replace(/_?[A-Z]+$/, ''), variables);
  });
  return [...new Set([...byValue, ...parts, ...alike])];
}

/** The names of variables that look like a Redis or a broker. @param read those that are read */
export function unreadRedis(variables: Variables, read: (name: string) => boolean): string[] {
  return filledNames(variables).filter((name) => {
    if (read(name)) return false;
    const value = bareUrl(variables[name] ?? '');
    return REDIS_URL.test(value) || (REDIS_PART.test(name) && !NO_ADDRESS.test(value));
  });
}

/** `A, B and C`, or `A, B, C and 4 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES);
  if (names.length > MAX_NAMES) return `${shown.join(', ')} and ${String(names.length - MAX_NAMES)} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** Celery's results may be in a database too. */
function isResults(name: string): boolean {
  return /RESULT|BACKEND/.test(name);
}

function filledNames(variables: Variables): string[] {
  return Object.keys(variables).filter((name) => (variables[name] ?? '').trim() !== '');
}
