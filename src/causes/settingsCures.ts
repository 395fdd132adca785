/** Settings that end a cause, and where to make them. */
export interface SettingsCure {
  readonly kind: 'settings';
  readonly title: string;
  /** Markdown: the reason, the lines, and where to put them. */
  readonly text: string;
}

const CELERY =
  'In the Django settings (with `namespace="CELERY"`), or without the prefix in lower case on the Celery app.';

export const VISIBILITY: SettingsCure = {
  kind: 'settings',
  title: 'the visibility timeout of the broker',
  text: `A message that a worker took and did not acknowledge comes back after the visibility timeout, 3600 seconds unless set. It must be longer than the longest run with late acknowledgement and than the longest countdown or ETA, or tasks run twice. A shorter one brings the messages of dead workers back sooner. The shortest timeout among all clients of the broker decides, so it is set the same everywhere.

\`\`\`python
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 43200}  # seconds
\`\`\`

${CELERY} Keep the other transport options that are there. Restart workers and senders.`,
};

export const KEPT_QUEUES: SettingsCure = {
  kind: 'settings',
  title: 'a Redis that keeps its queues',
  text: `The broker's Redis was emptied, evicted keys or lost them in a restart. Queues belong into a Redis of their own: Django's \`cache.clear()\` empties the whole database.

\`\`\`
maxmemory-policy noeviction
appendonly yes
\`\`\`

In \`redis.conf\` of the broker's Redis, or in the settings of the hosted one. And in Django another URL for the cache than for the broker.`,
};

export const LATE_ACK: SettingsCure = {
  kind: 'settings',
  title: 'late acknowledgement, so that a killed worker loses no task',
  text: `A message is acknowledged when its run begins, so a run whose process is killed is gone. With late acknowledgement it comes back after the visibility timeout, and then runs again: only for tasks that may run twice.

\`\`\`python
@task(acks_late=True)
def my_task(...): ...
\`\`\`

Where the task is defined; the decorator hands it to Celery. \`reject_on_worker_lost=True\` brings it back at once, but a task that always kills its process then comes back without end. Memory: \`--max-memory-per-child\` and \`--max-tasks-per-child\` of the worker.`,
};

export const PREFETCH: SettingsCure = {
  kind: 'settings',
  title: 'fewer messages taken in advance',
  text: `A worker takes four messages a process in advance, which wait behind a long task while other workers are free.

\`\`\`python
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
\`\`\`

${CELERY} Restart the workers.`,
};

export const PRIORITIES: SettingsCure = {
  kind: 'settings',
  title: 'the order of priorities on Redis',
  text: `On Redis the lower number is served first, the opposite of RabbitMQ, and a list is served only while those before it are empty. Turn the numbers round, or give urgent tasks a queue and workers of their own.

\`\`\`python
CELERY_TASK_ROUTES = {"shop.tasks.urgent": {"queue": "urgent"}}
\`\`\`

${CELERY} Then start a worker with \`-Q urgent\`.`,
};

export const CONSUMERS: SettingsCure = {
  kind: 'settings',
  title: 'workers for the queues that nobody reads',
  text: `Messages wait in queues that no worker consumes, or more come in than the workers take.

\`\`\`sh
celery -A PROJECT worker -Q QUEUE,QUEUE --concurrency=4
\`\`\`

Where the workers are started (Procfile, systemd unit, compose file). PROJECT and QUEUE stand for yours.`,
};

export const DEPLOY: SettingsCure = {
  kind: 'settings',
  title: 'workers that know the tasks',
  text: `A worker threw messages away because it did not know their task. Deploy the workers before the code that sends, and see that the module is found.

\`\`\`python
app.autodiscover_tasks()
\`\`\`

In the project's \`celery.py\`; a module that is not called \`tasks\` stands in \`CELERY_IMPORTS\`. \`celery -A PROJECT inspect registered\` shows what the workers know.`,
};
