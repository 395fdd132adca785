import type { BrokerCondition } from '../../../model/diagnosis';
import type { Moving, RabbitState } from '../read';
import { mayHoldTasks } from './queueRole';
import { rulesOf, type Rules } from './policies';
import type { Consumer } from './consumers';
import type { QueueTotals } from './totals';

/** What conditions follow from: what was read once, and what was read last. */
export interface Seen {
  readonly first: RabbitState;
  /** The second look; the first one until there is a second. */
  readonly latest: Moving;
  readonly queues: readonly SeenQueue[];
}

/** A queue that may hold tasks, in the last look. */
export interface SeenQueue extends QueueTotals {
  /** Its arguments and policies. */
  readonly rules: Rules;
  readonly keeps?: 'dead-letters' | 'delayed';
  /** Null: they are not shown. */
  readonly consumers: readonly Consumer[] | null;
}

/** One kind of condition: facts in, conditions out, and no clock. */
export type ConditionOf = (seen: Seen) => readonly BrokerCondition[];

/** @param second what moves, in the second look */
export function seenIn(first: RabbitState, second: Moving = first): Seen {
  const queues = second.totals.queues
    .filter(({ role }) => mayHoldTasks(role))
    .map((queue): SeenQueue => {
      const keeps = keepsOf(queue, first.deadLetters);
      return {
        ...queue,
        rules: rulesOf(queue, first.policies),
        ...(keeps === undefined ? {} : { keeps }),
        consumers: second.consumers?.filter((consumer) => consumer.queue === queue.name) ?? null,
      };
    });
  return { first, latest: second, queues };
}

function keepsOf({ role, name }: QueueTotals, deadLetters: ReadonlySet<string>): SeenQueue['keeps'] {
  if (role === 'delayed') return 'delayed';
  return deadLetters.has(name) ? 'dead-letters' : undefined;
}

/** Nobody takes its messages, as far as consumers are shown. */
export function isUnconsumed({ consumers }: SeenQueue): boolean {
  return consumers?.length === 0;
}

/** Whether a version is at least this one; undefined where it is not known. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean | undefined {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined || second === undefined) return undefined;
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
