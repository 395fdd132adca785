import { echo } from '../diagnosis/echo';
import { Problem } from '../diagnosis/problem';
import { parsePostgresUrl, postgresAddress, postgresSecretKey, type PostgresTarget } from './postgresUrl';
import { parseRedisUrl, redisSecretKey, type RedisTarget } from './redisUrl';
import { hasPasswordOption } from './withoutPassword';

/** Where a connection was found. */
export type ProfileOrigin = 'settings' | 'env-file' | 'environment';

/** One connection that can be chosen. Passwords of `settings` profiles are not in it: they are in the secret storage. */
export interface ConnectionProfile {
  /** Stays the same as long as the connection keeps its name and origin. */
  readonly id: string;
  readonly name: string;
  readonly origin: ProfileOrigin;
  readonly database: PostgresTarget;
  /** As it was written, and maybe not readable; absent when nothing names a Redis. */
  readonly redisUrl?: string;
  readonly table?: string;
}

/** A named connection that cannot be used, and the sentence that says why. */
export interface BrokenProfile {
  readonly id: string;
  readonly name: string;
  readonly origin: ProfileOrigin;
  readonly problem: Problem;
}

export type ProfileEntry = ConnectionProfile | BrokenProfile;

export function isBroken(entry: ProfileEntry): entry is BrokenProfile {
  return 'problem' in entry;
}

/** What people see beside a connection's name. */
export function profileDescription(profile: ConnectionProfile): string {
  return `${profile.database.user} at ${postgresAddress(profile.database)}`;
}

/** Whether two profiles mean the same database by the same name: `.env` can be rewritten under us. */
export function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  return a.id === b.id && profileDescription(a) === profileDescription(b);
}

/**
 * Reads the setting `celeryTasks.connections`. Every entry comes back: one that cannot be used as a broken profile.
 * @param value as the editor gives it: anything a person may have typed
 */
export function profilesFromSettings(value: unknown): ProfileEntry[] {
  if (!Array.isArray(value)) return [];
  const names = new Set<string>();
  return value.map((entry: unknown, index) => {
    const name = settingsName(entry, index);
    const id = names.has(name) ? `settings:${name}#${String(index + 1)}` : `settings:${name}`;
    try {
      // Two databases behind one name: a person would read the answer of the wrong one.
      if (names.has(name))
        throw new Problem('invalid', `celeryTasks.connections has the name "${echo(name)}" twice: rename one of them.`);
      names.add(name);
      return settingsProfile(entry, id, name);
    } catch (error) {
      return broken(error, { id, name, origin: 'settings' });
    }
  });
}

/** What an entry of `celeryTasks.connections` is called: its name, or its place in the list. */
export function settingsName(entry: unknown, index: number): string {
  return textField(entry, 'name') ?? `connection ${String(index + 1)}`;
}

function broken(error: unknown, profile: Omit<BrokenProfile, 'problem'>): BrokenProfile {
  return { ...profile, problem: error instanceof Problem ? error : new Problem('invalid', String(error)) };
}

function settingsProfile(entry: unknown, id: string, name: string): ConnectionProfile {
  const label = `celeryTasks.connections "${echo(name)}"`;
  const url = textField(entry, 'databaseUrl');
  if (url === undefined)
    throw new Problem('invalid', `${label} has no databaseUrl: write postgresql://user@host:5432/database.`);
  const database = parsePostgresUrl(url, `${label} databaseUrl`);
  const redisUrl = textField(entry, 'redisUrl');
  const redisPassword = redisUrl === undefined ? undefined : parseRedisUrl(redisUrl, `${label} redisUrl`).password;
  const options = [url, redisUrl ?? ''].some(hasPasswordOption);
  if (database.password !== undefined || redisPassword !== undefined || options) {
    throw new Problem(
      'invalid',
      `${label} holds a password, and settings are no place for one: remove it there, then enter it with "Celery Tasks: Add Connection".`,
    );
  }
  const table = textField(entry, 'table');
  return {
    id,
    name,
    origin: 'settings',
    database,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...(table === undefined ? {} : { table }),
  };
}

/**
 * Reads the variables that Django and Celery projects have: `DATABASE_URL`, and `REDIS_URL` or `CELERY_BROKER_URL`.
 * @param place what to call the place where they stand: `.env`, `environment`
 * @returns undefined when there is no DATABASE_URL
 */
export function profileFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
  origin: 'env-file' | 'environment',
  place: string,
): ProfileEntry | undefined {
  const url = variables.DATABASE_URL;
  if (url === undefined || url.trim() === '') return undefined;
  const redisUrl = [variables.REDIS_URL, variables.CELERY_BROKER_URL].find((text) => text?.trim());
  const id = `${origin}:${place}`;
  try {
    const database = parsePostgresUrl(url, `DATABASE_URL (${place})`);
    const name = `${database.database} (${place})`;
    return { id, name, origin, database, ...(redisUrl === undefined ? {} : { redisUrl }) };
  } catch (error) {
    return broken(error, { id, name: place, origin });
  }
}

/**
 * The secret-storage keys that belong to a profile's servers. A Redis that cannot be read (amqp, sentinel) has none: it must
 * not keep the database from being checked.
 */
export function secretKeys(profile: ConnectionProfile): { database: string; redis?: string } {
  const database = postgresSecretKey(profile.database);
  try {
    const redis = redisTarget(profile);
    return { database, ...(redis ? { redis: redisSecretKey(redis) } : {}) };
  } catch {
    return { database };
  }
}

/** The Redis of a profile, where it names one that can be read. @throws Problem `invalid` */
export function redisTarget(profile: ConnectionProfile): RedisTarget | undefined {
  return profile.redisUrl === undefined
    ? undefined
    : parseRedisUrl(profile.redisUrl, `The Redis URL of ${profile.name}`);
}

function textField(entry: unknown, key: string): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value = (entry as Record<string, unknown>)[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
