import { createHash } from 'node:crypto';
import { Drawn } from '../../../base/drawn';
import type { BrokerMessage, BrokerView, Seconds } from '../../../model/facts';
import type { ReadMessage } from './messageTypes';
import { Messages } from './messages';

/** The same for one message wherever it is seen: kombu's delivery tag, or where there is none its own bytes. */
export function identity(message: ReadMessage | undefined, bytes: Buffer): string {
  return message?.tag ?? createHash('sha1').update(bytes).digest('base64');
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

  /** Messages that were read, also those that could not be decoded. */
  get read(): number {
    return this.sum(({ size, broken }) => size + broken.size);
  }

  get unreadable(): number {
    return this.sum(({ broken }) => broken.size);
  }

  /** Messages whose row number cannot be read, by the reason. */
  get unmatched(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { unmatched } of this.byPrefix.values())
      for (const reason of unmatched.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return counts;
  }

  /** What the view of the broker needs for looking messages up. */
  finish(): Pick<
    BrokerView,
    'find' | 'byId' | 'firstMessages' | 'managerIds' | 'managerIdsExcept' | 'taskNames' | 'numbered' | 'drawn'
  > {
    const all = [...this.byPrefix.values()];
    const firstMessages = new Map<string, { queued: number; again: number }>();
    for (const messages of all) for (const message of messages.first()) countFirst(firstMessages, message);
    return {
      find: (row, telling, strangers) => {
        const own: BrokerMessage[] = [];
        const others: BrokerMessage[] = [];
        for (const messages of all) messages.collect(row, telling, own, others, strangers);
        return queuedFirst(others.length === 0 ? own : [...own, ...others]);
      },
      byId: (row) => {
        const own: BrokerMessage[] = [];
        let others = false;
        for (const messages of all) others = messages.collectOwn(row, own) || others;
        return others ? null : queuedFirst(own);
      },
      firstMessages,
      managerIds: { [Symbol.iterator]: () => managerIdsOf(all) },
      managerIdsExcept: (names) => ({
        [Symbol.iterator]: () => (names.size === 0 ? managerIdsOf(all) : managerIdsWithout(all, names)),
      }),
      taskNames: new Set(all.flatMap((messages) => messages.taskNames).filter((name) => name !== '')),
      numbered: (each, names) => someOfEach(all, each, names),
      drawn: (tasks, each) => drawnOfEach(all, tasks, each),
    };
  }

  /** The newest delivery of all. */
  get lastDelivery(): Seconds | null {
    const times = [...this.byPrefix.values()].flatMap(({ lastDelivery }) => lastDelivery ?? []);
    return times.length === 0 ? null : Math.max(...times);
  }

  private sum(count: (messages: Messages) => number): number {
    return [...this.byPrefix.values()].reduce((total, messages) => total + count(messages), 0);
  }
}

function* managerIdsOf(all: readonly Messages[]): Generator<number> {
  const given = new Set<number>();
  for (const { managerIds } of all) {
    for (const id of managerIds) {
      if (given.has(id)) continue;
      if (all.length > 1) given.add(id);
      yield id;
    }
  }
}

/** Each number once, also where several messages have it. */
function* managerIdsWithout(all: readonly Messages[], names: ReadonlySet<string>): Generator<number> {
  const given = new Set<number>();
  for (const messages of all)
    for (const { task, managerId } of messages.numbered()) {
      if (names.has(task) || given.has(managerId)) continue;
      given.add(managerId);
      yield managerId;
    }
}

type Numbered = ReturnType<BrokerView['numbered']>[number];

function someOfEach(all: readonly Messages[], each: number, names: number): Numbered[] {
  const counts = new Map<string, number>();
  const some: Numbered[] = [];
  for (const messages of all)
    for (const { task, managerId, taskId } of messages.numbered()) {
      const count = counts.get(task) ?? 0;
      if (count >= each || (count === 0 && counts.size >= names)) continue;
      counts.set(task, count + 1);
      some.push({ task, managerId, taskId: taskId() });
    }
  return some;
}

function drawnOfEach(
  all: readonly Messages[],
  tasks: ReadonlySet<string>,
  each: number,
): ReadonlyMap<string, readonly number[]> {
  const drawn = new Map([...tasks].map((task) => [task, new Drawn(each)]));
  for (const messages of all)
    for (const { task, managerId } of messages.numbered())
      if (Number.isSafeInteger(managerId) && managerId > 0) drawn.get(task)?.add(managerId);
  return new Map([...drawn].map(([task, { values }]) => [task, values]));
}

function queuedFirst(messages: readonly BrokerMessage[]): readonly BrokerMessage[] {
  if (messages.length < 2) return messages;
  return [...messages].sort((a, b) => Number(a.place === 'unacked') - Number(b.place === 'unacked'));
}

function countFirst(
  counts: Map<string, { queued: number; again: number }>,
  message: Pick<BrokerMessage, 'task' | 'place' | 'redelivered'>,
): void {
  const { queued, again } = counts.get(message.task) ?? { queued: 0, again: 0 };
  counts.set(message.task, {
    queued: queued + (message.place === 'queue' ? 1 : 0),
    again: again + (message.place === 'unacked' || message.redelivered ? 1 : 0),
  });
}
