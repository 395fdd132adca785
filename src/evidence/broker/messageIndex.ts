import { createHash } from 'node:crypto';
import type { BrokerMessage, BrokerView } from '../facts';
import { RowIndex } from '../rowIndex';
import type { ReadMessage } from './message';

/** Where a message was seen. */
export type Place = Pick<BrokerMessage, 'place' | 'queue' | 'priority' | 'position' | 'listLength' | 'deliveredAt'>;

/** The same for one message wherever it is seen: kombu's delivery tag, or where there is none its own bytes. */
export function identity(message: ReadMessage | undefined, bytes: Buffer): string {
  return message?.tag ?? createHash('sha1').update(bytes).digest('base64');
}

/**
 * The messages of one key prefix, each once by its identity: the last place wins, since messages move while they are read.
 * A hundred thousand of them are read in a second or two, and half of that was once spent here: hence no joined keys and no spread.
 */
export class Messages {
  readonly seen = new Map<string, BrokerMessage>();
  /** Those that nothing can be told of. */
  readonly broken = new Set<string>();
  /** Those whose task_manager_id cannot be told, with the reason. */
  readonly unmatched = new Map<string, string>();
  private readonly taskNames = new Map<string, string>();

  has(identity: string): boolean {
    return this.seen.has(identity) || this.broken.has(identity);
  }

  /** @param message undefined: nothing can be told of it */
  add(identity: string, message: ReadMessage | undefined, place: Place): void {
    if (message === undefined) {
      this.broken.add(identity);
      return;
    }
    const { told } = message;
    const known = this.seen.get(identity);
    // Two messages, one of which is not as kombu made it: neither may hide the other.
    if (known && (known.taskId !== told.taskId || known.managerId !== told.managerId)) {
      this.broken.add(`${identity} ${told.taskId}`);
      return;
    }
    this.seen.set(identity, {
      place: place.place,
      queue: place.queue,
      priority: place.priority,
      position: place.position,
      listLength: place.listLength,
      deliveredAt: place.deliveredAt,
      taskId: told.taskId,
      task: this.oneName(told.task),
      managerId: told.managerId,
      eta: told.eta,
      expires: told.expires,
      redelivered: told.redelivered,
      libraryAttempts: told.libraryAttempts,
      retries: told.retries,
    });
    if (message.managerIdHiddenBy !== null) this.unmatched.set(identity, message.managerIdHiddenBy);
  }

  /** By queue, those that workers took. */
  unackedByQueue(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { place, queue } of this.seen.values())
      if (place === 'unacked') counts.set(queue, (counts.get(queue) ?? 0) + 1);
    return counts;
  }

  /** Thousands of messages share a few task names: one string each is enough. */
  private oneName(task: string): string {
    const known = this.taskNames.get(task);
    if (known !== undefined) return known;
    this.taskNames.set(task, task);
    return task;
  }
}

/** All messages seen. */
export class MessageIndex {
  private readonly byPrefix = new Map<string, Messages>();

  of(prefix: string): Messages {
    const known = this.byPrefix.get(prefix);
    if (known) return known;
    const messages = new Messages();
    this.byPrefix.set(prefix, messages);
    return messages;
  }

  /** Messages that were read, also those that nothing can be told of. */
  get read(): number {
    return this.sum(({ seen, broken }) => seen.size + broken.size);
  }

  get unreadable(): number {
    return this.sum(({ broken }) => broken.size);
  }

  /** Messages whose task_manager_id cannot be told, by the reason. */
  get unmatched(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { unmatched } of this.byPrefix.values())
      for (const reason of unmatched.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return counts;
  }

  /** What the view of the broker needs for looking messages up. */
  finish(): Pick<BrokerView, 'find' | 'firstMessages' | 'managerIds'> {
    const rows = new RowIndex<BrokerMessage>();
    const firstMessages = new Map<string, { queued: number; again: number }>();
    for (const { seen, unmatched } of this.byPrefix.values()) {
      for (const [identity, message] of seen) {
        rows.add(message);
        if (message.managerId === null && !unmatched.has(identity)) countFirst(firstMessages, message);
      }
    }
    return {
      find: (row) => queuedFirst(rows.find(row)),
      firstMessages,
      managerIds: { [Symbol.iterator]: () => rows.managerIds() },
    };
  }

  private sum(count: (messages: Messages) => number): number {
    return [...this.byPrefix.values()].reduce((total, messages) => total + count(messages), 0);
  }
}

function queuedFirst(messages: readonly BrokerMessage[]): readonly BrokerMessage[] {
  if (messages.length < 2) return messages;
  return [...messages].sort((a, b) => Number(a.place === 'unacked') - Number(b.place === 'unacked'));
}

function countFirst(counts: Map<string, { queued: number; again: number }>, message: BrokerMessage): void {
  const { queued, again } = counts.get(message.task) ?? { queued: 0, again: 0 };
  counts.set(message.task, {
    queued: queued + (message.place === 'queue' ? 1 : 0),
    again: again + (message.place === 'unacked' || message.redelivered ? 1 : 0),
  });
}
