import { number } from '../../base/numbers';
import type { MessageBounds, RowFacts, World } from '../../model/facts';
import { constant, type Claim } from '../claim';
import { overtakenBy, PUBLISHING_SECONDS, queuesWereEmptySince, writtenSeconds } from '../helpers';

/** Where a row's message may be in a broker that was counted, so that no message escaped the count. */
export interface CountedPlaces {
  readonly claims: readonly Claim[];
  /** A worker may have its message. */
  readonly mayBeHeld: boolean;
}

const MAY_BE_SENT = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  why: 'Its row changed less than 17 minutes ago: its message may still be on its way to the broker.',
  decidedBy: 'look again in 15 minutes',
});

/** As after an incident: whoever dispatches tasks again with their old row leaves no trace in that row before they run. */
const MAY_BE_SENT_AGAIN = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  why: 'Every queue was empty after its message was published, so it can only be waiting if it was sent again since.',
  decidedBy: 'wait until the queues are empty, then look again',
});

const MAY_BE_BACK = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  why: 'Later tasks have already started, so it can only be waiting if a worker gave its message back, or if it was sent again.',
  decidedBy: 'wait until the queues are empty, then look again',
});

/**
 * The places that the numbers leave for the message of one row. They are about all tasks together, so that a single message in a place is one
 * that may be this row's.
 */
export function countedPlaces({ row }: RowFacts, world: World, bounds: MessageBounds): CountedPlaces {
  const claims: Claim[] = [];
  const places = placesOf(world, bounds);
  if (bounds.waitingAtMost > 0) {
    if (queuesWereEmptySince(row, world)) claims.push(MAY_BE_SENT_AGAIN);
    else claims.push(overtakenBy(row, world) === null ? places.waiting : MAY_BE_BACK);
  } else if (writtenSeconds(row, world) < PUBLISHING_SECONDS) claims.push(MAY_BE_SENT);
  if ((bounds.delayedAtMost ?? 0) > 0) claims.push(places.delayed);
  if ((bounds.deadLetteredAtMost ?? 0) > 0) claims.push(places.deadLettered);
  return { claims, mayBeHeld: bounds.heldAtMost > 0 };
}

/** One object of each for all rows of a check, which `judge` weighs once. */
interface Places {
  readonly waiting: Claim;
  readonly delayed: Claim;
  readonly deadLettered: Claim;
}

const known = new WeakMap<MessageBounds, Places>();

function placesOf(world: World, bounds: MessageBounds): Places {
  const before = known.get(bounds);
  if (before) return before;
  const { waitingAtMost, delayedAtMost = 0, deadLetteredAtMost = 0 } = bounds;
  const places: Places = {
    waiting: waitingIn(world, waitingAtMost),
    delayed: constant<Claim>({
      verdict: 'waiting',
      cause: 'eta',
      confidence: 'possible',
      why: oneOf(delayedAtMost, 'waiting for their time in the queues of delayed tasks'),
      decidedBy: 'wait until the queues of delayed tasks are empty, then look again',
    }),
    deadLettered: constant<Claim>({
      verdict: 'failed',
      cause: 'dead-lettered',
      confidence: 'possible',
      kept: true,
      why: `${oneOf(deadLetteredAtMost, 'kept in dead-letter queues')} Celery or the broker discards such a message.`,
      decidedBy: 'look into the dead-letter queue',
    }),
  };
  known.set(bounds, places);
  return places;
}

/** Why messages wait, where that is one reason for all of them, and what would show whether one is the row's. */
const REASONS = {
  'workers-down': { words: 'waiting in the queues while no worker is connected', decidedBy: 'start a worker' },
  'no-consumer': {
    words: 'waiting in queues that no worker consumes',
    decidedBy: 'start a worker for these queues',
  },
  'eta-blocked': {
    words: 'waiting in queues whose workers hold as many messages as they may',
    decidedBy: 'ask the workers (celeryTasks.askWorkers, --ask-workers)',
  },
  backlog: { words: 'waiting in the queues', decidedBy: 'wait until the queues are empty, then look again' },
  none: { words: 'waiting in the queues', decidedBy: 'wait until the queues are empty, then look again' },
} as const;

function waitingIn(world: World, messages: number): Claim {
  const reason = reasonOf(world) ?? 'none';
  const { words, decidedBy } = REASONS[reason];
  return constant<Claim>({
    verdict: 'waiting',
    ...(reason === 'none' ? {} : { cause: reason }),
    confidence: 'possible',
    why: oneOf(messages, words),
    decidedBy,
  });
}

function reasonOf({ workers, broker }: World): Exclude<keyof typeof REASONS, 'none'> | undefined {
  if (workers.none) return 'workers-down';
  const waiting = broker.queues.filter(({ length, keeps }) => length > 0 && keeps === undefined);
  const full = new Set(
    (broker.conditions ?? []).filter(({ kind }) => kind === 'eta-blocked').map(({ queue }) => queue),
  );
  if (waiting.length === 0) return undefined;
  if (waiting.every(({ consumers }) => consumers === 0)) return 'no-consumer';
  if (waiting.every(({ name }) => full.has(name))) return 'eta-blocked';
  return waiting.every(({ consumers }) => consumers !== undefined && consumers !== null && consumers > 0)
    ? 'backlog'
    : undefined;
}

function oneOf(messages: number, where: string): string {
  return messages === 1
    ? `One message is ${where.replace('their time', 'its time')}, and it may belong to this task.`
    : `${number(messages)} messages are ${where}, and one of them may belong to this task.`;
}
