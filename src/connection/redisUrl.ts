import { Problem } from '../diagnosis/problem';

/** Where a Redis (or Valkey) is and who asks. */
export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly user?: string;
  readonly password?: string;
  readonly tls: boolean;
}

const URL_PARTS = /^(rediss?):\/\/(?:(.*)@)?(\[[^\]]+\]|[^@/?#:[\]]*)(?::(\d+))?(?:\/([^?#]*))?(?:\?.*)?$/i;
const OTHER_BROKER = /^(amqps?|pyamqp|sentinel|redis\+socket|sqs|db\+[a-z0-9+]+|django-db):?/i;

/**
 * Reads `redis://` and `rediss://` URLs as Celery has them (kombu 5.6.2 `redis.py _prepare_virtual_host`: no path is database 0).
 * @throws Problem `invalid`, one sentence without the password; other transports are named as not readable yet
 */
export function parseRedisUrl(url: string, label: string): RedisTarget {
  const parts = URL_PARTS.exec(url.trim());
  if (!parts) {
    const other = OTHER_BROKER.exec(url.trim());
    if (other)
      throw new Problem(
        'invalid',
        `${label} is ${other[1] ?? 'another transport'}, which cannot be read yet: only redis:// and rediss:// can.`,
      );
    throw new Problem('invalid', `${label} is not a Redis URL: it must look like redis://host:6379/0.`);
  }
  const [, scheme = '', userInfo = '', host = '', port, path = ''] = parts;
  const db = path === '' ? 0 : Number(path);
  if (!Number.isInteger(db) || db < 0) {
    throw new Problem(
      'invalid',
      `${label} names the database "${path.slice(0, 20)}": a Redis database is a number, such as 0.`,
    );
  }
  const colon = userInfo.indexOf(':');
  const user = decode(colon < 0 ? userInfo : userInfo.slice(0, colon));
  const password = colon < 0 ? '' : decode(userInfo.slice(colon + 1));
  return {
    host: host.replace(/^\[|\]$/g, '') || 'localhost',
    port: port === undefined ? 6379 : Number(port),
    db,
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    tls: scheme.toLowerCase() === 'rediss',
  };
}

/** `host:port/db`: what people and errors call it. */
export function redisAddress(target: RedisTarget): string {
  return `${target.host}:${String(target.port)}/${String(target.db)}`;
}

/** The key of a stored password: it belongs to one user of one server. */
export function redisSecretKey(target: RedisTarget): string {
  return `redis:${JSON.stringify([target.host.toLowerCase(), target.port, target.user ?? ''])}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
