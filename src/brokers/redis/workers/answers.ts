import type { WorkerFacts } from '../../../model/facts';
import type { RedisWorkersView, TakenKeys } from '../views';
import type { Answer, Conversation } from './conversation';
import { registeredTask } from './jsonOnly';
import { amount, list, record, size, text } from '../../../wire/plainJson';
import type { Method } from './methods';
import { reportedTasks, type ReportedTask } from './tasks';

/** All conversations together. */
export interface Answers extends Pick<
  RedisWorkersView,
  'workers' | 'consumedQueues' | 'registered' | 'revoked' | 'visibilityTimeout' | 'takenKeys'
> {
  readonly receivers: number;
  /** Workers that reported everything they have. */
  readonly answered: number;
  /** Workers that answered and were not asked what they hold. */
  readonly spared: number;
  /** Workers that answered in a form that is never loaded. */
  readonly unreadable: number;
  readonly tasks: readonly ReportedTask[];
}

/** A century, in seconds: a longer time is none that anybody set. */
const LONGEST_TIMEOUT = 100 * 366 * 86_400;

const HAVING = ['active', 'reserved', 'scheduled'] as const;

export function joinAnswers(conversations: readonly Conversation[]): Answers {
  const parts = conversations.map(readConversation);
  const registered = joined(conversations, 'registered', (line) =>
    typeof line === 'string' ? registeredTask(line).name : null,
  );
  const timeouts = parts.flatMap((part) => part.visibilityTimeouts);
  return {
    receivers: sum(conversations.map((conversation) => conversation.receivers)),
    answered: sum(parts.map((part) => part.answered)),
    spared: sum(conversations.map((conversation) => conversation.spared.length)),
    unreadable: sum(conversations.map((conversation) => conversation.unreadable)),
    workers: parts.flatMap((part) => part.workers),
    tasks: parts.flatMap((part) => part.tasks),
    consumedQueues: joined(conversations, 'active_queues', (queue) => text(record(queue)?.name)),
    registered,
    revoked: someRevoked(conversations),
    visibilityTimeout: timeouts.length === 0 ? null : Math.min(...timeouts),
    takenKeys: distinct(conversations.flatMap(takenKeysIn)),
  };
}

interface Part {
  readonly answered: number;
  readonly workers: readonly WorkerFacts[];
  readonly tasks: readonly ReportedTask[];
  readonly visibilityTimeouts: readonly number[];
}

/** Where the workers keep what they took, as far as their transport options name it (kombu 5.6.2 redis.py `from_transport_options`). */
function takenKeysIn({ answers, prefix }: Conversation): TakenKeys[] {
  return (answers.get('stats') ?? []).flatMap(({ value }) => {
    const options = record(record(record(value)?.broker)?.transport_options);
    const name = (option: string, usual: string): string =>
      (text(options?.global_keyprefix) ?? prefix) + (text(options?.[option]) ?? usual);
    const named = ['unacked_key', 'unacked_index_key', 'unacked_mutex_key'].some(
      (option) => text(options?.[option]) !== null,
    );
    return named
      ? {
          messages: name('unacked_key', 'unacked'),
          times: name('unacked_index_key', 'unacked_index'),
          mutex: name('unacked_mutex_key', 'unacked_mutex'),
        }
      : [];
  });
}

function distinct(keys: readonly TakenKeys[]): TakenKeys[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

function readConversation({ answers }: Conversation): Part {
  const of = (method: Method): readonly Answer[] => answers.get(method) ?? [];
  const tasks = HAVING.flatMap((state) =>
    of(state).flatMap(({ worker, value }) => reportedTasks(state, worker, value)),
  );
  const names = [...new Set([...answers.values()].flat().map(({ worker }) => worker))].sort();
  const valueOf = (method: Method, name: string): unknown => of(method).find(({ worker }) => worker === name)?.value;
  const count = (method: Method, name: string): number | null => list(valueOf(method, name))?.length ?? null;
  return {
    // Two workers with one name count as one that answered, so that the other counts as silent: which of them has what cannot be told.
    answered: names.filter((name) => HAVING.every((method) => count(method, name) !== null)).length,
    tasks,
    workers: names.map((name) => {
      const stats = record(valueOf('stats', name));
      return {
        name,
        seen: 'answered',
        queues: list(valueOf('active_queues', name))?.flatMap((queue) => text(record(queue)?.name) ?? []) ?? null,
        active: count('active', name),
        reserved: count('reserved', name),
        scheduled: count('scheduled', name),
        concurrency: size(record(stats?.pool)?.['max-concurrency']),
        uptimeSeconds: amount(stats?.uptime),
      };
    }),
    visibilityTimeouts: of('stats').flatMap(({ value }) => {
      const options = record(record(record(value)?.broker)?.transport_options);
      const seconds = amount(options?.visibility_timeout);
      return seconds !== null && seconds <= LONGEST_TIMEOUT ? seconds : [];
    }),
  };
}

/** All items of all workers' lists, by name; null unless every receiver answered with a list: what is missing in it would be believed. */
function joined(
  conversations: readonly Conversation[],
  method: Method,
  name: (item: unknown) => string | null,
): Set<string> | null {
  const names = new Set<string>();
  for (const { receivers, answers } of conversations) {
    const lists = (answers.get(method) ?? []).flatMap(({ value }) => {
      const items = list(value);
      return items === null ? [] : [items];
    });
    if (lists.length < receivers) return null;
    for (const item of lists.flat()) {
      const found = name(item);
      if (found !== null) names.add(found);
    }
  }
  return conversations.some(({ receivers }) => receivers > 0) ? names : null;
}

/** A single worker that will throw an id away is enough to know it. */
function someRevoked(conversations: readonly Conversation[]): Set<string> | null {
  const lists = conversations.flatMap(({ answers }) => answers.get('revoked') ?? []);
  if (lists.length === 0) return null;
  return new Set(lists.flatMap(({ value }) => (list(value) ?? []).filter((id) => typeof id === 'string')));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
