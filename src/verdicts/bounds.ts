import { celeryName, PUBLISHING_SECONDS, writtenSeconds } from '../causes/helpers';
import { taskTypeName, type TaskType } from '../model/diagnosis';
import type { AlikeRows, BrokerView, MessageBounds, RowFacts, Seconds, World } from '../model/facts';

/** What the numbers of a broker say of all stuck rows of one task type together. */
export type TypeBounds = NonNullable<TaskType['bounds']>;

/** What judging every row of a check tells of a type beside the numbers of the broker. */
export class YoungTypes {
  private readonly young = new Set<string>();

  /** A row that counts for its type. */
  add({ row, messages, tasks }: Pick<RowFacts, 'row' | 'messages' | 'tasks'>, world: World): void {
    if (!world.broker.bounds || messages.length + tasks.length > 0) return;
    // Its last run may have been long before somebody published it again.
    if (writtenSeconds(row, world) < PUBLISHING_SECONDS) this.young.add(celeryName(row));
  }

  /** Whether a message of the type may still be with its publisher. */
  hasYoung(type: Pick<TaskType, 'taskModule' | 'taskName'>): boolean {
    return this.young.has(taskTypeName(type));
  }
}

/**
 * The bounds of a type: a message belongs to one row at most, so of the rows no more can have one than there are messages. Rows of other
 * types may have them as well. How many run although they have no message is not taken off: `nowhereAtLeast` speaks of messages.
 * @param now the server's clock at the snapshot @param counted absent: not all rows of the type were judged
 * @returns undefined where the numbers bound nothing: messages were read or may have escaped the count, or a row of the type is so new that
 * its message may still be with its publisher
 */
export function boundsOfType(
  type: Pick<TaskType, 'taskModule' | 'taskName' | 'count' | 'newestLastRun'>,
  { bounds }: Pick<BrokerView, 'bounds'>,
  now: Seconds,
  counted?: YoungTypes,
): TypeBounds | undefined {
  if (!bounds || now - Date.parse(type.newestLastRun) / 1000 < PUBLISHING_SECONDS) return undefined;
  if (counted?.hasYoung(type)) return undefined;
  const { count } = type;
  const { somewhereAtMost, waitingAtMost, heldAtMost, deadLetteredAtMost, delayedAtMost } = bounds;
  const most = (messages: number): number => Math.min(count, messages);
  return {
    waitingAtMost: most(waitingAtMost),
    heldAtMost: most(heldAtMost),
    nowhereAtLeast: count - most(somewhereAtMost),
    ...(deadLetteredAtMost === undefined ? {} : { deadLetteredAtMost: most(deadLetteredAtMost) }),
    ...(delayedAtMost === undefined ? {} : { delayedAtMost: most(delayedAtMost) }),
  };
}

/** A share of the rows of a type that is so small that one of them most likely is not among it. */
const SMALL_SHARE = 0.05;

/**
 * Whether a row most likely has no message, because few of those like it can have one. Messages wait in the order in which they came, so the
 * newest rows are those that have them: a row among as many of the newest as there are messages is none of which that can be said.
 *
 * It words evidence and decides no verdict: of the 20 rows of which it is said one may well be wrong, and whoever dispatches all of them
 * has that one run twice.
 */
export function likelyHasNone({ rows, younger }: AlikeRows, { somewhereAtMost }: MessageBounds): boolean {
  return younger !== undefined && younger > somewhereAtMost && somewhereAtMost <= SMALL_SHARE * rows;
}
