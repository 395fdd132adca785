import type { RedisWorkersView, TakenKeys } from '../views';
import { sum, toldIn, type Told } from '../../workers/told';
import type { Conversation } from './conversation';
import { amount, record, text } from '../../../wire/plainJson';

/** All conversations together. */
export interface Answers extends Told, Pick<RedisWorkersView, 'visibilityTimeout' | 'takenKeys'> {
  /** Workers that answered and were not asked what they hold. */
  readonly spared: number;
  /** Workers that answered in a form that is never loaded. */
  readonly unreadable: number;
}

/** A century, in seconds: a longer time is none that anybody set. */
const LONGEST_TIMEOUT = 100 * 366 * 86_400;

export function joinAnswers(conversations: readonly Conversation[]): Answers {
  const timeouts = conversations.flatMap(visibilityTimeouts);
  return {
    ...toldIn(conversations),
    spared: sum(conversations.map((conversation) => conversation.spared.length)),
    unreadable: sum(conversations.map((conversation) => conversation.unreadable)),
    visibilityTimeout: timeouts.length === 0 ? null : Math.min(...timeouts),
    takenKeys: distinct(conversations.flatMap(takenKeysIn)),
  };
}

function visibilityTimeouts({ answers }: Conversation): number[] {
  return (answers.get('stats') ?? []).flatMap(({ value }) => {
    const options = record(record(record(value)?.broker)?.transport_options);
    const seconds = amount(options?.visibility_timeout);
    return seconds !== null && seconds <= LONGEST_TIMEOUT ? seconds : [];
  });
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
