import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { unfilledReference } from '../env/envReferences';
import { insteadOf } from './redisForms';
import { readTls, type RedisTls } from './redisTls';
import {
  bareHost,
  BETWEEN_URLS,
  credentials,
  decode,
  filledOption,
  hasOddPort,
  HOST_PART,
  hostAndPort,
  NO_NUMBER,
  readPort,
  splitUserInfo,
} from '../../wire/urlParts';
import { urlText } from '../urlText';

/** Where a Redis (or Valkey) is and who asks. */
export interface RedisTarget {
  /** A name, an address, or the path of a socket file (beginning with `/`). With `sentinel`: the first of the Sentinels. */
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly user?: string;
  readonly password?: string;
  /** Absent: the line is not encrypted. */
  readonly tls?: RedisTls;
  /** Who is asked where the server is. */
  readonly sentinel?: RedisSentinel;
  /** The other servers of a list for failover, in its order: Celery uses the first that it can reach. */
  readonly alternates?: readonly RedisTarget[];
}

/** The Sentinels that watch a server. User and password of the target are the server's. */
export interface RedisSentinel {
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  /** Absent: the Sentinels are asked, and may watch only one. */
  readonly master?: string;
  readonly user?: string;
  readonly password?: string;
  /** Whether the lines to the Sentinels are encrypted too. */
  readonly tls: boolean;
}

/** Those of kombu and Celery, and what clients call the same: redis-py's `unix`, valkey-py's `valkey` and `valkeys`. */
const SCHEME = /^(rediss?|valkeys?|sentinel|(?:(?:redis|valkey)\+)?(?:socket|unix)):\/\//i;
const SECURE = /^(rediss|valkeys)$/;
const OTHER_BROKER = /^(amqps?|pyamqp|sqs|db\+[a-z0-9+]+|django-db):?/i;

/**
 * Reads a URL as Celery has it: `redis://`, `rediss://`, `redis+socket://`, `sentinel://`, one or several with `;` between them
 * (kombu 5.6.2 `connection.py`, `utils/url.py`, `transport/redis.py`; Celery 5.6.3 `backends/redis.py`). `unix://`, `valkey://` and
 * `valkeys://` of other clients mean the same as three of these.
 * @throws Problem `invalid`, one sentence without the password; other transports are named as not readable
 */
export function parseRedisUrl(url: string, label: string): RedisTarget {
  const [first = '', ...rest] = urlText(url, label).split(BETWEEN_URLS);
  const target = parseOne(first, label);
  if (rest.length === 0) return target;
  // What one of the list does not say, kombu leaves as the first had it (`Connection.switch`), but for user and password.
  const others = rest.map((text) => parseOne(text, label, target));
  if (target.sentinel) return withSentinels(target.sentinel, target, others, label);
  if (others.some(({ sentinel }) => sentinel)) throw mixed(label);
  return { ...target, alternates: others };
}

/** `host:port/db`: what people and errors call it; several servers with "or" between them. */
export function redisAddress(target: RedisTarget): string {
  return [target, ...(target.alternates ?? [])].map(serverAddress).join(' or ');
}

/** The same for the first server of a list alone. */
export function serverAddress(target: RedisTarget): string {
  const { host, db, sentinel } = target;
  const where = hostAndPort(target);
  if (sentinel) return `${echo(sentinel.master ?? 'its primary')}/${String(db)} (Sentinel ${where})`;
  return isSocket(target) ? `${host} (database ${String(db)})` : `${where}/${String(db)}`;
}

/** Whether the host is the path of a socket file. */
export function isSocket({ host }: Pick<RedisTarget, 'host'>): boolean {
  return host.startsWith('/');
}

/**
 * The key of a stored password: it belongs to one user of one server (of all servers and Sentinels of a list together), and to how its
 * line is protected, so that a changed setting can neither send it elsewhere nor make it readable on the way.
 */
export function redisSecretKey(target: RedisTarget): string {
  return `redis:${JSON.stringify([target, ...(target.alternates ?? [])].flatMap(belongsTo))}`;
}

/**
 * The same for two URLs that mean one database, asked by one user in one way, and otherwise different. It holds the password: compare it,
 * and show or keep it nowhere.
 */
export function redisKey(target: RedisTarget): string {
  const asked = [target, ...(target.alternates ?? [])].map(({ db, tls }) => [db, tls?.certFile ?? '']);
  return JSON.stringify([redisSecretKey(target), asked, redisSecrets(target)]);
}

/** The target with a stored password, which is for every server of a list. */
export function withRedisPassword(target: RedisTarget, password: string | undefined): RedisTarget {
  if (password === undefined) return target;
  const { alternates } = target;
  return {
    ...target,
    password,
    ...(alternates ? { alternates: alternates.map((other) => ({ ...other, password })) } : {}),
  };
}

/**
 * The password of a URL, as it can be stored under `redisSecretKey`.
 * @throws Problem `invalid` where the servers of a list have different ones, or the URL holds one more
 */
export function redisPassword(target: RedisTarget, label: string): string | undefined {
  const [password, ...more] = new Set([target, ...(target.alternates ?? [])].map((server) => server.password));
  if (more.length > 0)
    throw invalid(label, 'has servers with different passwords, but only one can be stored. Name one server');
  if (target.sentinel?.password !== undefined || target.tls?.keyPassword !== undefined)
    throw invalid(
      label,
      'has the password of a Sentinel or of a key file, which cannot be stored. Put the URL into .env or the environment',
    );
  return password;
}

/** Every password in it, for redaction. */
export function redisSecrets(target: RedisTarget): string[] {
  const own = [target.password, target.sentinel?.password, target.tls?.keyPassword];
  return [...own.filter((secret) => secret !== undefined), ...(target.alternates ?? []).flatMap(redisSecrets)];
}

function belongsTo({ host, port, user = '', tls, sentinel }: RedisTarget): unknown[] {
  const server = isSocket({ host }) ? [host, 0, user] : [host.toLowerCase(), port, user];
  const line = tls ? [{ verify: tls.verify, checkHostname: tls.checkHostname, ca: tls.caFile ?? '' }] : [];
  if (!sentinel) return [...server, ...line];
  const { servers, master = '', tls: encrypted } = sentinel;
  const named = servers.map((one) => hostAndPort(one).toLowerCase());
  return ['sentinel', named, master, encrypted, user, ...line];
}

function parseOne(text: string, label: string, first?: RedisTarget): RedisTarget {
  const scheme = SCHEME.exec(text);
  if (!scheme) throw notRedis(text, label);
  const kind = scheme[1]?.toLowerCase() ?? '';
  const { userInfo, rest } = splitUserInfo(text.slice(scheme[0].length));
  const parts = HOST_PART.exec(rest);
  if (!parts)
    throw invalid(label, hasOddPort(rest) ? NO_NUMBER : "isn't a Redis URL. Write it like redis://host:6379/0");
  const [, host = '', port, path = '', query = ''] = parts;
  const missing = unfilledReference(host);
  if (missing !== undefined)
    throw invalid(label, `has the variable ${missing} as its host, and nothing sets it. Write its value`);
  const options = new URLSearchParams(query);
  const written = credentials(userInfo);
  const user = options.get('username') ?? written.user;
  const password = options.get('password') ?? written.password ?? '';
  const who = { ...(user === '' ? {} : { user }), ...(password === '' ? {} : { password }) };
  // `virtual_host` is kombu's word, and the only one for a socket; `db` that of redis-py, which Celery's results take.
  const number = options.get('virtual_host') ?? options.get('db');
  if (/(socket|unix)$/.test(kind)) {
    if (host !== '' || path === '')
      throw invalid(label, 'names no socket file. Write it like redis+socket:///run/redis/redis.sock');
    return { host: `/${decode(path)}`, port: 0, db: readDatabase(number ?? '', label, first?.db), ...who };
  }
  const own = readTls(SECURE.test(kind), options, label);
  const tls = first?.tls && !query.includes('ssl_') ? first.tls : own;
  const target: RedisTarget = {
    host: bareHost(host),
    port: readPort(port, standardPort(kind, first), label),
    db: readDatabase(number ?? decode(path), label, first?.db),
    ...who,
    ...(tls ? { tls } : {}),
  };
  return kind === 'sentinel' ? { ...target, sentinel: readSentinel(target, options) } : target;
}

function standardPort(kind: string, first: RedisTarget | undefined): number {
  if (kind === 'sentinel') return 26379;
  return first && !isSocket(first) && !first.sentinel ? first.port : 6379;
}

/** `master_name` is what Celery calls it in `broker_transport_options`. */
function readSentinel({ host, port }: RedisTarget, options: URLSearchParams): RedisSentinel {
  const [master, user, password] = ['master_name', 'sentinel_username', 'sentinel_password'].map((name) =>
    filledOption(options, name),
  );
  return {
    servers: [{ host, port }],
    ...(master === undefined ? {} : { master }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    tls: options.get('sentinel_ssl')?.toLowerCase() === 'true',
  };
}

/** One server behind several Sentinels: database, user and password count where the first URL has them, as in kombu and Celery. */
function withSentinels(
  first: RedisSentinel,
  target: RedisTarget,
  others: readonly RedisTarget[],
  label: string,
): RedisTarget {
  const sentinels = others.map(({ sentinel }) => {
    if (!sentinel) throw mixed(label);
    return sentinel;
  });
  const all = [first, ...sentinels];
  // People write options behind the last URL.
  const master = all.find((one) => one.master !== undefined)?.master;
  const asker = all.find((one) => one.password !== undefined);
  const tls = target.tls ?? others.find((other) => other.tls)?.tls;
  const sentinel = {
    servers: all.flatMap(({ servers }) => servers),
    ...(master === undefined ? {} : { master }),
    ...(asker?.user === undefined ? {} : { user: asker.user }),
    ...(asker?.password === undefined ? {} : { password: asker.password }),
    tls: all.some((one) => one.tls),
  };
  return { ...target, ...(tls ? { tls } : {}), sentinel };
}

function mixed(label: string): Problem {
  return invalid(label, 'mixes sentinel:// with other URLs in one list. Keep one kind');
}

function notRedis(text: string, label: string): Problem {
  const instead = insteadOf(text);
  if (instead !== undefined) return invalid(label, instead);
  const other = OTHER_BROKER.exec(text)?.[1];
  return other === undefined
    ? invalid(label, "isn't a Redis URL. Write it like redis://host:6379/0")
    : invalid(
        label,
        `is ${other.toLowerCase()}, which isn't supported. Supported: redis://, rediss://, redis+socket:// and sentinel://`,
      );
}

function readDatabase(path: string, label: string, standard = 0): number {
  const name = path.replace(/^\/+/, '');
  if (name === '') return standard;
  if (/^\d{1,9}$/.test(name)) return Number(name);
  // Only a plain word is repeated: anything else here may be a piece of a password.
  const named = /^\w{1,20}$/.test(name) ? `the database "${name}"` : 'an unreadable database';
  throw invalid(label, `names ${named}. A Redis database is a number, such as 0`);
}

function invalid(label: string, what: string): Problem {
  return new Problem('invalid', `${label} ${what}.`);
}
