import { postgresAddress, postgresSecretKey } from '../../connect/postgres/postgresUrl';
import { looksLikeProduction, namesOf } from '../../connect/production';
import { readPort } from '../../wire/urlParts';
import { Problem } from '../../base/problem';
import {
  hasManagement,
  ofCelery,
  ofDatabase,
  readCelery,
  readDatabase,
  urlOfParts,
  type ConnectionDraft,
  type DatabaseParts,
} from './connectionDraft';
import type { Connections } from './connections';
import { askChoice, askText, type BACK, type StepButton, type StepPosition, type Step } from './steps';
import type { TestAnswer } from './testConnection';
import type { triesOf, TryBroker, TryDraft } from './tryDraft';
import { complaint } from '../shared/validate';
import { askManagement } from './managementStep';
import { askUrl } from './urlField';

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
    { applies: () => true, ask: askBroker(tries.broker) },
    {
      applies: ({ broker, management, tried }) =>
        hasManagement(broker) && (editing || management !== '' || tried !== undefined),
      mayApply: true,
      ask: askBrokerManagement(tries.broker),
    },
    { applies: ({ broker, results }) => broker !== '' || results !== '', mayApply: true, ask: askResults },
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

/**
 * The question for the broker. Where its API for administrators is not found, which has an address of its own, the next question asks
 * for that.
 */
function askBroker(attempt: TryBroker) {
  return async (draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> => {
    let tried: string | undefined;
    const url = await askUrl(draft, position, {
      prompt: "Broker's URL: Redis or RabbitMQ (optional, needed for verdicts)",
      placeholder: 'redis://host:6379/0 or amqp://user@host:5672/vhost',
      value: draft.broker,
      read: readCelery('broker'),
      passwordOf: ofCelery('broker'),
      attempt: async (text, fromUrls, signal) => {
        tried = undefined;
        if (text === '') return undefined;
        const answer = await attempt({ ...draft, broker: text, fromUrls }, signal);
        if (answer.tried) tried = answer.says;
        return answer.problem?.message;
      },
    });
    return typeof url === 'object' ? { ...draft, broker: url.text, tried, fromUrls: url.passwords } : url;
  };
}

/** What is wrong with the address of an API; undefined where it answers. */
export function missing({ says, problem, tried }: TestAnswer): string | undefined {
  return problem?.message ?? (tried ? says : undefined);
}

function askBrokerManagement(attempt: TryBroker) {
  return async (draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> => {
    const { broker, tried, management, fromUrls } = draft;
    const url = await askManagement(position, {
      ...{ broker, tried, value: management, fromUrls },
      attempt: async (text, passwords, signal) =>
        // Without an answer it was just tried.
        text === '' && tried !== undefined
          ? undefined
          : missing(await attempt({ ...draft, management: text, fromUrls: passwords }, signal)),
    });
    return typeof url === 'object' ? { ...draft, management: url.text, fromUrls: url.passwords } : url;
  };
}

async function askResults(draft: ConnectionDraft, position: StepPosition): Promise<Answer<ConnectionDraft>> {
  const own = hasManagement(draft.broker);
  const url = await askUrl(draft, position, {
    prompt: own
      ? 'Result backend: Redis or the database (leave empty if Celery keeps no results, as with rpc://)'
      : 'Result backend (leave empty if it is the same Redis)',
    placeholder: 'redis://host:6379/0 or django-db',
    value: draft.results,
    read: readCelery('results'),
    passwordOf: ofCelery('results'),
  });
  return typeof url === 'object' ? { ...draft, results: url.text, fromUrls: url.passwords } : url;
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

function nameProblem(name: string, taken: readonly string[]): void {
  if (name === '') throw new Problem('invalid', 'Enter a name.');
  if (taken.includes(name)) {
    throw new Problem('invalid', `Another connection is called ${name}: choose another name.`);
  }
}
