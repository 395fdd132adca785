import { Problem } from '../../base/problem';
import { brokerKindOf } from '../../brokers';
import { bareUrl } from '../postgres/bareUrl';
import { isOther } from '../celeryTarget';
import { readCeleryUrl, type CeleryRole } from '../celeryUrl';
import { redisPartsOf } from '../redis/redisParts';
import { listed, unreadRedis } from './unreadNames';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where broker and results are by the variables of a project, as URLs. */
export interface NamedRedis {
  /** For whichever of the two is not named by itself. This and the next two as they were written, and maybe not readable. */
  readonly redisUrl?: string;
  readonly brokerUrl?: string;
  readonly resultBackend?: string;
  /** Of the broker's API for administrators. */
  readonly managementUrl?: string;
  /** Why none is taken although variables look like one: a sentence for people. */
  readonly unclear?: Readonly<Partial<Record<CeleryRole, string>>>;
}

/** A URL, and the variable or the group of names that it is from. */
interface Found {
  readonly url: string;
  readonly by: string;
}

/** The first is Celery's own name; of the others all that are filled must mean one server. */
const BROKER = ['CELERY_BROKER_URL'] as const;
const OTHER_BROKER = [
  'CELERY_BROKER',
  'BROKER_URL',
  'CELERY_BROKER_URI',
  'BROKER_URI',
  'DJANGO_CELERY_BROKER_URL',
  'CELERY_REDIS_BROKER_URL',
  'REDIS_BROKER_URL',
] as const;
/** A RabbitMQ beside a Redis is the broker, and the Redis has the results or a cache. */
const RABBITMQ = ['CLOUDAMQP_URL', 'RABBITMQ_URL', 'AMQP_URL', 'RABBITMQ_BROKER_URL', 'CELERY_AMQP_URL'] as const;
/** Holds the name of the variable with the broker's URL. Where that or its own value is empty, the project uses its Redis. */
const RABBITMQ_KEY = 'RMQ_URL_KEY';
const VARIABLE = /^[A-Za-z_]\w{0,99}$/;
/** Of the management API of a RabbitMQ. */
export const MANAGEMENT = 'CELERY_BROKER_MANAGEMENT_URL';
const RESULTS = ['CELERY_RESULT_BACKEND'] as const;
const OTHER_RESULTS = [
  'RESULT_BACKEND',
  'CELERY_RESULT_BACKEND_URL',
  'CELERY_RESULT_URL',
  'RESULT_BACKEND_URL',
  'CELERY_BACKEND',
  'CELERY_BACKEND_URL',
  'DJANGO_CELERY_RESULT_BACKEND',
] as const;
const CELERY_REDIS = ['CELERY_REDIS_URL'] as const;
const REDIS = ['REDIS_URL'] as const;
/**
 * Names of one line are one server by their provider's documents, over another way: with TLS, or from outside its network.
 */
const OTHER_REDIS = [
  ['REDIS_TLS_URL', 'REDIS_URI', 'REDIS_CONNECTION_STRING', 'REDIS_DSN'],
  ['VALKEY_URL', 'VALKEY_URI'],
  ['REDISCLOUD_URL'],
  ['REDISTOGO_URL'],
  ['REDISGREEN_URL'],
  ['OPENREDIS_URL'],
  ['UPSTASH_REDIS_URL'],
  ['REDIS_PUBLIC_URL', 'REDIS_PRIVATE_URL'],
  ['STACKHERO_REDIS_URL_TLS', 'STACKHERO_REDIS_URL_CLEAR'],
  ['AZURE_REDIS_CONNECTIONSTRING'],
  ['DJANGO_REDIS_URL'],
] as const;
const ATTACHMENT = /^HEROKU_REDIS_\w+_URL$/;
/** `CELERY_BROKER=redis` says which kind, not where. Backends without a server have a word alone. */
const A_URL = /:\/\/|^\$|^(?:sqs|django-db|django-cache|rpc|disabled|cache|filesystem|memory)\b/i;
const A_REDIS = /^(?:\$|(?:rediss?|valkeys?|unix|socket|sentinel)(?:[+-][a-z+-]+)?:\/\/)/i;

/**
 * What a `.env` file says of Celery's broker and results, in this order: Celery's own names, then names of other projects that say
 * "broker" or "result", then a RabbitMQ, then a Redis for both (`CELERY_REDIS_URL`, `REDIS_URL`, names of providers and parts such as
 * REDIS_HOST). A Redis that calls itself a cache is not taken. Of two that differ none is.
 * @param values with their references filled in; one that refers to what is not there throws when it is asked for
 * @param written as they are in the file
 * @param place what to call the file
 */
export function redisOfEnvFile(values: Variables, written: Variables, place: string): NamedRedis {
  const look = new Look(values, written, place);
  const parts = redisPartsOf(values);
  const results = first(look, RESULTS) ?? look.one(urls(look, OTHER_RESULTS), 'results') ?? parts.results;
  const common =
    first(look, CELERY_REDIS) ??
    parts.ofCelery ??
    first(look, REDIS) ??
    look.one([...otherRedis(look, written), ...parts.common], 'both');
  const broker = brokerOf(look) ?? (look.unclear.broker === undefined ? parts.broker : undefined);
  if (!broker && (!common || parts.unknownBroker.length > 0)) look.nameUnread(parts.unknownBroker);
  const { unclear } = look;
  return {
    ...(common ? { redisUrl: common.url } : {}),
    ...(broker ? { brokerUrl: broker.url } : {}),
    ...(results ? { resultBackend: results.url } : {}),
    ...managementOf(look.value(MANAGEMENT)),
    ...(Object.keys(unclear).length === 0 ? {} : { unclear }),
  };
}

/** What the environment says, where only Celery's names, those of a RabbitMQ and REDIS_URL are read. */
export function redisOfEnvironment(variables: Variables): NamedRedis {
  const [redisUrl, resultBackend] = ['REDIS_URL', 'CELERY_RESULT_BACKEND'].map((name) => filled(variables[name]));
  const by = brokerVariable(variables);
  const brokerUrl = by === undefined ? undefined : filled(variables[by]);
  return {
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...(brokerUrl === undefined ? {} : { brokerUrl }),
    ...(resultBackend === undefined ? {} : { resultBackend }),
    ...managementOf(filled(variables[MANAGEMENT])),
  };
}

/** The name of the variable of the environment that says where the broker is; a Redis for both roles is none of these. */
export function brokerVariable(variables: Variables): string | undefined {
  if (filled(variables.CELERY_BROKER_URL) !== undefined) return 'CELERY_BROKER_URL';
  // In the environment it may be any program's: only a RabbitMQ makes it Celery's.
  if (brokerKindOf(bareUrl(variables.BROKER_URL ?? ''))?.open) return 'BROKER_URL';
  const named = variables[RABBITMQ_KEY]?.trim();
  const names = named === undefined ? RABBITMQ : VARIABLE.test(named) ? [named] : [];
  return names.find((name) => filled(variables[name]) !== undefined);
}

function managementOf(url: string | undefined): Pick<NamedRedis, 'managementUrl'> {
  return url === undefined ? {} : { managementUrl: url };
}

function brokerOf(look: Look): Found | undefined {
  const own = first(look, BROKER);
  if (own) return own;
  const others = urls(look, OTHER_BROKER);
  if (others.length > 0) return look.one(others, 'broker');
  const named = look.value(RABBITMQ_KEY)?.trim() ?? '';
  if (!look.has(RABBITMQ_KEY)) return first(look, RABBITMQ);
  return VARIABLE.test(named) ? first(look, [named]) : undefined;
}

/** Whether a variable is one of those that are read. */
function isRead(name: string): boolean {
  const names: readonly string[] = [
    ...BROKER,
    ...OTHER_BROKER,
    ...RABBITMQ,
    ...RESULTS,
    ...OTHER_RESULTS,
    ...CELERY_REDIS,
    ...REDIS,
    ...OTHER_REDIS.flat(),
  ];
  return names.includes(name);
}

class Look {
  unclear: Partial<Record<CeleryRole, string>> = {};

  constructor(
    private readonly values: Variables,
    private readonly written: Variables,
    readonly place: string,
  ) {}

  /** One that refers to what the file does not have stays as it is written: a broker that cannot be read must not cost the database. */
  value(name: string): string | undefined {
    try {
      return filled(this.values[name]);
    } catch (error) {
      if (error instanceof Problem) return filled(this.written[name]);
      throw error;
    }
  }

  /** Whether it is there, be it empty. */
  has(name: string): boolean {
    return this.written[name] !== undefined;
  }

  /** The one server that all of these mean. Where they differ, none is taken and the names are reported. */
  one(found: readonly Found[], role: CeleryRole | 'both'): Found | undefined {
    const [one, ...others] = found;
    const different = one && others.find(({ url }) => server(url) !== server(one.url));
    if (!different) return one;
    const [what, name] =
      role === 'results' ? ['result backends', 'CELERY_RESULT_BACKEND'] : ['brokers', 'CELERY_BROKER_URL'];
    const says = `${this.place} names different ${role === 'both' ? 'Redis servers' : what}, by ${one.by} and ${different.by}. Write Celery's as ${name}.`;
    this.unclear =
      role === 'both' ? { broker: says, results: says, ...this.unclear } : { ...this.unclear, [role]: says };
    return undefined;
  }

  /** Says which variables look like a broker and are not read. */
  nameUnread(unknownBroker: readonly string[]): void {
    if (this.unclear.broker !== undefined) return;
    const names = [...new Set([...unknownBroker, ...unreadRedis(this.written, isRead)])];
    if (names.length === 0) return;
    const [look, are, it] = names.length === 1 ? ['looks', 'is', 'it is'] : ['look', 'are', 'one of them is'];
    this.unclear.broker = `No broker is known. ${listed(names)} (${this.place}) ${look} like a Redis or a broker but ${are} not read: if ${it} Celery's broker, write its URL as CELERY_BROKER_URL.`;
  }
}

function first(look: Look, names: readonly string[]): Found | undefined {
  for (const by of names) {
    const url = look.value(by);
    if (url !== undefined) return { url, by };
  }
  return undefined;
}

function urls(look: Look, names: readonly string[]): Found[] {
  return names.flatMap((by) => {
    const url = look.value(by);
    return url !== undefined && A_URL.test(bareUrl(url)) ? [{ url, by }] : [];
  });
}

function otherRedis(look: Look, written: Variables): Found[] {
  // The one with TLS first.
  const attachments = Object.keys(written).filter((name) => ATTACHMENT.test(name));
  const colors = new Set(attachments.map((name) => name.replace(/(_TLS)?_URL$/, '')));
  const lines = [...OTHER_REDIS, ...[...colors].map((color) => [`${color}_TLS_URL`, `${color}_URL`])];
  return lines.flatMap((names: readonly string[]) => {
    const found = names
      .map((by) => ({ by, url: look.value(by) }))
      .find(({ url }) => url !== undefined && A_REDIS.test(bareUrl(url)));
    return found?.url === undefined ? [] : [{ by: found.by, url: found.url }];
  });
}

/** What tells one server and database from another; a URL that cannot be read is told apart as it is written. */
function server(url: string): string {
  try {
    const target = readCeleryUrl(url, 'broker', '');
    if (!target || target instanceof Problem || isOther(target)) return bareUrl(url);
    const { host, port, db } = target;
    return JSON.stringify([host.toLowerCase(), port, db]);
  } catch {
    return bareUrl(url);
  }
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
