import { echo } from '../diagnosis/echo';
import { Problem } from '../diagnosis/problem';
import { parsePostgresUrl, postgresAddress, postgresSecretKey, type PostgresTarget } from './postgresUrl';
import { readCeleryUrl, type RedisRole, type RedisTargets } from './celeryUrl';
import { parseRedisUrl, redisSecretKey, type RedisTarget } from './redisUrl';
import { BETWEEN_URLS, credentials, splitUserInfo } from './urlParts';
import { rememberUrl, rememberVariables } from './rememberSecrets';
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
  /** For broker and results where nothing else is named. This and the next two as they were written, and maybe not readable. */
  readonly redisUrl?: string;
  readonly brokerUrl?: string;
  readonly resultBackend?: string;
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
  const redisUrl = textField(entry, 'redisUrl');
  const brokerUrl = textField(entry, 'brokerUrl');
  const resultBackend = textField(entry, 'resultBackend');
  const urls = [url, redisUrl, brokerUrl, resultBackend].filter((text) => text !== undefined);
  urls.forEach(rememberUrl);
  const database = parsePostgresUrl(url, `${label} databaseUrl`);
  if (redisUrl !== undefined) parseRedisUrl(redisUrl, `${label} redisUrl`);
  if (brokerUrl !== undefined) readCeleryUrl(brokerUrl, 'broker', `${label} brokerUrl`);
  if (resultBackend !== undefined) readCeleryUrl(resultBackend, 'results', `${label} resultBackend`);
  if (database.password !== undefined || urls.some(holdsPassword)) {
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
    ...(brokerUrl === undefined ? {} : { brokerUrl }),
    ...(resultBackend === undefined ? {} : { resultBackend }),
    ...(table === undefined ? {} : { table }),
  };
}

/** In the user part or in an option, of any of several servers, also of a transport that is not read. */
function holdsPassword(url: string): boolean {
  return url.split(BETWEEN_URLS).some((one) => {
    const { userInfo } = splitUserInfo(one.slice(one.indexOf('://') + 3));
    return hasPasswordOption(one) || credentials(userInfo).password !== undefined;
  });
}

/**
 * Reads the variables that Django and Celery projects have: `DATABASE_URL`, and `CELERY_BROKER_URL`, `CELERY_RESULT_BACKEND` and
 * `REDIS_URL` for what the two leave open.
 * @param place what to call the place where they stand: `.env`, `environment`
 * @returns undefined when there is no DATABASE_URL
 */
export function profileFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
  origin: 'env-file' | 'environment',
  place: string,
): ProfileEntry | undefined {
  rememberVariables(variables);
  const url = variables.DATABASE_URL;
  if (url === undefined || url.trim() === '') return undefined;
  const named = {
    redisUrl: filled(variables.REDIS_URL),
    brokerUrl: filled(variables.CELERY_BROKER_URL),
    resultBackend: filled(variables.CELERY_RESULT_BACKEND),
  };
  const id = `${origin}:${place}`;
  try {
    const database = parsePostgresUrl(url, `DATABASE_URL (${place})`);
    const name = `${database.database} (${place})`;
    const { redisUrl, brokerUrl, resultBackend } = named;
    return {
      id,
      name,
      origin,
      database,
      ...(redisUrl === undefined ? {} : { redisUrl }),
      ...(brokerUrl === undefined ? {} : { brokerUrl }),
      ...(resultBackend === undefined ? {} : { resultBackend }),
    };
  } catch (error) {
    return broken(error, { id, name: place, origin });
  }
}

/**
 * The secret-storage keys that belong to a profile's servers. A Redis that cannot be read (amqp, sentinel) has none: it must
 * not keep the database from being checked.
 */
export function secretKeys(profile: ConnectionProfile): { database: string; broker?: string; results?: string } {
  const { broker, results } = redisTargets(profile);
  return {
    database: postgresSecretKey(profile.database),
    ...(broker && !(broker instanceof Problem) ? { broker: redisSecretKey(broker) } : {}),
    ...(results && !(results instanceof Problem) ? { results: redisSecretKey(results) } : {}),
  };
}

/** Where a profile's broker and results are, without the passwords of the secret storage. Never throws: what is no URL is a Problem. */
export function redisTargets({ name, redisUrl, brokerUrl, resultBackend }: ConnectionProfile): RedisTargets {
  const broker = readable(brokerUrl ?? redisUrl, 'broker', `The broker of ${name}`);
  const results = readable(resultBackend ?? redisUrl, 'results', `The result backend of ${name}`);
  return { ...(broker ? { broker } : {}), ...(results ? { results } : {}) };
}

function readable(url: string | undefined, role: RedisRole, label: string): RedisTarget | Problem | undefined {
  if (url === undefined) return undefined;
  try {
    return readCeleryUrl(url, role, label);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

function textField(entry: unknown, key: string): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value = (entry as Record<string, unknown>)[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
