/** What follows for messages that were published long ago: which queues they pass through, in which order, and when none was left. */
import type { MessageOrder } from '../../../model/facts';
import type { DeadLetterQueues } from './bounds';
import type { Consumer } from './consumers';
import type { Emptied } from './history';
import { mayHoldTasks } from './queueRole';
import type { ServerState } from './server';
import { totalOf, type QueueTotals, type Totals } from './totals';

/** What the questions about messages of long ago are answered from. */
export interface Passing {
  readonly server: Pick<ServerState, 'product' | 'version'>;
  readonly totals: Totals;
  readonly consumers: readonly Consumer[] | null;
  readonly deadLetters: ReadonlySet<string>;
  /** Policies and bindings were shown, so that every dead-letter queue is in `deadLetters`. */
  readonly routesKnown: boolean;
  /** What statistics say of queues that hold something: when they were empty last. */
  readonly emptied: Emptied;
}

/** The second look. */
export type PassingLater = Pick<Passing, 'totals' | 'consumers'>;

/** Workers take tasks from it by Celery's default, whatever else dead-letters to it. */
const DEFAULT_QUEUE = 'celery';

/**
 * A queue that others dead-letter to is the end of a message where it was consumed in neither look and sends messages nowhere itself. Otherwise
 * it may be part of a way round, as for retries.
 */
export function deadLetterRoles(first: Passing, second: PassingLater): DeadLetterQueues {
  const taken = consumedIn([first, second]);
  const isFinal = ({ name, policy, arguments: own }: QueueTotals): boolean =>
    taken?.has(name) === false && name !== DEFAULT_QUEUE && policy === '' && !('x-dead-letter-exchange' in own);
  const all = first.deadLetters;
  const queues = queuesOf(first, second).filter(({ name }) => all.has(name));
  const others = new Set(queues.filter((queue) => !isFinal(queue)).map(({ name }) => name));
  return { all, final: new Set([...all].filter((name) => !others.has(name))) };
}

/**
 * Whether tasks leave the queues in the order in which they were published. They do not where a queue has priorities (quorum queues have
 * them since RabbitMQ 4.0 without being asked), where messages come to a queue later than they were published (from a queue of delayed tasks, or
 * by dead-lettering), and where nobody takes those that came back from a worker that ended, which are next in line.
 */
export function orderOf(first: Passing, second: PassingLater): MessageOrder | undefined {
  const { server, routesKnown } = first;
  const { all, final } = deadLetterRoles(first, second);
  const queues = queuesOf(first, second);
  if (server.product !== 'RabbitMQ' || !routesKnown || queues.some(({ role }) => role === 'delayed')) return undefined;
  const tasks = queues.filter(({ name }) => !final.has(name));
  if (tasks.some(({ name }) => all.has(name)) || !tasks.every((queue) => isInOrder(queue, server))) return undefined;
  const [before, after] = [consumedIn([first]), consumedIn([second])];
  const stays = tasks.some(
    ({ name, ready }) => ready !== 0 && !(before?.has(name) === true && after?.has(name) === true),
  );
  if (stays) return undefined;
  return new Set(tasks.map(({ name }) => name)).size === 1 ? 'one-queue' : 'by-type';
}

function isInOrder({ type, arguments: own }: QueueTotals, { version }: Pick<ServerState, 'version'>): boolean {
  if ('x-max-priority' in own) return false;
  const release = /^(\d+)\./.exec(version ?? '')?.[1];
  return type === 'classic' || (type === 'quorum' && release !== undefined && Number(release) < 4);
}

/** A message may be counted so long after it came, and after it went: milliseconds (measured: 5 s, and 10 s for statistics). */
const LATE_MS = 10_000;

/**
 * How long ago every queue that tasks can be in had been empty at least once, in seconds before the second look. A message that was published
 * before that is in none of them, because within a queue it never comes back from nowhere. Where messages move between queues by themselves,
 * that does not follow.
 * Only the first look counts and what was before it: a message that went later may be the run that its row does not show yet.
 * @returns undefined where a queue is not known to have been empty
 */
export function emptySecondsAgo(first: Passing, second: PassingLater): number | undefined {
  const queues = queuesOf(first, second);
  const moves = first.deadLetters.size > 0 || queues.some(({ role }) => role === 'delayed');
  if (moves || !first.routesKnown) return undefined;
  const at = new Map<string, number>(first.emptied);
  for (const queue of first.totals.queues) if (totalOf(queue) === 0) at.set(queue.name, first.totals.at);
  const times = [...new Set(queues.map(({ name }) => name))].map((name) => {
    // A queue that came after the first look was not there before.
    const isNew = !first.totals.queues.some((queue) => queue.name === name);
    return isNew ? first.totals.at : at.get(name);
  });
  if (!times.every((time) => time !== undefined)) return undefined;
  return Math.max(0, second.totals.at - Math.min(first.totals.at, ...times) + LATE_MS) / 1000;
}

function queuesOf(first: Pick<Passing, 'totals'>, second: Pick<Passing, 'totals'>): readonly QueueTotals[] {
  return [...first.totals.queues, ...second.totals.queues].filter(({ role }) => mayHoldTasks(role));
}

/** Names of queues that are consumed in one of these looks; null where that is not shown. */
function consumedIn(looks: readonly Pick<Passing, 'consumers'>[]): ReadonlySet<string> | null {
  const all = looks.map(({ consumers }) => consumers);
  return all.every((consumers) => consumers !== null) ? new Set(all.flat().map(({ queue }) => queue)) : null;
}
