import type { Problem } from '../../base/problem';
import { toldIn, type Told } from '../workers/told';
import { unavailable } from '../unavailable';
import type { LookRun } from '../broker';
import { Conversation, type Heard } from './amqp/conversation';
import { AmqpLine, QUESTIONS } from './amqp/line';
import type { AmqpServer } from './amqpUrl';
import type { ManagementApi } from './management/client';
import { ifShown, readList } from './management/lists';
import type { RabbitState } from './read';
import { objects, textOf } from './state/fields';
import { workerOfMailbox } from './state/queueRole';
import { reconcile } from './state/reconcile';
import { readTotals, type Totals } from './state/totals';
import { queueNames } from './state/routes';

/** What came of asking the workers. */
export interface Asked {
  /** Workers whose mailboxes were open; null: this user is not shown them. */
  readonly mailboxes: readonly string[] | null;
  /** Null: nobody was asked, `failed` or `blocked` says why. */
  readonly told: Told | null;
  readonly unreadable: number;
  /** The queue that a routing key leads to, as the workers say. */
  readonly queueOf: (routingKey: string) => string;
  readonly failed: Problem | null;
  /** Alarms under which nothing is published, as clauses. */
  readonly blocked: readonly string[];
  /** The numbers of all queues before and after the last round. */
  readonly readings: readonly Totals[];
}

/** Numbers and names are read at different moments, and a busy worker moves between them: then both are read again. */
const ROUNDS = 3;
const MOST_ITEMS = 20_000;
const LIVE = { disable_stats: true, enable_queue_totals: true } as const;

/**
 * Asks all workers what they have, without making a queue, an exchange or a binding: only a channel that ends with its connection. Nothing
 * is published under an alarm, where our connection would be blocked and no answer would come.
 * @param first the state that was read before @param mostQueues as for it
 * @throws Problem `cancelled`; any other failure is in the answer
 */
export async function askWorkers(
  server: AmqpServer,
  api: ManagementApi,
  first: RabbitState,
  mostQueues: number,
  run: LookRun,
  clock: () => number,
): Promise<Asked> {
  const nobody: Asked = {
    mailboxes: null,
    told: null,
    unreadable: 0,
    queueOf: (key) => key,
    failed: null,
    blocked: [],
    readings: [],
  };
  if (first.blocking !== null && first.blocking.length > 0) return { ...nobody, blocked: first.blocking };
  try {
    const before = await readMailboxes(api);
    const none = { receivers: 0, answers: new Map(), unreadable: 0 };
    // Where nobody listens, nothing is sent.
    if (before?.length === 0) return { ...nobody, mailboxes: [], told: toldIn([none]), readings: [first.totals] };
    const line = await AmqpLine.open(server, run.signal, run.meter);
    try {
      const found = await rounds(line, before, first.totals, () => readCounts(api, mostQueues, clock));
      // A worker that ended meanwhile owes no answer.
      const silent = found.heard.receivers > toldIn([found.heard]).answered;
      const after = silent ? await readMailboxes(api) : before;
      const mailboxes = before && after ? before.filter((name) => after.includes(name)) : before;
      const receivers = Math.max(mailboxes?.length ?? 0, mostAnswers(found.heard));
      const told = toldIn([{ ...found.heard, receivers }]);
      const { heard, readings } = found;
      return { ...nobody, mailboxes, told, unreadable: heard.unreadable, queueOf: queueNames(heard), readings };
    } finally {
      await line.close();
    }
  } catch (error) {
    // Anything that is no Problem, and a cancel, ends the check.
    unavailable(error);
    return { ...nobody, failed: error as Problem };
  }
}

async function rounds(
  line: AmqpLine,
  mailboxes: readonly string[] | null,
  first: Totals,
  count: () => Promise<Totals>,
): Promise<{ readonly heard: Heard; readonly readings: readonly Totals[] }> {
  const conversation = new Conversation(line, mailboxes?.length ?? null);
  await conversation.open();
  let before = first;
  for (let round = 1; ; round++) {
    const heard = await (round === 1 ? conversation.first() : conversation.again());
    const after = await count();
    const readings = [before, after];
    const { answered, receivers, tasks } = toldIn([heard]);
    const all = answered > 0 && answered === receivers;
    if (round === ROUNDS || !all || reconcile(readings, tasks, queueNames(heard)).equal) return { heard, readings };
    before = after;
  }
}

function mostAnswers({ answers }: Heard): number {
  return Math.max(0, ...[...answers.values()].map(({ length }) => length));
}

/** @returns names of workers; null where bindings are not shown @throws Problem */
async function readMailboxes(api: ManagementApi): Promise<readonly string[] | null> {
  const list = await ifShown(() => readList(api, ['bindings', api.vhost], {}, MOST_ITEMS));
  if (list === undefined || list.total > list.items.length) return null;
  const names = objects(list.items).flatMap((binding) =>
    textOf(binding, 'source') === QUESTIONS ? (workerOfMailbox(textOf(binding, 'destination')) ?? []) : [],
  );
  return [...new Set(names)].sort();
}

async function readCounts(api: ManagementApi, mostQueues: number, clock: () => number): Promise<Totals> {
  const names = await readList(api, ['queues', api.vhost], { disable_stats: true }, mostQueues);
  const counted = await readList(api, ['queues', api.vhost], LIVE, mostQueues);
  return readTotals(counted.items, names.items, clock());
}
