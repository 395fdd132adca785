import { LINKS } from './links';
import { count } from '../../base/numbers';
import type { Recommendation, TaskType } from '../../model/diagnosis';
import { totalStuck } from '../../model/diagnosis';
import type { QueriedTable } from '../../tables/table';
import type { RabbitNames } from '../../model/brokerWords';
import { listQueues } from './rabbitCommands';
import { celeryInspect, redisCommand } from './snippets';

/** Six general steps, for a check that knows nothing more precise. */
const GENERAL: readonly Omit<Recommendation, 'why' | 'evidence'>[] = [
  {
    id: 'check-workers',
    title: 'Check Celery workers are running and processing tasks',
    actions: ['celery -A <project> inspect ping', 'celery -A <project> inspect active_queues'],
    snippets: [celeryInspect('ping'), celeryInspect('active_queues')],
    links: [LINKS.inspect],
  },
  {
    id: 'check-broker',
    title: 'Verify Redis connection and queue status',
    actions: ['redis-cli PING', 'redis-cli LLEN celery', 'redis-cli INFO memory'],
    snippets: [redisCommand('Copy the commands for Redis', 'PING', 'LLEN celery', 'INFO memory')],
    links: [LINKS.redisBroker],
  },
  {
    id: 'error-patterns',
    title: 'Look for any error patterns in the sample tasks',
    actions: ['Compare Status Message, Attempts and Last Run of the samples of one task type'],
  },
  {
    id: 'investigate-modules',
    title: 'Consider resetting stuck tasks or investigating specific task modules',
    actions: ["Never use the admin's Resume for it: it runs a task again and then marks it ERROR"],
  },
  {
    id: 'status-updates',
    title: 'Check if the task_manager and actual task function are properly communicating status updates',
    actions: [],
  },
  {
    id: 'update-database',
    title: 'For tasks with successful Celery execution but pending TaskManager status, update the TaskManager database',
    actions: [],
  },
];

/** Rows of a query for examples at most. */
const EXAMPLES = 20;

/**
 * What to do about the stuck rows found; empty when there are none. How many rows each helps is not known: nobody looked.
 * @param table where the rows are, for a query that shows some; absent: no query
 * @param rabbit where the broker that is named is RabbitMQ
 */
export function recommend(
  taskTypes: readonly TaskType[],
  table?: QueriedTable,
  rabbit?: Pick<RabbitNames, 'product' | 'vhost'>,
): Recommendation[] {
  if (taskTypes.length === 0) return [];
  const stuck = totalStuck({ taskTypes });
  const why = `${count(stuck, 'task')} of ${count(taskTypes.length, 'type')} ${stuck === 1 ? 'is' : 'are'} stuck. So far, only the table has been checked.`;
  const examples = table ? table.kind.rowsQuery(table, exampleIds(taskTypes)) : [];
  const steps = rabbit ? GENERAL.map((step) => (step.id === 'check-broker' ? checkRabbit(rabbit) : step)) : GENERAL;
  return steps.map(({ id, title, actions, snippets, links }) => {
    const all = [...(snippets ?? []), ...(id === 'error-patterns' ? examples : [])];
    return {
      id,
      title,
      why,
      evidence: [],
      actions,
      ...(all.length > 0 ? { snippets: all } : {}),
      ...(links ? { links } : {}),
    };
  });
}

function checkRabbit(rabbit: Pick<RabbitNames, 'product' | 'vhost'>): (typeof GENERAL)[number] {
  const snippets = listQueues(rabbit);
  return {
    id: 'check-broker',
    title: `Verify ${rabbit.product} connection and queue status`,
    actions: [
      'rabbitmq-diagnostics ping',
      'rabbitmq-diagnostics alarms',
      ...snippets.flatMap(({ text }) => text.split('\n')),
    ],
    snippets,
    links: [LINKS.rabbitBroker],
  };
}

/** Of the types with most rows first. */
function exampleIds(taskTypes: readonly TaskType[]): number[] {
  return taskTypes.flatMap((type) => type.samples.map((sample) => sample.id)).slice(0, EXAMPLES);
}
