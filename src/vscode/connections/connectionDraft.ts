import { readCeleryUrl, type CeleryRole } from '../../connect/celeryUrl';
import { celeryPassword, celerySecretKey, isOther } from '../../connect/celeryTarget';
import { managementPassword, managementSecretKey } from '../../connect/otherBroker';
import { bareUrl } from '../../connect/postgres/bareUrl';
import { sqlalchemyDatabase } from '../../connect/resultsDatabase';
import { fillReferences } from '../../connect/env/references';
import { parsePostgresUrl, postgresSecretKey, type PostgresTarget } from '../../connect/postgres/postgresUrl';
import { holdsPassword, withoutPassword } from '../../connect/postgres/withoutPassword';
import { Problem } from '../../base/problem';
import { references } from './connections';

type Passwords = ReadonlyMap<string, string>;

/** A connection while it is being entered. Passwords are held apart from the URLs, by the key of the one server they belong to. */
export interface ConnectionDraft {
  /** As written, without its password. */
  readonly databaseUrl: string;
  /** The parts of that URL while they are being entered one by one; absent where the URL is. */
  readonly parts?: DatabaseParts | undefined;
  /** The broker, or the one server for both; empty when it is not named. */
  readonly broker: string;
  /** Of the broker's API for administrators; empty where its address follows from the broker's URL. */
  readonly management: string;
  /** Why the addresses that follow from the broker's URL are not enough, in a sentence, once they were tried. */
  readonly tried?: string | undefined;
  /** Empty when it is the same server, or where none are kept. */
  readonly results: string;
  readonly name: string;
  readonly production: boolean | undefined;
  /** Taken out of URLs. */
  readonly fromUrls: Passwords;
  /** Typed into the field for passwords. */
  readonly typed: Passwords;
}

/** What a person knows of a database without knowing a URL. */
export interface DatabaseParts {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

export const EMPTY_DRAFT: ConnectionDraft = {
  databaseUrl: '',
  broker: '',
  management: '',
  results: '',
  name: '',
  production: undefined,
  fromUrls: new Map(),
  typed: new Map(),
};

/** All passwords of a draft. */
export function heldPasswords({ fromUrls, typed }: ConnectionDraft): Passwords {
  return new Map([...typed, ...fromUrls]);
}

/** The draft of a connection that exists: `entry` is one of `celeryTasks.connections` as it was written. */
export function draftOf(entry: unknown, name: string): ConnectionDraft {
  const of = (key: string): string => {
    const value = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[key] : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  const production = (entry as { production?: unknown } | null)?.production;
  const [redisUrl, brokerUrl, resultBackend] = [of('redisUrl'), of('brokerUrl'), of('resultBackend')];
  const urls = [of('databaseUrl'), brokerUrl || redisUrl, resultBackend || (brokerUrl === '' ? '' : redisUrl)] as const;
  const [databaseUrl, broker, results] = urls;
  return {
    databaseUrl: withoutPassword(databaseUrl),
    broker: withoutPassword(broker),
    management: withoutPassword(of('managementUrl')),
    results: withoutPassword(results),
    name,
    production: typeof production === 'boolean' ? production : undefined,
    // A password that was written into the settings goes to the secret storage.
    fromUrls: new Map([
      ...ofDatabase(databaseUrl),
      ...ofCelery('broker')(broker),
      ...ofManagement(of('managementUrl')),
      ...ofCelery('results')(results),
    ]),
    typed: new Map(),
  };
}

/** What `celeryTasks.connections` gets of a draft: no password. */
export function entryOf({
  databaseUrl,
  broker,
  management,
  results,
  name,
  production,
}: ConnectionDraft): Record<string, unknown> {
  const target = readCelery('broker')(broker);
  const one = results === '' && target !== undefined && !(target instanceof Problem) && !isOther(target);
  return {
    name,
    databaseUrl,
    ...(one ? { redisUrl: broker } : {}),
    ...(!one && broker !== '' ? { brokerUrl: broker } : {}),
    ...(hasManagement(broker) && management !== '' ? { managementUrl: management } : {}),
    ...(results === '' ? {} : { resultBackend: results }),
    ...(production === undefined ? {} : { production }),
  };
}

/** The URL that the parts make. `user` and `database` may hold any character; a host that begins with `/` is the folder of a socket. */
export function urlOfParts({ host, port, database, user }: DatabaseParts): string {
  const [login, name] = [encodeURIComponent(user), encodeURIComponent(database)];
  if (host.startsWith('/')) return `postgresql://${login}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const server = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `postgresql://${login}@${server}:${port}/${name}`;
}

/** The password that is written in a URL, with the key of its server; nothing when there is none, or the URL cannot be read. */
export type PasswordOf = (text: string) => readonly (readonly [key: string, password: string])[];

export function ofDatabase(text: string): ReturnType<PasswordOf> {
  return written(text, () => {
    const target = readDatabase(text);
    return [postgresSecretKey(target), target.password];
  });
}

export function ofCelery(role: CeleryRole): PasswordOf {
  return (text) =>
    written(text, () => {
      const target = readCelery(role)(text);
      if (target === undefined) return ofResultsDatabase(text);
      return target instanceof Problem ? [] : [celerySecretKey(target), celeryPassword(target, 'This URL')];
    });
}

/** The password in the URL of a management API, with the key of its server. */
export function ofManagement(text: string): ReturnType<PasswordOf> {
  const url = bareUrl(text);
  const [key, password] = [managementSecretKey(url), managementPassword(url)];
  return key === undefined || password === undefined || password === '' ? [] : [[key, password]];
}

/** Whether a broker has an API of its own, whose address may have to be asked for. */
export function hasManagement(broker: string): boolean {
  try {
    const target = readCelery('broker')(broker);
    return target !== undefined && !(target instanceof Problem) && isOther(target);
  } catch {
    return false;
  }
}

/** That of `db+postgresql://...`, which is a PostgreSQL server's. */
function ofResultsDatabase(text: string): readonly [key: string, password: string | undefined] | readonly [] {
  const target = sqlalchemyDatabase(fillReferences(text, references(), 'This URL'), 'This URL');
  return target === undefined ? [] : [postgresSecretKey(target), target.password];
}

function written(
  text: string,
  read: () => readonly [key: string, password: string | undefined] | readonly [],
): ReturnType<PasswordOf> {
  if (!text.includes('://') || !holdsPassword(text)) return [];
  try {
    const [key, password] = read();
    return key === undefined || password === undefined || password === '' ? [] : [[key, password]];
  } catch {
    return [];
  }
}

/** @throws Problem when it cannot be read or kept */
export function readDatabase(text: string): PostgresTarget {
  const target = parsePostgresUrl(fillReferences(text, references(), 'This URL'), 'This URL');
  if (target.sslPassword === undefined || !holdsPassword(text)) return target;
  throw new Problem(
    'invalid',
    'This URL has the password of a key file, which cannot be stored: put the URL into .env or the environment.',
  );
}

/** @throws Problem when it cannot be read or kept; an empty text names none */
export function readCelery(role: CeleryRole): (text: string) => ReturnType<typeof readCeleryUrl> {
  return (text) => {
    if (text.trim() === '') return undefined;
    const url = fillReferences(text, references(), 'This URL');
    const target = readCeleryUrl(url, role, 'This URL');
    // What cannot be read or kept is said while it is typed.
    if (target && !(target instanceof Problem)) celeryPassword(target, 'This URL');
    if (target === undefined) sqlalchemyDatabase(url, 'This URL');
    return target;
  };
}
