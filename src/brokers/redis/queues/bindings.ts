/**
 * What `_kombu.binding.<exchange>` sets tell: members are `routing_key<sep>pattern<sep>queue`
 * (kombu 5.6.2 kombu/transport/redis.py `_queue_bind`, `get_table`).
 */

export const BINDING = '_kombu.binding.';
/** kombu's default of the transport option `sep`. */
export const DEFAULT_SEPARATOR = '\x06\x16';

export interface Binding {
  readonly exchange: string;
  readonly members: readonly string[];
}

export interface BoundQueue {
  readonly name: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly separator: string;
}

/** The queues for tasks behind the bindings of one key prefix. */
export interface BoundQueues {
  /** As most members show it. */
  readonly separator: string;
  readonly queues: readonly BoundQueue[];
  /** Members that cannot be taken apart, with their exchange. */
  readonly unsplit: readonly { readonly exchange: string; readonly member: string }[];
}

/** A key's parts; the prefix is the transport option `global_keyprefix`. @returns undefined for other keys */
export function splitBindingKey(key: string): { prefix: string; exchange: string } | undefined {
  const at = key.indexOf(BINDING);
  return at < 0 ? undefined : { prefix: key.slice(0, at), exchange: key.slice(at + BINDING.length) };
}

/**
 * Exchanges of remote control and events, which carry no tasks: `celery.pidbox`, `reply.celery.pidbox`, `celeryev`
 * (their names begin otherwise where `control_exchange` or `event_exchange` is set).
 */
export function isForTasks(exchange: string): boolean {
  return !/(^|\.)pidbox$/.test(exchange) && exchange !== 'celeryev';
}

/** Takes the members apart. @param bindings all of one prefix, also those of remote control: their members show the separator too */
export function boundQueues(bindings: readonly Binding[]): BoundQueues {
  const separator = commonSeparator(bindings);
  const queues: BoundQueue[] = [];
  const unsplit: { exchange: string; member: string }[] = [];
  for (const { exchange, members } of bindings.filter((binding) => isForTasks(binding.exchange))) {
    for (const member of members) {
      const bound = splitMember(member, separator);
      if (bound === undefined) unsplit.push({ exchange, member });
      else if (!isReplyQueue(bound.name)) queues.push({ exchange, ...bound });
    }
  }
  return { separator, queues, unsplit };
}

function isReplyQueue(queue: string): boolean {
  return queue.endsWith('.pidbox') || queue.startsWith('celeryev.');
}

function splitMember(member: string, separator: string): Omit<BoundQueue, 'exchange'> | undefined {
  const parts = member.split(separator);
  const [routingKey = '', , name = ''] = parts;
  if (parts.length === 3 && name !== '') return { name, routingKey, separator };
  // A separator of its own, or one that also stands in the queue's name: `a:b::a:b`.
  const own = symmetric(member);
  return own && { name: own.name, routingKey: own.name, separator: own.separator };
}

/** The separator that most members show by themselves; kombu's own where it fits all or nothing shows another. */
function commonSeparator(bindings: readonly Binding[]): string {
  const members = bindings.flatMap((binding) => binding.members);
  if (members.every((member) => member.split(DEFAULT_SEPARATOR).length === 3)) return DEFAULT_SEPARATOR;
  const votes = new Map<string, number>();
  for (const { exchange, members: own } of bindings)
    for (const member of own) {
      const shown = isForTasks(exchange) ? symmetric(member)?.separator : leading(member, exchange);
      if (shown !== undefined) votes.set(shown, (votes.get(shown) ?? 0) + 1);
    }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a);
  return winner?.[0] ?? DEFAULT_SEPARATOR;
}

/** Longer than any name of a queue that people give, twice: what is longer is not tried at every place. */
const MAX_SYMMETRIC = 1024;

/** `celery::celery`: Celery binds a queue by its own name, so what occurs twice in the middle is the separator. */
function symmetric(member: string): { name: string; separator: string } | undefined {
  if (member.length > MAX_SYMMETRIC) return undefined;
  for (let length = Math.floor((member.length - 2) / 2); length > 0; length--) {
    const name = member.slice(0, length);
    const middle = member.slice(length, member.length - length);
    const half = middle.slice(0, middle.length / 2);
    if (member.endsWith(name) && middle === half + half) return { name, separator: half };
  }
  return undefined;
}

/** `::worker@host.celery.pidbox`: bound without a routing key. */
function leading(member: string, exchange: string): string | undefined {
  if (!member.endsWith(`.${exchange}`)) return undefined;
  return /^(\W{1,4})\1\w/.exec(member)?.[1];
}
