import { Problem } from '../base/problem';
import { parseRedisUrl, type RedisTarget } from './redis/redisUrl';
import { urlText } from './urlParts';

/** What Celery uses a Redis for. */
export type RedisRole = 'broker' | 'results';

/** Where Celery's messages and results are. A Problem: it is named, and cannot be read. Absent: nothing is named. */
export type RedisTargets = Readonly<Partial<Record<RedisRole, RedisTarget | Problem>>>;

/** Transports and backends of kombu 5.6 and Celery 5.6 that are not Redis. */
const ELSEWHERE =
  /^(?:(amqps?|pyamqp|librabbitmq|confluentkafka|kafka|sqs|memory|filesystem|file|mongodb|zookeeper|etcd|consul|pyro|qpid|slmq|gcpubsub|azure[a-z]+|sqla(?:lchemy)?\+[a-z0-9+]+|db\+[a-z0-9+]+|cache\+[a-z0-9+]+|couchbase|couchdb|elasticsearch|cassandra|s3|gs|dynamodb|cosmosdbsql|arangodb|rpc)(?::|$)|(django-cache)$)/i;
/** The results are in tables of PostgreSQL, which the check reads by itself where it finds them. */
const IN_TABLES = /^(django-db$|django_celery_results\b|db\+postgres(ql)?(\+[a-z0-9]+)?:)/i;
const SWITCHED_OFF = /^disabled(:|$)/i;

/**
 * Reads a URL of Celery's settings.
 * @param label what to call the URL in an error
 * @param server what to call the server in the Problem that is returned
 * @returns undefined where results are kept in PostgreSQL or not at all; a Problem for a server that cannot be read
 * @throws Problem `invalid` when it is no such URL: one sentence without the password
 */
export function readCeleryUrl(
  url: string,
  role: RedisRole,
  label: string,
  server = label,
): RedisTarget | Problem | undefined {
  const text = urlText(url, label);
  if (role === 'results' && (IN_TABLES.test(text) || SWITCHED_OFF.test(text))) return undefined;
  const [, transport, bare] = ELSEWHERE.exec(text) ?? [];
  const other = transport ?? bare;
  if (other !== undefined) {
    return new Problem(
      'invalid',
      `${server} is ${other.toLowerCase()}, which cannot be read: only redis://, rediss://, redis+socket:// and sentinel:// can.`,
    );
  }
  return parseRedisUrl(text, label);
}
