import {
  parsePostgresUrl,
  postgresAddress,
  postgresSecretKey,
  type PostgresTarget,
} from '../../connect/postgres/postgresUrl';
import { readCeleryUrl, type CeleryRole } from '../../connect/celeryUrl';
import { looksLikeProduction, namesOf } from '../../connect/production';
import { celeryPassword, celerySecretKey } from '../../connect/celeryTarget';
import { sqlalchemyDatabase } from '../../connect/resultsDatabase';
import { fillReferences } from '../../connect/env/references';
import { holdsPassword, withoutPassword } from '../../connect/postgres/withoutPassword';
import { Problem } from '../../base/problem';
import { references, type Connections } from './connections';
import { askChoice, askText, type BACK, type StepPosition, type Step } from './steps';
import { complaint } from '../shared/validate';

type Passwords = ReadonlyMap<string, string>;

/** A connection while it is being entered. Passwords are held apart from the URLs, by the key of the one server they belong to. */
export interface ConnectionDraft {
  /** As written, without its password. */
  readonly databaseUrl: string;
  /** The broker, or the one server for both; empty when it is not named. */
  readonly broker: string;
  /** Empty when it is the same server. */
  readonly results: string;
  readonly name: string;
  readonly production: boolean | undefined;
  /** Taken out of URLs. */
  readonly fromUrls: Passwords;
  /** Typed into the field for passwords. */
  readonly typed: Passwords;
}

export const EMPTY_DRAFT: ConnectionDraft = {
  databaseUrl: '',
  broker: '',
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
    results: withoutPassword(results),
    name,
    production: typeof production === 'boolean' ? production : undefined,
    // A password that was written into the settings goes to the secret storage.
    fromUrls: new Map([...ofDatabase(databaseUrl), ...ofCelery('broker')(broker), ...ofCelery('results')(results)]),
    typed: new Map(),
  };
}

/** What `celeryTasks.connections` gets of a draft: no password. */
export function entryOf({ databaseUrl, broker, results, name, production }: ConnectionDraft): Record<string, unknown> {
  const one = results === '' && broker !== '' && !(readCelery('broker')(broker) instanceof Problem);
  return {
    name,
    databaseUrl,
    ...(one ? { redisUrl: broker } : {}),
    ...(!one && broker !== '' ? { brokerUrl: broker } : {}),
    ...(results === '' ? {} : { resultBackend: results }),
    ...(production === undefined ? {} : { production }),
  };
}

/**
 * The questions about a connection.
 * @param taken names that other connections have
 * @param editing whether to ask also what a new connection does without
 */
export function connectionSteps(
  connections: Connections,
  taken: readonly string[],
  editing: boolean,
): Step<ConnectionDraft>[] {
  return [
    { applies: () => true, ask: askDatabase },
    { applies: needsPassword, ask: (draft, position) => askPassword(connections, draft, position) },
    { applies: () => true, ask: askCelery('broker') },
    { applies: ({ broker, results }) => broker !== '' || results !== '', ask: askCelery('results') },
    { applies: () => true, ask: (draft, position) => askName(draft, position, taken) },
    { applies: () => editing, ask: askProduction },
  ];
}

type Answer<Value> = Value | typeof BACK | undefined;

async function askDatabase(draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> {
  const url = await askUrl(draft, position, {
    prompt: 'Database URL, with or without a password: it is kept in the secret storage',
    placeholder: 'postgresql://user@host:5432/database',
    value: draft.databaseUrl,
    read: readDatabase,
    passwordOf: ofDatabase,
  });
  return typeof url === 'object' ? { ...draft, databaseUrl: url.text, fromUrls: url.passwords } : url;
}

function needsPassword({ databaseUrl, fromUrls }: ConnectionDraft): boolean {
  // Not answered yet, or wrong in the settings: most URLs come without one.
  if (complaint(() => readDatabase(databaseUrl)) !== undefined) return true;
  const target = readDatabase(databaseUrl);
  return target.password === undefined && !fromUrls.has(postgresSecretKey(target));
}

async function askPassword(
  connections: Connections,
  draft: ConnectionDraft,
  position: StepPosition,
): Promise<Answer<ConnectionDraft>> {
  const target = readDatabase(draft.databaseUrl);
  const key = postgresSecretKey(target);
  const stored = await connections.hasPassword(key);
  const password = await askText(position, {
    prompt: `Password of ${target.user} at ${postgresAddress(target)}; ${stored ? 'empty keeps the stored one' : 'empty if none is needed'}`,
    password: true,
    value: draft.typed.get(key) ?? '',
    check: () => undefined,
  });
  if (typeof password !== 'string') return password;
  const typed = new Map(draft.typed);
  typed.delete(key);
  if (password !== '') typed.set(key, password);
  return { ...draft, typed };
}

const CELERY_URLS = {
  broker: {
    prompt: 'Redis URL of the broker, for verification; empty if it is not known',
    placeholder: 'redis://host:6379/0',
  },
  results: {
    prompt: 'URL of the result backend; empty if it is the same Redis',
    placeholder: 'redis://host:6379/0, or django-db',
  },
} as const satisfies Readonly<Record<CeleryRole, object>>;

/** The question for the broker, or for the result backend. */
function askCelery(role: CeleryRole) {
  return async (draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> => {
    const question = { ...CELERY_URLS[role], value: draft[role], read: readCelery(role), passwordOf: ofCelery(role) };
    const url = await askUrl(draft, position, question);
    return typeof url === 'object' ? { ...draft, [role]: url.text, fromUrls: url.passwords } : url;
  };
}

async function askName(
  draft: ConnectionDraft,
  position: StepPosition,
  taken: readonly string[],
): Promise<Answer<ConnectionDraft>> {
  const name = await askText(position, {
    prompt: 'What to call this connection; with prod, production or live in it, it is marked as production',
    value: draft.name === '' ? readDatabase(draft.databaseUrl).database : draft.name,
    check: (text) =>
      complaint(() => {
        nameProblem(text.trim(), taken);
      }),
  });
  return typeof name === 'string' ? { ...draft, name: name.trim() } : name;
}

async function askProduction(draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> {
  const guess = looksLikeProduction(namesOf(draft.name, readDatabase(draft.databaseUrl)));
  const items = [
    {
      label: 'As its names say',
      description: guess ? 'they look like production' : 'they do not look like production',
      production: undefined,
    },
    { label: 'Production', description: 'marked in the status bar, in the lists and in the report', production: true },
    { label: 'Not production', description: 'never marked', production: false },
  ];
  const active = items.find(({ production }) => production === draft.production);
  const chosen = await askChoice(position, items, { placeholder: 'Is this production?', active });
  return typeof chosen === 'object' ? { ...draft, production: chosen.production } : chosen;
}

interface UrlQuestion {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  /** @throws Problem when the text cannot be read */
  readonly read: (text: string) => unknown;
  readonly passwordOf: PasswordOf;
}

/** The password that is written in a URL, with the key of its server; nothing when there is none, or the URL cannot be read. */
type PasswordOf = (text: string) => readonly (readonly [key: string, password: string])[];

/**
 * A field for a URL. A password that is pasted with it leaves the field at once, as it would be read over a shoulder or in a shared
 * screen, and is held for the server that it came with.
 */
async function askUrl(
  { fromUrls }: ConnectionDraft,
  position: StepPosition,
  { read, passwordOf, ...question }: UrlQuestion,
): Promise<Answer<{ readonly text: string; readonly passwords: Passwords }>> {
  const passwords = new Map(fromUrls);
  const take = (text: string): string => {
    for (const [key, password] of passwordOf(text)) passwords.set(key, password);
    return withoutPassword(text);
  };
  const text = await askText(position, {
    ...question,
    check: (typed) => complaint(() => read(typed)),
    pasted: (typed) => {
      if (!typed.includes('://') || !holdsPassword(typed)) return undefined;
      const kept = passwordOf(typed).length > 0;
      const what = kept ? 'it is held for this server, and not shown' : 'enter it again once the URL can be read';
      return { value: take(typed), prompt: `The password was taken out of the URL: ${what}` };
    },
  });
  if (typeof text !== 'string') return text;
  return { text: text.trim() === '' ? '' : take(text), passwords };
}

function ofDatabase(text: string): ReturnType<PasswordOf> {
  return written(text, () => {
    const target = readDatabase(text);
    return [postgresSecretKey(target), target.password];
  });
}

function ofCelery(role: CeleryRole): PasswordOf {
  return (text) =>
    written(text, () => {
      const target = readCelery(role)(text);
      if (target === undefined) return ofResultsDatabase(text);
      return target instanceof Problem ? [] : [celerySecretKey(target), celeryPassword(target, 'This')];
    });
}

/** That of `db+postgresql://...`, which is a PostgreSQL server's. */
function ofResultsDatabase(text: string): readonly [key: string, password: string | undefined] | readonly [] {
  const target = sqlalchemyDatabase(fillReferences(text, references(), 'This'), 'This');
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

function readDatabase(text: string): PostgresTarget {
  const target = parsePostgresUrl(fillReferences(text, references(), 'This'), 'This');
  if (target.sslPassword === undefined || !holdsPassword(text)) return target;
  throw new Problem(
    'invalid',
    'This has the password of a key file, which cannot be kept: give it in .env or the environment.',
  );
}

function readCelery(role: CeleryRole): (text: string) => ReturnType<typeof readCeleryUrl> {
  return (text) => {
    if (text.trim() === '') return undefined;
    const url = fillReferences(text, references(), 'This');
    const target = readCeleryUrl(url, role, 'This');
    // What cannot be read or kept is said while it is typed.
    if (target && !(target instanceof Problem)) celeryPassword(target, 'This');
    if (target === undefined) sqlalchemyDatabase(url, 'This');
    return target;
  };
}

function nameProblem(name: string, taken: readonly string[]): void {
  if (name === '') throw new Problem('invalid', 'A connection needs a name.');
  if (taken.includes(name)) {
    throw new Problem('invalid', `There is a connection called ${name} already: choose another name.`);
  }
}
