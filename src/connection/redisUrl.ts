import { Problem } from '../diagnosis/problem';
import { bareHost, credentials, decode, HOST_PART, hostAndPort, readPort, splitUserInfo, urlText } from './urlParts';

/** Where a Redis (or Valkey) is and who asks. */
export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly user?: string;
  readonly password?: string;
  readonly tls: boolean;
}

const SCHEME = /^(rediss?):\/\//i;
const OTHER_BROKER = /^(amqps?|pyamqp|sentinel|redis\+socket|sqs|db\+[a-z0-9+]+|django-db):?/i;
/** Celery takes several brokers, for failover, with `;` between them. */
export const ANOTHER_URL = /;\s*[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Reads `redis://` and `rediss://` URLs as Celery has them (kombu 5.6.2 `redis.py _prepare_virtual_host`: no path is database 0).
 * @throws Problem `invalid`, one sentence without the password; other transports are named as not readable yet
 */
export function parseRedisUrl(url: string, label: string): RedisTarget {
  const text = urlText(url, label);
  const scheme = SCHEME.exec(text);
  if (!scheme) throw notRedis(text, label);
  if (ANOTHER_URL.test(text)) throw invalid(label, 'names several servers, and only one can be read yet: write one');
  const { userInfo, rest } = splitUserInfo(text.slice(scheme[0].length));
  const parts = HOST_PART.exec(rest);
  if (!parts) throw invalid(label, 'is not a Redis URL: it must look like redis://host:6379/0');
  const [, host = '', port, path = '', options = ''] = parts;
  const query = new URLSearchParams(options);
  const written = credentials(userInfo);
  const user = query.get('username') ?? written.user;
  const password = query.get('password') ?? written.password ?? '';
  return {
    host: bareHost(host),
    port: readPort(port, 6379, label),
    db: readDatabase(decode(path), label),
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    tls: scheme[1]?.toLowerCase() === 'rediss',
  };
}

/** `host:port/db`: what people and errors call it. */
export function redisAddress(target: RedisTarget): string {
  return `${hostAndPort(target)}/${String(target.db)}`;
}

/** The key of a stored password: it belongs to one user of one server. */
export function redisSecretKey(target: RedisTarget): string {
  return `redis:${JSON.stringify([target.host.toLowerCase(), target.port, target.user ?? ''])}`;
}

function notRedis(text: string, label: string): Problem {
  const other = OTHER_BROKER.exec(text)?.[1];
  return other === undefined
    ? invalid(label, 'is not a Redis URL: it must look like redis://host:6379/0')
    : invalid(label, `is ${other}, which cannot be read yet: only redis:// and rediss:// can`);
}

function readDatabase(path: string, label: string): number {
  const name = path.replace(/^\//, '');
  if (name === '') return 0;
  if (/^\d{1,9}$/.test(name)) return Number(name);
  // Only a plain word is repeated: what else stands here may be a piece of a password.
  const named = /^\w{1,20}$/.test(name) ? `the database "${name}"` : 'an unreadable database';
  throw invalid(label, `names ${named}: a Redis database is a number, such as 0`);
}

function invalid(label: string, what: string): Problem {
  return new Problem('invalid', `${label} ${what}.`);
}
