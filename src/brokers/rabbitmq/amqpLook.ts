import { count } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { withoutFullStop } from '../../base/sentences';
import type { BrokerView, QueueFacts, WorkersView } from '../../model/facts';
import { gapOf, readReport, type SourceGap } from '../../model/sources';
import { list, record, text } from '../../wire/plainJson';
import type { BrokerLook, BrokerQuestions, LookRun } from '../broker';
import { NO_MESSAGES } from '../noMessages';
import { NO_WORKERS } from '../noWorkers';
import { findingIn } from '../workers/held';
import { toldIn, type Told } from '../workers/told';
import { workersWord } from '../workers/words';
import { Conversation, type Heard } from './amqp/conversation';
import { AmqpLine, type Declared, type Greeting } from './amqp/line';
import { amqpAddress, type AmqpServer } from './amqpUrl';
import { mayHoldTasks, roleOf } from './state/queueRole';

/** Celery's `task_default_queue` unless it is set. */
const DEFAULT_QUEUE = 'celery';
/** Queues that are asked for: each is one question. */
const MOST_QUEUES = 200;

/** What AMQP alone showed. */
interface Seen {
  readonly server: AmqpServer;
  readonly greeting: Greeting;
  readonly queues: readonly (Declared & { readonly name: string })[];
  readonly hasMailboxes: boolean;
  /** Null: nobody was asked. */
  readonly told: Told | null;
  readonly asking: SourceGap | null;
}

/**
 * Looks at a broker whose management API does not answer: the waiting messages and the consumers of queues whose names are known, live.
 * What workers took and which other queues there are is not shown, so that nothing is ever known to be nowhere.
 * @param servers in the order of Celery's list: the first that answers is read
 * @param why the API was not read, which is named
 * @throws Problem of the first server; `cancelled`
 */
export async function lookByAmqp(
  servers: readonly AmqpServer[],
  why: Problem,
  { askWorkers }: BrokerQuestions,
  run: LookRun,
): Promise<BrokerLook> {
  const { line, server } = await firstLine(servers, run);
  try {
    const hasMailboxes = await line.hasMailboxes();
    const heard = askWorkers && hasMailboxes ? await hear(line) : null;
    const told = heard === null || heard instanceof Problem ? null : toldIn([heard]);
    const names = [DEFAULT_QUEUE, ...(heard === null || heard instanceof Problem ? [] : lastingQueues(heard))];
    const queues: Seen['queues'][number][] = [];
    for (const name of [...new Set(names)].slice(0, MOST_QUEUES)) {
      const found = await line.declared(name);
      if (typeof found !== 'string') queues.push({ name, ...found });
    }
    const asking = heard instanceof Problem ? gapOf(heard) : askWorkers ? null : NOT_ASKED;
    const others = servers.filter((other) => other !== server).map(amqpAddress);
    return looked({ server, greeting: line.greeting, queues, hasMailboxes, told, asking }, why, others);
  } finally {
    await line.close();
  }
}

const NOT_ASKED: SourceGap = {
  kind: 'not-asked',
  setting: 'celeryTasks.askWorkers',
  says: 'the workers were not asked',
};

async function firstLine(
  servers: readonly AmqpServer[],
  { signal, meter }: LookRun,
): Promise<{ readonly line: AmqpLine; readonly server: AmqpServer }> {
  let first: unknown;
  for (const server of servers)
    try {
      return { line: await AmqpLine.open(server, signal, meter), server };
    } catch (error) {
      if (error instanceof Problem && error.kind === 'cancelled') throw error;
      first ??= error;
    }
  throw first;
}

/** @returns why nobody could be asked. @throws Problem `cancelled` */
async function hear(line: AmqpLine): Promise<Heard | Problem> {
  try {
    const conversation = new Conversation(line, null);
    await conversation.open();
    return await conversation.first();
  } catch (error) {
    if (error instanceof Problem && error.kind !== 'cancelled') return error;
    throw error;
  }
}

/** Queues of the workers that do not expire when nobody uses them: a passive declaration counts as use. */
function lastingQueues({ answers }: Heard): string[] {
  return (answers.get('active_queues') ?? []).flatMap(({ value }) =>
    (list(value) ?? []).flatMap((item) => {
      const queue = record(item);
      const name = text(queue?.name);
      const expires = queue?.expires ?? record(queue?.queue_arguments)?.['x-expires'];
      return name !== null && (expires === null || expires === undefined) && mayHoldTasks(roleOf(name, false))
        ? [name]
        : [];
    }),
  );
}

function looked(seen: Seen, why: Problem, others: readonly string[]): BrokerLook {
  const { server, greeting } = seen;
  const address = amqpAddress(server);
  const product = /^lavinmq$/i.test(greeting.product) ? 'LavinMQ' : 'RabbitMQ';
  const version = /^[\w.+~:-]{1,50}$/.test(greeting.version) ? greeting.version : null;
  return {
    messages: brokerView(seen, { product, version, address }, why, others),
    workers: workersView(seen),
    losses: { seen: [], complete: false, source: 'broker' },
    server: {
      broker: { kind: 'rabbitmq', product, version, address, readBy: 'amqp', user: server.user, blocked: null },
    },
    reports: [],
  };
}

const ONLY_READY = 'AMQP alone shows neither what workers took nor queues whose names are not known';

function brokerView(
  { server, queues, hasMailboxes }: Seen,
  {
    product,
    version,
    address,
  }: { readonly product: string; readonly version: string | null; readonly address: string },
  why: Problem,
  others: readonly string[],
): BrokerView {
  const ready = queues.reduce((sum, queue) => sum + queue.ready, 0);
  const searched = `${count(queues.length, 'queue')} with ${count(ready, 'waiting message')}`;
  const gaps: SourceGap[] = [gapOf(why), { kind: 'not-recorded', says: ONLY_READY }];
  if (others.length > 0)
    gaps.push({
      kind: 'failover-unread',
      says: `Celery's list of brokers also has ${others.join(' and ')}, not read here, where messages may be`,
    });
  const found = hasMailboxes || queues.length > 0;
  const name = `${product}${version === null ? '' : ` ${version}`} at ${address}`;
  const detail = found
    ? `${name}, read by AMQP alone: ${searched}`
    : `${name}, read by AMQP alone: no queue ${DEFAULT_QUEUE} and no exchange of Celery in this virtual host`;
  return {
    report: readReport('broker', [detail, ...gaps.map(({ says }) => says)].join('; '), gaps),
    found,
    contents: 'counted',
    incompleteBecause: `${ONLY_READY} (${withoutFullStop(why.message)})`,
    queues: queues.map(queueFacts),
    unacked: 0,
    rabbit: { product, version, vhost: server.vhost, user: server.user },
    searched,
    ...NO_MESSAGES,
    prefixes: [''],
    locks: [],
  };
}

function queueFacts({ name, ready, consumers }: Seen['queues'][number]): QueueFacts {
  return {
    name,
    prefix: '',
    length: ready,
    priorities: [],
    unacked: 0,
    readyOnly: true,
    consumers,
    numbersAgeSeconds: 0,
  };
}

/** Who answered has what it says; how many did not, AMQP does not tell. */
function workersView({ queues, told, asking, hasMailboxes }: Seen): WorkersView {
  const consumers = queues.reduce((sum, queue) => sum + queue.consumers, 0);
  const taken =
    consumers === 0
      ? 'no consumer was seen'
      : `${count(consumers, 'consumer')} ${consumers === 1 ? 'takes' : 'take'} messages`;
  const answered = told?.receivers ?? 0;
  const gaps: SourceGap[] = asking
    ? [asking]
    : [
        {
          kind: 'unanswered',
          says: hasMailboxes
            ? `${answered === 0 ? 'no worker' : workersWord(answered)} answered, and AMQP alone does not show whether there are others`
            : 'no worker with remote control has ever started in this virtual host',
        },
      ];
  const says = gaps.map((gap) => gap.says).join('; ');
  return {
    ...NO_WORKERS,
    report: readReport('workers', `${says}; ${taken}`, gaps),
    says: says.charAt(0).toUpperCase() + says.slice(1),
    ...(told ? { asked: true, workers: told.workers, ...findingIn(told.tasks), revoked: told.revoked } : {}),
    recentlySeen: answered > 0 ? { at: null, by: 'heartbeat' } : consumers > 0 ? { at: null, by: 'mailbox' } : null,
  };
}
