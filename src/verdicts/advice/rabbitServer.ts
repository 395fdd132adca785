import type { BrokerCondition } from '../../model/diagnosis';
import { count } from '../../base/numbers';
import type { Advice, Found } from './advice';
import { LINKS } from './links';
import { listQueues, readCommands } from './rabbitCommands';

/** What is wrong with the server itself. */
export function rabbitServerAdvice({ world: { broker } }: Found, conditions: readonly BrokerCondition[]): Advice[] {
  const { rabbit } = broker;
  if (!rabbit) return [];
  const of = (kind: BrokerCondition['kind']): BrokerCondition[] => conditions.filter((each) => each.kind === kind);
  const [blocked, down, dropped] = [of('publishers-blocked'), of('node-down'), of('unroutable')];
  const out: Advice[] = [];
  if (blocked.length > 0) out.push(releaseAlarm(rabbit.product, blocked));
  if (down.length > 0)
    out.push({
      id: 'restore-node',
      rows: 0,
      title: `Bring back ${count(down.length, 'node')} of the ${rabbit.product} cluster`,
      why: 'Queues of a node that is down or partitioned may hold messages. Until it is back, no task can be called lost.',
      evidence: says(down),
      actions: ['rabbitmq-diagnostics cluster_status', 'Start the node, then check again'],
      snippets: readCommands('Copy the command that shows the cluster', 'rabbitmq-diagnostics cluster_status'),
      links: [LINKS.clustering],
    });
  if (dropped.length > 0)
    out.push({
      id: 'restart-publishers',
      rows: 0,
      title: 'Check whether tasks are sent to a queue that no longer exists',
      why: 'Messages found no queue, and RabbitMQ dropped them. They may be events that no process listens to, which is normal. But a process that declared its queue before the queue was deleted goes on sending tasks to it, and gets no error.',
      evidence: says(dropped),
      actions: [
        'Compare the queues that exist with those that the project sends to (task_default_queue, task_routes)',
        'If one is missing: restart the processes that send tasks, so that they declare it again',
      ],
      snippets: listQueues(rabbit),
      links: [LINKS.routing],
    });
  return out;
}

function releaseAlarm(product: string, blocked: readonly BrokerCondition[]): Advice {
  const resources = new Set(blocked.map(({ resource }) => resource));
  const named = [...resources].filter((resource) => resource !== undefined);
  return {
    id: 'release-alarm',
    rows: 0,
    title:
      named.length === 0
        ? `Find out why ${product} blocks publishers: no new task arrives`
        : `End the ${named.join(' and ')} alarm of ${product}: no new task arrives`,
    why: 'Workers go on taking tasks, but every process that sends one waits. A row can be older than its message, so no task can be called lost.',
    evidence: says(blocked),
    actions: [
      'rabbitmq-diagnostics alarms',
      ...(resources.has('disk')
        ? ['Free room on the disk of the node: the alarm ends as soon as its limit is met (disk_free_limit)']
        : []),
      ...(resources.has('memory')
        ? [
            'Let workers empty the queues, or give the node more memory (rabbitmq-diagnostics memory_breakdown shows what needs it)',
            'Where the machine has memory left: rabbitmqctl set_vm_memory_high_watermark 0.6, which holds until the next restart',
          ]
        : []),
      "Don't restart the processes that wait: each of them loses the message that it is sending",
    ],
    snippets: readCommands(
      'Copy the commands that show the alarms',
      'rabbitmq-diagnostics alarms',
      'rabbitmq-diagnostics memory_breakdown',
    ),
    links: [LINKS.alarms],
  };
}

function says(conditions: readonly BrokerCondition[]): string[] {
  return conditions.map((condition) => condition.says);
}
