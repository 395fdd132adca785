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

const MAY_BE_BACK = constant<Claim>({
  verdict: 'waiting',
  confidence: 'possible',
  unlikely: true,
  why: 'A worker may have given its message back to the queue: later tasks have already started.',
  decidedBy: 'wait until the queues are empty, then look again',
});

const NOWHERE: CountedPlaces = { claims: [], mayBeHeld: false };

/**
 * The places that the numbers leave for the message of one row. They are about all tasks together, so that a single message in a place is one
 * that may be this row's.
 */
export function countedPlaces({ row }: RowFacts, world: World, bounds: MessageBounds): CountedPlaces {
  if (queuesWereEmptySince(row, world)) return NOWHERE;
  const claims: Claim[] = [];
  if (bounds.waitingAtMost > 0) claims.push(overtakenBy(row, world) === null ? placesOf(bounds).waiting : MAY_BE_BACK);
  else if (writtenSeconds(row, world) < PUBLISHING_SECONDS) claims.push(MAY_BE_SENT);
  if ((bounds.delayedAtMost ?? 0) > 0) claims.push(placesOf(bounds).delayed);
  if ((bounds.deadLetteredAtMost ?? 0) > 0) claims.push(placesOf(bounds).deadLettered);
  return { claims, mayBeHeld: bounds.heldAtMost > 0 };
}

/** One object of each for all rows of a check, which `judge` weighs once. */
interface Places {
  readonly waiting: Claim;
  readonly delayed: Claim;
  readonly deadLettered: Claim;
}

const known = new WeakMap<MessageBounds, Places>();

function placesOf(bounds: MessageBounds): Places {
  const before = known.get(bounds);
  if (before) return before;
  const { waitingAtMost, delayedAtMost = 0, deadLetteredAtMost = 0 } = bounds;
  const places: Places = {
    waiting: constant<Claim>({
      verdict: 'waiting',
      confidence: 'possible',
      why: oneOf(waitingAtMost, 'waiting in the queues'),
      decidedBy: 'wait until the queues are empty, then look again',
    }),
    delayed: constant<Claim>({
      verdict: 'waiting',
      confidence: 'possible',
      why: oneOf(delayedAtMost, 'waiting for their time in the queues of delayed tasks'),
      decidedBy: 'wait until the queues of delayed tasks are empty, then look again',
    }),
    deadLettered: constant<Claim>({
      verdict: 'failed',
      confidence: 'possible',
      kept: true,
      why: `${oneOf(deadLetteredAtMost, 'kept in dead-letter queues')} Celery or the broker discards such a message.`,
      decidedBy: 'look into the dead-letter queue',
    }),
  };
  known.set(bounds, places);
  return places;
}

function oneOf(messages: number, where: string): string {
  return messages === 1
    ? `One message is ${where.replace('their time', 'its time')}, and it may belong to this task.`
    : `${number(messages)} messages are ${where}, and one of them may belong to this task.`;
}
