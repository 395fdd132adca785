import type { Recommendation } from '../../model/diagnosis';

type Link = NonNullable<Recommendation['links']>[number];

/** Official pages that recommendations name. Only addresses that follow the newest release, so that they last. */
export const LINKS = {
  inspect: {
    title: 'Celery: monitoring and management',
    url: 'https://docs.celeryq.dev/en/stable/userguide/monitoring.html',
  },
  workers: {
    title: 'Celery: workers',
    url: 'https://docs.celeryq.dev/en/stable/userguide/workers.html',
  },
  routing: {
    title: 'Celery: routing tasks to queues',
    url: 'https://docs.celeryq.dev/en/stable/userguide/routing.html',
  },
  priorities: {
    title: 'Celery: message priorities on Redis',
    url: 'https://docs.celeryq.dev/en/stable/userguide/routing.html#redis-message-priorities',
  },
  calling: {
    title: 'Celery: calling tasks, ETA and expiry',
    url: 'https://docs.celeryq.dev/en/stable/userguide/calling.html',
  },
  visibilityTimeout: {
    title: 'Celery: the visibility timeout on Redis',
    url: 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#redis-visibility-timeout',
  },
  redisBroker: {
    title: 'Celery: Redis as the broker',
    url: 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html',
  },
  rabbitBroker: {
    title: 'Celery: RabbitMQ as the broker',
    url: 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/rabbitmq.html',
  },
  configuration: {
    title: 'Celery: settings',
    url: 'https://docs.celeryq.dev/en/stable/userguide/configuration.html',
  },
  alarms: { title: 'RabbitMQ: memory and disk alarms', url: 'https://www.rabbitmq.com/docs/alarms' },
  clustering: { title: 'RabbitMQ: clusters', url: 'https://www.rabbitmq.com/docs/clustering' },
  policies: { title: 'RabbitMQ: policies', url: 'https://www.rabbitmq.com/docs/policies' },
  deadLetters: { title: 'RabbitMQ: dead-letter exchanges', url: 'https://www.rabbitmq.com/docs/dlx' },
  consumerTimeout: {
    title: 'RabbitMQ: the timeout of acknowledgements',
    url: 'https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout',
  },
  queueExpiry: { title: 'RabbitMQ: queues and messages that expire', url: 'https://www.rabbitmq.com/docs/ttl' },
  access: { title: 'RabbitMQ: permissions', url: 'https://www.rabbitmq.com/docs/access-control' },
  heartbeats: { title: 'RabbitMQ: heartbeats', url: 'https://www.rabbitmq.com/docs/heartbeats' },
  createIndex: {
    title: 'PostgreSQL: CREATE INDEX CONCURRENTLY',
    url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  },
  clientList: { title: 'Redis: CLIENT LIST', url: 'https://redis.io/docs/latest/commands/client-list/' },
  eviction: { title: 'Redis: key eviction', url: 'https://redis.io/docs/latest/develop/reference/eviction/' },
  updateFields: {
    title: 'Django: which fields save() writes',
    url: 'https://docs.djangoproject.com/en/stable/ref/models/instances/#specifying-which-fields-to-save',
  },
  querySetUpdate: {
    title: 'Django: update()',
    url: 'https://docs.djangoproject.com/en/stable/ref/models/querysets/#update',
  },
} as const satisfies Readonly<Record<string, Link>>;
