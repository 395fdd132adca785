import { DEFAULT_SEPARATOR } from './bindings';
import type { FoundList } from './lookInto';

/** A list without a binding, and which queue's it is. */
export interface UnboundList {
  readonly key: string;
  readonly prefix: string;
  readonly queue: string;
  readonly priority: number;
  /** What is between the queue's name and the step; undefined where there is no step. */
  readonly separator: string | undefined;
  /** The name of the key does not follow from where its messages were sent, or only with a prefix that nothing else shows. */
  readonly inferred: boolean;
}

/** A step, and before it a separator: it has no letter or digit, because nothing else would tell where the queue's name ends. */
const STEP = /^([^\p{L}\p{N}]{1,8})(\d{1,3})$/u;

/**
 * Tells the queue of each list. Messages that went through Celery's own exchange, which has no name, were sent to their queue's name; the
 * key is `global_keyprefix`, that name, and for a priority the separator and the step (kombu 5.6.2 redis.py `_q_for_pri`).
 * @param prefixes that bindings show, with their separators
 */
export function placeLists(lists: readonly FoundList[], prefixes: ReadonlyMap<string, string>): UnboundList[] {
  return lists.map((list) => place(list, prefixes));
}

function place({ key, exchange, routingKey }: FoundList, prefixes: ReadonlyMap<string, string>): UnboundList {
  const known = [...new Set([...prefixes.keys(), ''])]
    .filter((prefix) => key.startsWith(prefix))
    .sort((a, b) => b.length - a.length);
  if (exchange === '' && routingKey !== '') {
    for (const prefix of known) {
      const found = under(key, prefix, routingKey, prefixes.get(prefix) ?? DEFAULT_SEPARATOR);
      if (found) return { ...found, inferred: false };
    }
    for (let at = key.indexOf(routingKey); at > 0; at = key.indexOf(routingKey, at + 1)) {
      const found = under(key, key.slice(0, at), routingKey, DEFAULT_SEPARATOR);
      if (found) return { ...found, inferred: true };
    }
  }
  const [prefix = ''] = known;
  return { key, prefix, queue: key.slice(prefix.length), priority: 0, separator: undefined, inferred: true };
}

function under(
  key: string,
  prefix: string,
  queue: string,
  separator: string,
): Omit<UnboundList, 'inferred'> | undefined {
  if (!key.startsWith(prefix + queue)) return undefined;
  const rest = key.slice(prefix.length + queue.length);
  if (rest === '') return { key, prefix, queue, priority: 0, separator: undefined };
  const own = rest.startsWith(separator) && /^\d{1,3}$/.test(rest.slice(separator.length));
  const [, shown, step] = own ? [rest, separator, rest.slice(separator.length)] : (STEP.exec(rest) ?? []);
  return step === undefined ? undefined : { key, prefix, queue, priority: Number(step), separator: shown };
}
