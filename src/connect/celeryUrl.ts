import { Problem } from '../base/problem';
import { brokerKindOf } from '../brokers';
import { isOther, type CeleryTarget } from './celeryTarget';
import { otherBroker } from './otherBroker';
import { parseRedisUrl, redisKey } from './redis/redisUrl';
import { urlText } from './urlText';

/** What Celery uses a server for. */
export type CeleryRole = 'broker' | 'results';

/** Where Celery's messages and results are. A Problem: it is named, and cannot be read. Absent: nothing is named. */
export type CeleryTargets = Readonly<Partial<Record<CeleryRole, CeleryTarget | Problem>>>;

/** Transports and backends of kombu 5.6 and Celery 5.6 that are not Redis. */
const ELSEWHERE =
  /^(?:(amqps?|pyamqp|librabbitmq|confluentkafka|kafka|sqs|memory|filesystem|file|mongodb|zookeeper|etcd|consul|pyro|qpid|slmq|gcpubsub|azure[a-z]+|sqla(?:lchemy)?\+[a-z0-9+]+|db\+[a-z0-9+]+|cache\+[a-z0-9+]+|couchbase|couchdb|elasticsearch|cassandra|s3|gs|dynamodb|cosmosdbsql|arangodb|rpc)(?::|$)|(django-cache)$)/i;
/** The results are in tables of PostgreSQL, which the check reads by itself where it finds them. */
const IN_TABLES = /^(django-db$|django_celery_results\b|db\+postgres(ql)?(\+[a-z0-9]+)?:)/i;
const SUPPORTED: Readonly<Record<CeleryRole, string>> = {
  broker: 'redis://, rediss://, redis+socket://, sentinel://, amqp:// and amqps://',
  results: 'redis://, rediss://, redis+socket:// and sentinel://',
};
/** What people write for `amqp`. */
const NEARLY_AMQP = /^([ampq]{3,5}s?|rabbit(?:mq)?s?|rmqs?):\/\//i;
const SWITCHED_OFF = /^disabled(:|$)/i;

/**
 * Reads a URL of Celery's settings.
 * @param label what to call the URL in an error
 * @param server what to call the server in the Problem that is returned
 * @param managementUrl of a broker's API for administrators, where one is named
 * @returns undefined where results are kept in PostgreSQL or not at all; a Problem for a server that cannot be read
 * @throws Problem `invalid` when it is no such URL: one sentence without the password
 */
export function readCeleryUrl(
  url: string,
  role: CeleryRole,
  label: string,
  server = label,
  managementUrl?: string,
): CeleryTarget | Problem | undefined {
  const text = urlText(url, label);
  const kind = role === 'broker' ? brokerKindOf(text) : undefined;
  if (kind?.open) return otherBroker(text, label, kind.open, managementUrl);
  if (role === 'results' && (IN_TABLES.test(text) || SWITCHED_OFF.test(text))) return undefined;
  const [, transport, bare] = ELSEWHERE.exec(text) ?? [];
  const other = transport ?? bare;
  if (other !== undefined) {
    return new Problem(
      'invalid',
      `${server} is ${other.toLowerCase()}, which isn't supported. Supported: ${SUPPORTED[role]}.`,
    );
  }
  const [, nearly] = (role === 'broker' && NEARLY_AMQP.exec(text)) || [];
  if (nearly !== undefined)
    throw new Problem(
      'invalid',
      `${label} begins with ${nearly.toLowerCase()}://. For RabbitMQ, write amqp://user@host:5672/vhost, or amqps:// with TLS.`,
    );
  return parseRedisUrl(text, label);
}

/**
 * Opens each server once: where broker and results are one database, they get the same object.
 * @param open makes a source of a target
 */
export function openTargets<Source>(
  { broker, results }: CeleryTargets,
  open: (target: CeleryTarget) => Source,
): Partial<Record<CeleryRole, Source | Problem>> {
  const opened = broker && (broker instanceof Problem ? broker : open(broker));
  const key = keyOf(broker);
  const same = key !== undefined && key === keyOf(results);
  const second = results && (results instanceof Problem ? results : same ? opened : open(results));
  return { ...(opened ? { broker: opened } : {}), ...(second ? { results: second } : {}) };
}

/** The same for what is one database to one user; undefined for what is no Redis. */
function keyOf(target: CeleryTarget | Problem | undefined): string | undefined {
  return target === undefined || target instanceof Problem || isOther(target) ? undefined : redisKey(target);
}
