import { postgresAddress, postgresSecretKey } from '../../connect/postgres/postgresUrl';
import type { CeleryRole } from '../../connect/celeryUrl';
import { looksLikeProduction, namesOf } from '../../connect/production';
import { pastedUrl } from '../../connect/pastedUrl';
import { holdsPassword, withoutPassword } from '../../connect/postgres/withoutPassword';
import { readPort } from '../../wire/urlParts';
import { Problem } from '../../base/problem';
import {
  ofCelery,
  ofDatabase,
  readCelery,
  readDatabase,
  urlOfParts,
  type ConnectionDraft,
  type DatabaseParts,
  type PasswordOf,
} from './connectionDraft';
import type { Connections } from './connections';
import { askChoice, askText, type BACK, type StepButton, type StepPosition, type Step } from './steps';
import type { triesOf, TryDraft } from './tryDraft';
import { complaint } from '../shared/validate';

type Passwords = ConnectionDraft['fromUrls'];
type Answer<Value> = Value | typeof BACK | undefined;

/** What the questions need to know. */
interface FormParts {
  readonly connections: Pick<Connections, 'hasPassword'>;
  readonly tries: ReturnType<typeof triesOf>;
  /** Names that other connections have. */
  readonly taken: readonly string[];
  /** Whether to ask also what a new connection does without. */
  readonly editing: boolean;
}

/** The questions about a connection. Each server is tried as soon as all that it needs is known. */
export function connectionSteps(parts: FormParts): Step<ConnectionDraft>[] {
  const { connections, tries, taken, editing } = parts;
  return [
    { applies: () => true, ask: (draft, position) => askDatabase(draft, position, connections, tries.database) },
    ...PART_STEPS,
    { applies: needsPassword, ask: (draft, position) => askPassword(connections, draft, position, tries.database) },
    { applies: () => true, ask: askCelery('broker', tries.broker) },
    {
      applies: ({ broker, results }) => broker !== '' || results !== '',
      mayApply: true,
      ask: askCelery('results'),
    },
    { applies: () => true, ask: (draft, position) => askName(draft, position, taken) },
    ...(editing ? [{ applies: () => true, ask: askProduction }] : []),
  ];
}

const ENTER_PARTS: StepButton<'parts'> = {
  icon: 'list-unordered',
  tooltip: 'Enter the parts instead: host, port, database, user, password',
  answer: 'parts',
};
const NO_PARTS: DatabaseParts = { host: '', port: '', database: '', user: '' };

async function askDatabase(
  draft: ConnectionDraft,
  position: StepPosition,
  connections: FormParts['connections'],
  attempt: TryDraft,
): Promise<Answer<ConnectionDraft>> {
  const url = await askUrl(draft, position, {
    prompt: "Database URL (a password goes to VS Code's secret storage)",
    placeholder: 'postgresql://user@host:5432/database',
    value: draft.databaseUrl,
    buttons: [ENTER_PARTS],
    read: readDatabase,
    passwordOf: ofDatabase,
    attempt: async (text, fromUrls, signal) => {
      const entered = { ...draft, databaseUrl: text, fromUrls };
      // Without its password it is tried behind the question for that.
      if (needsPassword(entered) && !(await connections.hasPassword(postgresSecretKey(readDatabase(text)))))
        return undefined;
      return await attempt(entered, signal);
    },
  });
  if (url === 'parts') return { ...draft, databaseUrl: '', parts: partsOf(draft) };
  return typeof url === 'object' ? { ...draft, databaseUrl: url.text, parts: undefined, fromUrls: url.passwords } : url;
}

/** What a URL says already. */
function partsOf({ parts, databaseUrl }: ConnectionDraft): DatabaseParts {
  if (parts || databaseUrl === '' || complaint(() => readDatabase(databaseUrl)) !== undefined) return parts ?? NO_PARTS;
  const { host, port, database, user } = readDatabase(databaseUrl);
  return { host, port: String(port), database, user };
}

interface PartQuestion {
  readonly prompt: string;
  readonly standard: string;
  readonly check: (text: string) => void;
}

const needed = (what: string) => (text: string) => {
  if (text === '') throw new Problem('invalid', `Enter ${what}.`);
};
const PARTS: Readonly<Record<keyof DatabaseParts, PartQuestion>> = {
  host: {
    prompt: 'Host of PostgreSQL: a name, an IP address, or the folder of a socket',
    standard: 'localhost',
    check: (text) => {
      needed('a host')(text);
      if (!text.startsWith('/') && /[\s@?#]|:\/\//.test(text))
        throw new Problem('invalid', 'Enter the host alone, such as localhost or db.example.com.');
    },
  },
  port: { prompt: 'Port', standard: '5432', check: (text) => void readPort(text, 5432, 'This') },
  database: { prompt: 'Database', standard: '', check: needed('the name of the database') },
  user: { prompt: 'User', standard: 'postgres', check: needed('the user') },
};

/** One question for each part, where the person asked for that instead of a URL. */
const PART_STEPS: readonly Step<ConnectionDraft>[] = (Object.keys(PARTS) as (keyof DatabaseParts)[]).map((part) => ({
  applies: ({ parts }) => parts !== undefined,
  ask: async (draft, position) => {
    const { prompt, standard, check } = PARTS[part];
    const before = draft.parts ?? NO_PARTS;
    const text = await askText(position, {
      prompt,
      value: before[part] || standard,
      check: (typed) =>
        complaint(() => {
          check(typed.trim());
        }),
    });
    if (typeof text !== 'string') return text;
    const parts = { ...before, [part]: text.trim() };
    // The last part makes the URL.
    return { ...draft, parts, ...(part === 'user' ? { databaseUrl: urlOfParts(parts) } : {}) };
  },
}));

function needsPassword({ databaseUrl, fromUrls }: ConnectionDraft): boolean {
  // Not answered yet, or wrong in the settings: most URLs come without one.
  if (complaint(() => readDatabase(databaseUrl)) !== undefined) return true;
  const target = readDatabase(databaseUrl);
  return target.password === undefined && !fromUrls.has(postgresSecretKey(target));
}

async function askPassword(
  connections: FormParts['connections'],
  draft: ConnectionDraft,
  position: StepPosition,
  attempt: TryDraft,
): Promise<Answer<ConnectionDraft>> {
  const target = readDatabase(draft.databaseUrl);
  const key = postgresSecretKey(target);
  const stored = await connections.hasPassword(key);
  const withTyped = (password: string): ConnectionDraft => {
    const typed = new Map(draft.typed);
    typed.delete(key);
    if (password !== '') typed.set(key, password);
    return { ...draft, typed };
  };
  const password = await askText(position, {
    prompt: `Password of ${target.user} at ${postgresAddress(target)} (${stored ? 'empty keeps the stored one' : 'empty if none is needed'})`,
    password: true,
    value: draft.typed.get(key) ?? '',
    check: () => undefined,
    attempt: (text, signal) => attempt(withTyped(text), signal),
  });
  return typeof password === 'string' ? withTyped(password) : password;
}

const CELERY_URLS = {
  broker: {
    prompt: "Broker's Redis URL (optional, needed for verdicts)",
    placeholder: 'redis://host:6379/0',
  },
  results: {
    prompt: 'Result backend (leave empty if it is the same Redis)',
    placeholder: 'redis://host:6379/0 or django-db',
  },
} as const satisfies Readonly<Record<CeleryRole, object>>;

/** The question for the broker, or for the result backend. */
function askCelery(role: CeleryRole, attempt?: TryDraft) {
  return async (draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> => {
    const url = await askUrl(draft, position, {
      ...CELERY_URLS[role],
      value: draft[role],
      read: readCelery(role),
      passwordOf: ofCelery(role),
      attempt:
        attempt &&
        (async (text, fromUrls, signal) =>
          text === '' ? undefined : await attempt({ ...draft, [role]: text, fromUrls }, signal)),
    });
    return typeof url === 'object' ? { ...draft, [role]: url.text, fromUrls: url.passwords } : url;
  };
}

async function askName(
  draft: ConnectionDraft,
  position: StepPosition,
  taken: readonly string[],
): Promise<Answer<ConnectionDraft>> {
  const name = await askText(position, {
    prompt: 'Name ("prod", "production" or "live" marks it as production)',
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
      label: 'Detect from the name',
      description: guess ? 'production' : 'not production',
      production: undefined,
    },
    { label: 'Production', description: 'marked in the status bar, in lists and in the report', production: true },
    { label: 'Not production', description: 'never marked', production: false },
  ];
  const active = items.find(({ production }) => production === draft.production);
  const chosen = await askChoice(position, items, { placeholder: 'Is this production?', active });
  return typeof chosen === 'object' ? { ...draft, production: chosen.production } : chosen;
}

interface UrlQuestion<Other> {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly buttons?: readonly StepButton<Other>[];
  /** @throws Problem when the text cannot be read */
  readonly read: (text: string) => unknown;
  readonly passwordOf: PasswordOf;
  /** @param text without its password, which is among the passwords */
  readonly attempt?:
    ((text: string, passwords: Passwords, signal: AbortSignal) => Promise<string | undefined>) | undefined;
  readonly anyway?: string;
}

/** A URL without its password, and the passwords that were taken out of this URL and of others before it. */
interface EnteredUrl {
  readonly text: string;
  readonly passwords: Passwords;
}

/**
 * A field for a URL. What is pasted is cleaned (pastedUrl.ts). A password that is pasted with it leaves the field at once, as it would be
 * read over a shoulder or in a shared screen, and is held for the server that it came with.
 */
export async function askUrl<Other extends string = never>(
  { fromUrls }: Pick<ConnectionDraft, 'fromUrls'>,
  position: Pick<StepPosition, 'title'> & Partial<StepPosition>,
  { read, passwordOf, attempt, ...question }: UrlQuestion<Other>,
): Promise<Answer<EnteredUrl | Other>> {
  const passwords = new Map(fromUrls);
  const take = (text: string): string => {
    for (const [key, password] of passwordOf(text)) passwords.set(key, password);
    return withoutPassword(text);
  };
  const bare = (text: string): string => (text.trim() === '' ? '' : take(pastedUrl(text)));
  const answer = await askText<Other>(position, {
    ...question,
    check: (typed) => complaint(() => read(pastedUrl(typed))),
    pasted: (typed) => {
      const value = pastedUrl(typed);
      if (!value.includes('://') || !holdsPassword(value)) return value === typed ? undefined : { value };
      const kept = passwordOf(value).length > 0;
      const what = kept ? 'it is held for this server and not shown' : 'enter it again once the URL can be read';
      return { value: take(value), prompt: `The password was taken out of the URL: ${what}` };
    },
    attempt: attempt && ((text, signal) => attempt(bare(text), passwords, signal)),
  });
  if (typeof answer === 'string') return { text: bare(answer), passwords };
  return typeof answer === 'object' ? (answer as { readonly other: Other }).other : answer;
}

function nameProblem(name: string, taken: readonly string[]): void {
  if (name === '') throw new Problem('invalid', 'Enter a name.');
  if (taken.includes(name)) {
    throw new Problem('invalid', `Another connection is called ${name}: choose another name.`);
  }
}
