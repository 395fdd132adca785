import { Problem } from '../../base/problem';

type Variables = Readonly<Record<string, string | undefined>>;

/** A URL put together of variables, and the names that it is from. */
export interface RedisOfParts {
  readonly url: string;
  readonly by: string;
}

/** What variables in parts say of Celery's broker and results. */
export interface RedisParts {
  /** For both, by a name that says "Celery". */
  readonly ofCelery?: RedisOfParts;
  /** For both. */
  readonly common: readonly RedisOfParts[];
  /** Where the file gives Celery a database of its own, or names a broker. */
  readonly broker?: RedisOfParts;
  readonly results?: RedisOfParts;
  /** Variables that name a broker without saying that it is a Redis. */
  readonly unknownBroker: readonly string[];
}

const OF_CELERY = 'CELERY_REDIS';
const PREFIXES = ['REDIS', 'VALKEY', 'AZURE_REDIS', 'DJANGO_REDIS'] as const;
const BROKER_PREFIXES = ['CELERY_BROKER', 'BROKER', 'REDIS_BROKER'] as const;
const HOST = ['HOST', 'HOSTNAME', 'SERVER', 'ENDPOINT', 'ADDRESS', 'ADDR', 'SOCKET', 'UNIX_SOCKET'] as const;
const PORT = ['PORT'] as const;
const DATABASE = ['DB', 'DATABASE', 'DB_INDEX', 'VHOST', 'INDEX'] as const;
const USER = ['USERNAME', 'USER'] as const;
const PASSWORD = ['PASSWORD', 'PASS', 'AUTH_TOKEN', 'AUTH', 'KEY', 'ACCESS_KEY'] as const;
const TLS = ['SSL', 'TLS', 'USE_SSL', 'USE_TLS', 'SSL_ENABLED', 'TLS_ENABLED', 'SSL_REQUIRED'] as const;
const SCHEME = ['SCHEME', 'PROTOCOL', 'TRANSPORT', 'TYPE', 'KIND'] as const;
/** Databases that the file sets aside for one of Celery's uses, beside one REDIS_HOST. */
const BROKER_DB = [
  'REDIS_BROKER_DB',
  'REDIS_CELERY_DB',
  'REDIS_DB_BROKER',
  'REDIS_DB_CELERY',
  'CELERY_REDIS_DB',
  'CELERY_BROKER_DB',
  'REDIS_CELERY_BROKER_DB',
];
const RESULTS_DB = [
  'REDIS_RESULT_DB',
  'REDIS_RESULTS_DB',
  'REDIS_DB_RESULT',
  'REDIS_DB_RESULTS',
  'REDIS_RESULT_BACKEND_DB',
  'REDIS_CELERY_RESULT_DB',
  'CELERY_RESULT_DB',
];
const NO = /^(false|0|no|off|n|f|none|disabled?)$/i;
/** Azure's cache takes nothing but TLS at its usual port (https://learn.microsoft.com/azure/azure-cache-for-redis/cache-development-faq). */
const ALWAYS_TLS = /\.redis(\.cache\.windows|\.azure)\.net$/i;

/**
 * Reads REDIS_HOST, REDIS_PORT, REDIS_DB, REDIS_USERNAME, REDIS_PASSWORD, REDIS_SSL, and the same under the other names that say "Redis".
 * A host is needed: a password alone says nothing of a server. One that cannot be filled in counts as not there.
 */
export function redisPartsOf(variables: Variables): RedisParts {
  const value = (name: string): string | undefined => {
    try {
      const text = variables[name]?.trim();
      return text === '' ? undefined : text;
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  };
  const common = PREFIXES.flatMap((prefix) => ofPrefix(prefix, value) ?? []);
  const own = ofPrefix(OF_CELERY, value);
  const [brokerDb, resultsDb] = [BROKER_DB, RESULTS_DB].map((names) =>
    names.map(value).find((one) => one !== undefined),
  );
  const redis = ofPrefix('REDIS', value, brokerDb);
  const broker = BROKER_PREFIXES.map((prefix) => (isRedis(prefix, value) ? ofPrefix(prefix, value) : undefined)).find(
    (one) => one !== undefined,
  );
  const split = !own && redis && (brokerDb ?? resultsDb) !== undefined;
  const results = split ? ofPrefix('REDIS', value, resultsDb ?? brokerDb) : undefined;
  const ownBroker = broker ?? (split ? redis : undefined);
  return {
    common,
    ...(own ? { ofCelery: own } : {}),
    ...(ownBroker ? { broker: ownBroker } : {}),
    ...(results ? { results } : {}),
    unknownBroker: broker
      ? []
      : BROKER_PREFIXES.flatMap((prefix) => HOST.map((part) => `${prefix}_${part}`)).filter((name) => value(name)),
  };
}

/** BROKER_HOST may be any broker's. */
function isRedis(prefix: string, value: (name: string) => string | undefined): boolean {
  if (prefix.startsWith('REDIS')) return true;
  const kind = SCHEME.map((part) => value(`${prefix}_${part}`)).find((one) => one !== undefined);
  if (kind !== undefined) return /^(redis|valkey)/i.test(kind);
  return value(`${prefix}_PORT`) === '6379' || /redis|valkey/i.test(value(`${prefix}_HOST`) ?? '');
}

function ofPrefix(
  prefix: string,
  value: (name: string) => string | undefined,
  database?: string,
): RedisOfParts | undefined {
  const first = (parts: readonly string[]): string | undefined =>
    parts.map((part) => value(`${prefix}_${part}`)).find((one) => one !== undefined);
  const by = `${prefix}_*`;
  const host = first(HOST);
  if (host === undefined) return undefined;
  if (host.includes('://')) return { url: host, by };
  const [, name = host, ownPort] = /^([^:/[\]]+):(\d{1,5})$/.exec(host) ?? [];
  const db = (database ?? first(DATABASE) ?? '').replace(/^\/+/, '');
  const who = userInfo(first(USER), first(PASSWORD));
  if (name.startsWith('/')) return { url: `redis+socket://${who}${name}${db === '' ? '' : `?virtual_host=${db}`}`, by };
  const tls = first(TLS);
  const scheme = first(SCHEME);
  const encrypted =
    (tls !== undefined && !NO.test(tls)) || /^(rediss|valkeys|tls|ssl)/i.test(scheme ?? '') || ALWAYS_TLS.test(name);
  const port = ownPort ?? first(PORT) ?? (ALWAYS_TLS.test(name) ? '6380' : '');
  const certificates = value(`${prefix}_SSL_CERT_REQS`);
  const options = encrypted && certificates !== undefined ? `?ssl_cert_reqs=${encodeURIComponent(certificates)}` : '';
  const address = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  return {
    url: `${encrypted ? 'rediss' : 'redis'}://${who}${address}${port === '' ? '' : `:${port}`}/${encodeURIComponent(db)}${options}`,
    by,
  };
}

function userInfo(user: string | undefined, password: string | undefined): string {
  if (user === undefined && password === undefined) return '';
  return `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}@`;
}
