/** Settings that end a cause, and where to make them. */
export interface SettingsCure {
  readonly kind: 'settings';
  readonly title: string;
  /** Markdown: the reason, the lines, and where to put them. */
  readonly text: string;
  /** Where the broker is RabbitMQ: another cure, or none. Absent: this one. */
  readonly onRabbit?: SettingsCure | null;
}

const CELERY =
  'Put it into the Django settings (with `namespace="CELERY"`), or set it on the Celery app in lower case and without the prefix.';

const CONSUMER_TIMEOUT: SettingsCure = {
  kind: 'settings',
  title: 'set the consumer timeout of the broker',
  text: `RabbitMQ closes the channel of a worker that holds a message for longer than the consumer timeout, by default 30 minutes, and delivers the message again. The timeout must be longer than the longest run with late acknowledgement and, on classic queues, the longest countdown or ETA, or tasks run twice. The messages of a worker that ended return at once, those of a frozen one after two or three missed heartbeats.

\`\`\`
consumer_timeout = 43200000
\`\`\`

Put this into \`rabbitmq.conf\` of every node (milliseconds), and restart the nodes. Since RabbitMQ 3.12, the key \`consumer-timeout\` of a policy sets it for single queues. A queue has one policy, so add the key to the policy that the queue already has.`,
};

export const VISIBILITY: SettingsCure = {
  kind: 'settings',
  onRabbit: CONSUMER_TIMEOUT,
  title: 'set the visibility timeout of the broker',
  text: `A message that a worker took and did not acknowledge returns to its queue after the visibility timeout, by default 3600 seconds. The timeout must be longer than the longest run with late acknowledgement and the longest countdown or ETA, or tasks run twice. With a shorter timeout, the messages of dead workers return sooner. The shortest timeout among all clients of the broker applies, so set the same one everywhere.

\`\`\`python
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 43200}  # seconds
\`\`\`

${CELERY} Keep any other transport options. Restart workers and senders.`,
};

const CONFIRMED: SettingsCure = {
  kind: 'settings',
  title: 'let RabbitMQ confirm every message',
  text: `A message that is lost between the sender and RabbitMQ leaves no trace, because Celery does not wait for a confirmation. A queue that was purged, deleted or expired takes its messages along.

\`\`\`python
CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
\`\`\`

${CELERY} Keep any other transport options, and restart the processes that send tasks. \`rabbitmqctl list_policies\` shows whether a policy deletes queues (\`expires\`) or messages (\`message-ttl\`, \`max-length\`).`,
};

export const KEPT_QUEUES: SettingsCure = {
  kind: 'settings',
  onRabbit: CONFIRMED,
  title: 'use a Redis that keeps its queues',
  text: `The broker's Redis was flushed, evicted keys or lost them in a restart. Queues belong in a Redis of their own: Django's \`cache.clear()\` empties the whole database.

\`\`\`
maxmemory-policy noeviction
appendonly yes
\`\`\`

Put this into \`redis.conf\` of the broker's Redis, or into the settings of a hosted one. In Django, use different URLs for the cache and the broker.`,
};

const LATE_ACK_ON_RABBIT: SettingsCure = {
  kind: 'settings',
  title: 'acknowledge late, so that a killed worker loses no task',
  text: `A message is acknowledged when its run starts, so a run whose process is killed is gone. With late acknowledgement, the message returns to its queue as soon as the worker has ended, and the task runs again. Use it only for tasks that may run twice.

\`\`\`python
@task(acks_late=True, reject_on_worker_lost=True)
def my_task(...): ...
\`\`\`

Put this where the task is defined; the decorator hands the options to Celery. A task that always kills its process comes back without end on a classic queue; a quorum queue stops at its delivery limit. A run must be shorter than the consumer timeout of RabbitMQ (30 minutes by default). To limit a worker's memory, use \`--max-memory-per-child\` and \`--max-tasks-per-child\`.`,
};

export const LATE_ACK: SettingsCure = {
  kind: 'settings',
  onRabbit: LATE_ACK_ON_RABBIT,
  title: 'acknowledge late, so that a killed worker loses no task',
  text: `A message is acknowledged when its run starts, so a run whose process is killed is gone. With late acknowledgement, the message returns to its queue after the visibility timeout and the task runs again. Use it only for tasks that may run twice.

\`\`\`python
@task(acks_late=True)
def my_task(...): ...
\`\`\`

Put this where the task is defined; the decorator hands the option to Celery. With \`reject_on_worker_lost=True\` the message returns at once, but a task that always kills its process then comes back without end. To limit a worker's memory, use \`--max-memory-per-child\` and \`--max-tasks-per-child\`.`,
};

export const PREFETCH: SettingsCure = {
  kind: 'settings',
  title: 'prefetch fewer messages',
  text: `A worker prefetches four messages per process. They wait behind a long task while other workers are free.

\`\`\`python
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
\`\`\`

${CELERY} Restart the workers.`,
};

export const PRIORITIES: SettingsCure = {
  kind: 'settings',
  onRabbit: null,
  title: 'reverse the priorities for Redis',
  text: `On Redis, the lower number is served first, the opposite of RabbitMQ, and a list is served only while those before it are empty. Reverse the numbers, or give urgent tasks a queue and workers of their own.

\`\`\`python
CELERY_TASK_ROUTES = {"shop.tasks.urgent": {"queue": "urgent"}}
\`\`\`

${CELERY} Then start a worker with \`-Q urgent\`.`,
};

export const CONSUMERS: SettingsCure = {
  kind: 'settings',
  title: 'run workers for unconsumed queues',
  text: `Messages wait in queues that no worker consumes, or more messages arrive than the workers take.

\`\`\`sh
celery -A PROJECT worker -Q QUEUE,QUEUE --concurrency=4
\`\`\`

Put this where the workers are started (Procfile, systemd unit, compose file). Replace PROJECT and QUEUE with yours.`,
};

export const DEPLOY: SettingsCure = {
  kind: 'settings',
  title: 'deploy workers that know the tasks',
  text: `A worker discarded messages because it did not know their task. Deploy the workers before the code that sends, and make sure that the workers find the module.

\`\`\`python
app.autodiscover_tasks()
\`\`\`

Put this into the project's \`celery.py\`. A module that is not called \`tasks\` goes into \`CELERY_IMPORTS\`. \`celery -A PROJECT inspect registered\` shows what the workers know.`,
};
