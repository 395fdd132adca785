import { echo } from '../../base/quoteInput';
import { roundAge } from '../../base/age';
import { count } from '../../base/numbers';
import type { RabbitNames } from '../../model/brokerWords';
import type { BrokerCondition } from '../../model/diagnosis';
import type { Advice, Found } from './advice';
import { LINKS } from './links';
import { inVhost, listQueues, patternFor } from './rabbitCommands';

/** Queues that keep, lose or take back messages by their own rules. */
export function rabbitQueueAdvice(found: Found, conditions: readonly BrokerCondition[]): Advice[] {
  const { rabbit } = found.world.broker;
  if (!rabbit) return [];
  const of = (kind: BrokerCondition['kind']): BrokerCondition[] => conditions.filter((each) => each.kind === kind);
  return [
    ...deadLetters(rabbit, of('dead-letters')),
    ...idleQueues(rabbit, of('queue-expires')),
    ...consumerTimeout(found, rabbit, of('consumer-timeout')),
    ...dropped(found, rabbit, [...of('messages-expire'), ...of('delivery-limit')]),
  ];
}

function deadLetters(rabbit: RabbitNames, dead: readonly BrokerCondition[]): Advice[] {
  if (dead.length === 0) return [];
  const messages = sumOf(dead);
  const [only] = dead;
  const where = dead.length === 1 && only ? `the dead-letter queue ${name(only)}` : 'dead-letter queues';
  const purge = dead.flatMap(({ queue = '' }) => inVhost(rabbit, 'purge_queue', queue) ?? []).slice(0, 1);
  return [
    {
      id: 'empty-dead-letters',
      rows: 0,
      title: `Review ${count(messages, 'message')} in ${where}`,
      why: 'Each of them belongs to a task that was rejected, expired or came back too often, and that no worker will run. Some of the undetermined tasks may be among them.',
      evidence: says(dead),
      actions: [
        "Find the reason first: read the workers' logs for rejected and unregistered tasks",
        `To run them, move them back to the queue that they came from ("Move messages" in the management UI, plugin rabbitmq_shovel). A task that had done a part of its work does that part again`,
        `To give them up, empty the queue, which cannot be undone${purge.length === 0 ? '' : `: ${purge.join('')}`}`,
        'Never read them with "Get messages": that marks every message as redelivered, and a quorum queue removes those that are read too often',
      ],
      snippets: listQueues(rabbit),
      links: [LINKS.deadLetters],
    },
  ];
}

function idleQueues(rabbit: RabbitNames, idle: readonly BrokerCondition[]): Advice[] {
  if (idle.length === 0) return [];
  const messages = sumOf(idle);
  return [
    {
      id: 'keep-queue',
      rows: 0,
      title: `Keep RabbitMQ from deleting ${queues(idle)}${messages === 0 ? '' : ` with ${count(messages, 'message')}`}`,
      why: 'A queue that no worker consumes for that long is deleted with everything in it, also while tasks are sent to it. Processes that go on sending get no error.',
      evidence: says(idle),
      actions: [
        'Keep a worker running for each of these queues',
        ...policyActions(rabbit, idle, 'Take "expires" out of the policy'),
      ],
      snippets: listQueues(rabbit),
      links: [LINKS.queueExpiry],
    },
  ];
}

/** The timeout that is worth a step: one that tasks of these types may exceed. */
function consumerTimeout({ world, groups }: Found, rabbit: RabbitNames, limits: readonly BrokerCondition[]): Advice[] {
  const longest = Math.max(0, ...[...world.histories.values()].map(({ longestRun }) => longestRun ?? 0));
  const waits = Math.max(0, ...groups.map(({ verdict, resolvesTo }) => (verdict === 'held' ? (resolvesTo ?? 0) : 0)));
  const needed = Math.max(longest, waits - world.now);
  const short = limits.filter(({ seconds = Infinity }) => seconds < needed);
  const [first] = short;
  if (!first) return [];
  const to = Math.ceil((2 * needed) / 3600) * 3600;
  const set = inVhost(
    rabbit,
    'set_policy',
    'celery-timeout',
    patternFor(first.queue ?? ''),
    `{"consumer-timeout":${String(to * 1000)}}`,
  );
  return [
    {
      id: 'raise-consumer-timeout',
      rows: 0,
      title: `Let workers hold messages of ${queues(short)} for longer than ${roundAge(first.seconds ?? 0)}`,
      why: `With late acknowledgement, a message is held while its task runs; on a classic queue, a task with a countdown or an ETA is held until its time. Tasks of these types are held for up to ${roundAge(needed)}. Above the timeout, RabbitMQ closes the worker's channel and delivers the message again, so that the task runs twice.`,
      evidence: says(short),
      actions: [
        `Set consumer_timeout = ${String(to * 1000)} (milliseconds) in rabbitmq.conf and restart the nodes`,
        ...(first.policy !== undefined
          ? [
              `Or, since RabbitMQ 3.12, add "consumer-timeout" to the policy ${echo(first.policy)}: a queue has one policy, and a new one would replace it`,
            ]
          : set === undefined
            ? []
            : [`Or, since RabbitMQ 3.12, for this queue alone: ${set} --apply-to queues`]),
        'Or make the tasks shorter, and use late acknowledgement only where a task may run twice',
      ],
      snippets: listQueues(rabbit),
      links: [LINKS.consumerTimeout],
    },
  ];
}

/** Queues that drop what expires or comes back too often, without keeping it. */
function dropped({ world }: Found, rabbit: RabbitNames, rules: readonly BrokerCondition[]): Advice[] {
  const keeping = new Set(
    world.broker.queues
      .filter((queue) => queue.arguments?.['x-dead-letter-exchange'] !== undefined)
      .map((queue) => queue.name),
  );
  const without = rules.filter(({ queue }) => queue !== undefined && !keeping.has(queue));
  if (without.length === 0) return [];
  return [
    {
      id: 'add-dead-letters',
      rows: 0,
      title: `Keep what ${rabbit.product} drops from ${queues(without)}`,
      why: 'These queues drop messages by their own rules, without a trace: the row stays as it is, and no worker has seen the task. A dead-letter queue keeps them.',
      evidence: says(without),
      actions: [
        'Declare a queue for them, for example "dead"',
        ...policyActions(
          rabbit,
          without,
          'Add "dead-letter-exchange": "" and "dead-letter-routing-key": "dead" to the policy',
        ),
      ],
      snippets: listQueues(rabbit),
      links: [LINKS.deadLetters, LINKS.policies],
    },
  ];
}

/** A queue has one policy: a change belongs into that one, and a new one would take its other rules away. */
function policyActions(rabbit: RabbitNames, conditions: readonly BrokerCondition[], change: string): string[] {
  const policies = [...new Set(conditions.map(({ policy }) => policy))];
  const named = policies.filter((policy) => policy !== undefined);
  const list = inVhost(rabbit, 'list_policies');
  return [
    ...(named.length === 0 ? [] : [`${change} of these queues: ${named.map((policy) => echo(policy)).join(', ')}`]),
    ...(policies.includes(undefined)
      ? [
          `${change}${named.length > 0 ? ' of the others' : ''}, or change the arguments with which the queue is declared (a queue has one policy, and its arguments cannot be changed later)`,
        ]
      : []),
    ...(list === undefined ? [] : [list]),
  ];
}

/** Queues that a title names. */
function queues(conditions: readonly BrokerCondition[]): string {
  const names = [...new Set(conditions.map(({ queue = '' }) => queue))];
  return names.length === 1 ? `the queue ${echo(names[0])}` : count(names.length, 'queue');
}

function name({ queue = '' }: BrokerCondition): string {
  return echo(queue);
}

function sumOf(conditions: readonly BrokerCondition[]): number {
  return conditions.reduce((sum, { messages = 0 }) => sum + messages, 0);
}

function says(conditions: readonly BrokerCondition[]): string[] {
  return conditions.map((condition) => condition.says);
}
