import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';
import { parsePostgresUrl, postgresAddress, postgresSecretKey } from './postgres/postgresUrl';
import { environmentNames, looksLikeProduction, namesOf } from './production';
import { isLiteral, type EnvVariables } from './env/envFile';
import { expandVariables } from './env/envReferences';
import { fillReferences, hasReference, type References } from './env/references';
import { listed, unreadDatabases } from './env/unreadNames';
import { databaseOfEnvFile, databaseOfEnvironment } from './env/variableDatabase';
import { redisOfEnvFile, redisOfEnvironment, type NamedRedis } from './env/variableRedis';
import { celerySecretKey, isOther, type CeleryTarget } from './celeryTarget';
import { readCeleryUrl, type CeleryRole, type CeleryTargets } from './celeryUrl';
import { parseRedisUrl } from './redis/redisUrl';
import { managementSecretKey } from './otherBroker';
import { rememberTarget, rememberUrl, rememberVariables } from './rememberSecrets';
import { resultsDatabase } from './resultsDatabase';
import { keyOf, type Servers } from './servers';
import { holdsPassword } from './postgres/withoutPassword';

const CELERY_FIELDS = ['redisUrl', 'brokerUrl', 'resultBackend', 'managementUrl'] as const;
const NO_REFERENCES: References = { variables: {}, wholeOnly: false };

/** Where a connection was found. */
export type ProfileOrigin = 'settings' | 'env-file' | 'environment';

/**
 * One connection that can be chosen, with its servers as they were parsed when it was found. Passwords of `settings` profiles are not in
 * it: they are in the secret storage.
 */
export interface ConnectionProfile extends Servers {
  /** Stays the same as long as the connection keeps its name and origin. */
  readonly id: string;
  readonly name: string;
  readonly origin: ProfileOrigin;
  /** Celery's URLs as the user wrote them. */
  readonly written: Pick<NamedRedis, (typeof CELERY_FIELDS)[number]>;
  readonly table?: string;
  /** It was said to be production, or looks like it. */
  readonly production?: true;
  /** For people: `DATABASE_URL in .env`. Absent for one of the settings. */
  readonly foundIn?: string;
  /** A person added the broker to what the file or the environment names; its password is in the secret storage. */
  readonly addedBroker?: true;
}

/** A named connection that cannot be used, and the sentence that says why. */
export interface BrokenProfile {
  readonly id: string;
  readonly name: string;
  readonly origin: ProfileOrigin;
  readonly problem: Problem;
  /** Nobody named a connection here: there are only variables that look like one. */
  readonly hint?: true;
}

export type ProfileEntry = ConnectionProfile | BrokenProfile;

export function isBroken(entry: ProfileEntry): entry is BrokenProfile {
  return 'problem' in entry;
}

/** Whether an entry is there only to say which variables look like a connection and are not read. */
export function isHint(entry: ProfileEntry): boolean {
  return isBroken(entry) && entry.hint === true;
}

/** What people see beside a connection's name. */
export function profileDescription(profile: ConnectionProfile): string {
  return `${profile.database.user} at ${postgresAddress(profile.database)}`;
}

/**
 * Identifies a profile with all that it says, passwords included, to tell whether a file or a setting changed it.
 * @returns a hash for comparisons in memory, never to be stored
 */
export function profileKey(profile: ConnectionProfile): string {
  const { id, name, origin, table, production, foundIn, database, written, broker, results } = profile;
  // The rest follows from what was written, but for the reason why no server is taken.
  const reasons = [broker, results].map((target) => target instanceof Problem && target.message);
  return keyOf([id, name, origin, table, production, foundIn, database, written, reasons]);
}

/** Whether two profiles mean the same database by the same name: `.env` can be rewritten under us. */
export function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  return a.id === b.id && profileDescription(a) === profileDescription(b);
}

/**
 * Reads the setting `celeryTasks.connections`. Every entry comes back: one that cannot be used as a broken profile.
 * @param value as the editor gives it: anything that a user may have typed
 * @param references what `${env:NAME}` in its URLs means
 */
export function profilesFromSettings(value: unknown, references: References = NO_REFERENCES): ProfileEntry[] {
  if (!Array.isArray(value)) return [];
  const names = new Set<string>();
  return value.map((entry: unknown, index) => {
    const name = settingsName(entry, index);
    const id = names.has(name) ? `settings#${String(index + 1)}:${name}` : `settings:${name}`;
    try {
      // Two databases behind one name: a user would read the answer of the wrong one.
      if (names.has(name))
        throw new Problem(
          'invalid',
          `celeryTasks.connections has two connections named "${echo(name)}". Rename one of them.`,
        );
      names.add(name);
      return settingsProfile(entry, { id, name }, references);
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

function settingsProfile(
  entry: unknown,
  { id, name }: Pick<ConnectionProfile, 'id' | 'name'>,
  references: References,
): ConnectionProfile {
  const label = `celeryTasks.connections "${echo(name)}"`;
  const written = textField(entry, 'databaseUrl');
  if (written === undefined)
    throw new Problem('invalid', `${label} has no databaseUrl. Write postgresql://user@host:5432/database.`);
  const urlField = (key: (typeof CELERY_FIELDS)[number]): string | undefined => {
    const text = textField(entry, key);
    return text === undefined ? undefined : fillReferences(text, references, `${label} ${key}`);
  };
  const url = fillReferences(written, references, `${label} databaseUrl`);
  const [redisUrl, brokerUrl, resultBackend, managementUrl] = CELERY_FIELDS.map(urlField);
  for (const text of [url, redisUrl, brokerUrl, resultBackend, managementUrl])
    if (text !== undefined) rememberUrl(text);
  const database = parsePostgresUrl(url, `${label} databaseUrl`);
  const common = redisUrl === undefined ? undefined : parseRedisUrl(redisUrl, `${label} redisUrl`);
  const broker =
    brokerUrl === undefined
      ? common
      : readCeleryUrl(brokerUrl, 'broker', `${label} brokerUrl`, serverName('broker', name), managementUrl);
  const results =
    resultBackend === undefined
      ? common
      : readCeleryUrl(resultBackend, 'results', `${label} resultBackend`, serverName('results', name));
  const urls = [written, ...CELERY_FIELDS.map((key) => textField(entry, key))].filter((text) => text !== undefined);
  if ((database.password !== undefined && !hasReference(written)) || urls.some(holdsPassword)) {
    throw new Problem(
      'invalid',
      `${label} holds a password, which doesn't belong in settings. Remove it there, then enter it with "Celery Tasks: Add Connection".`,
    );
  }
  const table = textField(entry, 'table');
  return {
    id,
    name,
    origin: 'settings',
    database,
    ...(broker ? { broker } : {}),
    ...(results ? { results } : {}),
    ...otherResults(resultBackend, database, name),
    written: writtenUrls({ redisUrl, brokerUrl, resultBackend, managementUrl }),
    ...(table === undefined ? {} : { table }),
    ...marked(switchField(entry, 'production') ?? looksLikeProduction(namesOf(name, database))),
  };
}

function marked(production: boolean): { production?: true } {
  return production ? { production } : {};
}

/**
 * Reads the variables that Django and Celery projects have: of a `.env` file all names of databaseNames.ts and variableRedis.ts, of the
 * environment, where such names may mean anything, DATABASE_URL, libpq's and the three of Celery.
 * @param variables of a file, as `readEnvFile` gives them: it tells which values are in single quotes
 * @param place what to call the place where they stand: `.env`, `environment`
 * @param key what tells that place from every other, also from one of the same name
 * @returns undefined when no database is named
 */
export function profileFromVariables(
  variables: EnvVariables,
  origin: 'env-file' | 'environment',
  place: string,
  key = place,
): ProfileEntry | undefined {
  rememberVariables(variables);
  const id = `${origin}:${key}`;
  try {
    const ofFile = origin === 'env-file';
    const values = ofFile ? expanded(variables, place) : variables;
    const found = ofFile ? databaseOfEnvFile(values, place) : databaseOfEnvironment(values, place);
    if (!found) return ofFile ? lookalike(variables, { id, name: place, origin }) : undefined;
    const { target, by } = found;
    const redis = ofFile ? redisOfEnvFile(values, variables, place) : redisOfEnvironment(values);
    rememberUrls(redis);
    rememberTarget(target);
    const name = `${target.database} (${place})`;
    return {
      id,
      name,
      origin,
      database: target,
      ...celeryTargets(redis, name),
      ...otherResults(redis.resultBackend, target, name),
      written: writtenUrls(redis),
      ...marked(looksLikeProduction([...namesOf(name, target), ...environmentNames(variables)])),
      foundIn: `${by} in ${origin === 'environment' ? `the ${place}` : place}`,
    };
  } catch (error) {
    return broken(error, { id, name: place, origin });
  }
}

/** Where broker and results are by a `.env` file that names no database. @param place what to call the file */
export function celeryOfEnvFile(variables: EnvVariables, place: string): CeleryTargets {
  rememberVariables(variables);
  const redis = redisOfEnvFile(expanded(variables, place), variables, place);
  rememberUrls(redis);
  return celeryTargets(redis, place);
}

function rememberUrls(urls: NamedRedis): void {
  for (const key of CELERY_FIELDS) if (urls[key] !== undefined) rememberUrl(urls[key]);
}

/** The names, and never the values, of variables that look like a database and are not read. */
function lookalike(variables: EnvVariables, profile: Omit<BrokenProfile, 'problem'>): BrokenProfile | undefined {
  const names = unreadDatabases(variables);
  if (names.length === 0) return undefined;
  const [look, are] = names.length === 1 ? ['looks', 'is'] : ['look', 'are'];
  const says = `${listed(names)} in ${profile.name} ${look} like a database but ${are} not read. Write the one to check as DATABASE_URL=postgresql://user@host:5432/database.`;
  return { ...profile, problem: new Problem('invalid', says), hint: true };
}

/** The variables with those that they refer to put in, each when it is asked for: the rest of the file is none of our business. */
function expanded(variables: EnvVariables, place: string): EnvVariables {
  const values: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) continue;
    const get = (): string =>
      isLiteral(variables, name) ? value : expandVariables(value, variables, `${name} (${place})`);
    Object.defineProperty(values, name, { get, enumerable: true });
  }
  return values;
}

/** The secret-storage keys that belong to a profile's servers. One that cannot be read (amqp) has none. */
export function secretKeys({ database, broker, results, resultsDatabase: other }: Servers): {
  readonly database: string;
  readonly broker?: string;
  readonly results?: string;
  readonly resultsDatabase?: string;
  /** Of the broker's API for administrators. */
  readonly management?: string;
} {
  const url = broker && !(broker instanceof Problem) && isOther(broker) ? broker.managementUrlWithPassword : undefined;
  const management = url === undefined ? undefined : managementSecretKey(url);
  return {
    database: postgresSecretKey(database),
    ...(broker && !(broker instanceof Problem) ? { broker: celerySecretKey(broker) } : {}),
    ...(results && !(results instanceof Problem) ? { results: celerySecretKey(results) } : {}),
    ...(other && !(other instanceof Problem) ? { resultsDatabase: postgresSecretKey(other) } : {}),
    ...(management === undefined ? {} : { management }),
  };
}

/**
 * Reads where the broker and the results of a connection are. Never throws: a URL that cannot be read becomes a Problem.
 * @param name of the connection, for the sentences of Problems
 */
export function celeryTargets(
  { redisUrl, brokerUrl, resultBackend, managementUrl, unclear }: NamedRedis,
  name: string,
): CeleryTargets {
  const target = (role: CeleryRole, own: string | undefined): CeleryTarget | Problem | undefined => {
    const says = own === undefined ? unclear?.[role] : undefined;
    return says === undefined
      ? readable(own ?? redisUrl, role, serverName(role, name), managementUrl)
      : new Problem('not-configured', says);
  };
  const broker = target('broker', brokerUrl);
  const results = target('results', resultBackend);
  return { ...(broker ? { broker } : {}), ...(results ? { results } : {}) };
}

/** What sentences call a server of a connection. */
function serverName(role: CeleryRole, name: string): string {
  return `The ${role === 'broker' ? 'broker' : 'result backend'} of ${name}`;
}

function otherResults(
  resultBackend: string | undefined,
  database: Servers['database'],
  name: string,
): Pick<Servers, 'resultsDatabase'> {
  const other = resultsDatabase(resultBackend, database, serverName('results', name));
  return other ? { resultsDatabase: other } : {};
}

function writtenUrls(
  urls: Readonly<Partial<Record<(typeof CELERY_FIELDS)[number], string | undefined>>>,
): ConnectionProfile['written'] {
  return Object.fromEntries(CELERY_FIELDS.flatMap((key) => (urls[key] === undefined ? [] : [[key, urls[key]]])));
}

function readable(
  url: string | undefined,
  role: CeleryRole,
  label: string,
  managementUrl?: string,
): CeleryTarget | Problem | undefined {
  if (url === undefined) return undefined;
  try {
    return readCeleryUrl(url, role, label, label, managementUrl);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function textField(entry: unknown, key: string): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value = (entry as Record<string, unknown>)[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function switchField(entry: unknown, key: string): boolean | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value = (entry as Record<string, unknown>)[key];
  return typeof value === 'boolean' ? value : undefined;
}
