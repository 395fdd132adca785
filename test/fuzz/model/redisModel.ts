/**
 * What Celery keeps in one Redis database, and how kombu changes it (kombu 5.6.2 transport/redis.py; docs/celery.md).
 * Lists have their newest message first, as LPUSH leaves them.
 */
import { kombuMessage, takenMessage, type MessageFields } from '../../support/redis';
import type { Keys } from '../support/redis';
import { Signal, type Simulation } from './simulation';
import type { Story } from './story';

/** One message. */
export interface Message {
  readonly tag: string;
  readonly taskId: string;
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Kwargs>;
  readonly queue: string;
  readonly priority: number;
  readonly eta: number | null;
  readonly expires: number | null;
  /** The row that it is for; null for first messages, and for those of other applications. */
  readonly story: Story | null;
  redelivered: boolean;
}

export interface Kwargs {
  readonly task_manager_id?: number;
  readonly attempts?: number;
  readonly page?: number;
  readonly total_pages?: number;
}

/** Transport options that change where things lie. */
export interface Layout {
  readonly separator: string;
  readonly steps: readonly number[];
  readonly unacked: string;
}

export const DEFAULT_LAYOUT: Layout = { separator: '\x06\x16', steps: [0, 3, 6, 9], unacked: 'unacked' };

interface Taken {
  readonly message: Message;
  /** By the clock of the worker that took it. */
  readonly at: number;
}

const DAY = 86_400;

export class RedisModel {
  up = true;
  startedAt: number;
  flushes = 0;
  evictedKeys = 0;
  readonly lists = new Map<string, Message[]>();
  readonly unacked = new Map<string, Taken>();
  /** Queues that have a binding. */
  readonly bindings = new Set<string>();
  readonly results = new Map<string, { readonly text: string; readonly until: number }>();
  /** Something can be taken. */
  readonly pushed = new Signal();
  /** Something was taken that may have to come back. */
  readonly taken = new Signal();

  constructor(
    private readonly simulation: Simulation,
    readonly layout: Layout,
    readonly appendOnly: boolean,
    /** How far the server's clock is ahead, seconds. */
    readonly skew: number,
  ) {
    this.startedAt = simulation.now - 90 * DAY;
  }

  push(message: Message, end: 'newest' | 'next' = 'newest'): void {
    const key = this.keyOf(message);
    const list = this.lists.get(key) ?? [];
    this.lists.set(key, list);
    if (end === 'newest') list.unshift(message);
    else list.push(message);
    this.pushed.fire();
  }

  /** BRPOP: the lower step first, of each step all queues. */
  pop(queues: readonly string[]): Message | undefined {
    for (const step of this.layout.steps)
      for (const queue of queues) {
        const key = this.key(queue, step);
        const message = this.lists.get(key)?.pop();
        if (this.lists.get(key)?.length === 0) this.lists.delete(key);
        if (message) return message;
      }
    return undefined;
  }

  take(message: Message, at: number): void {
    this.unacked.set(message.tag, { message, at });
    this.taken.fire();
  }

  /** Brings back what was taken before this time of the worker that looks. */
  restore(before: number): void {
    for (const [tag, { message, at }] of this.unacked) {
      if (at > before) continue;
      this.unacked.delete(tag);
      this.push({ ...message, redelivered: true }, 'next');
    }
  }

  setResult(taskId: string, fields: Readonly<Record<string, unknown>>, seconds: number): void {
    if (!this.up) return;
    const text = JSON.stringify({ result: null, traceback: null, date_done: null, task_id: taskId, ...fields });
    this.results.set(taskId, { text, until: this.simulation.now + seconds });
  }

  result(taskId: string): string | undefined {
    const found = this.results.get(taskId);
    return found && found.until > this.simulation.now ? found.text : undefined;
  }

  flush(results: boolean): void {
    this.flushes++;
    this.empty();
    if (results) this.results.clear();
  }

  /** Without persistence a restart loses everything, and INFO counts from it. */
  restart(): void {
    if (!this.appendOnly) {
      this.empty();
      this.results.clear();
    }
    this.startedAt = this.simulation.now + this.skew;
    this.flushes = 0;
    this.evictedKeys = 0;
  }

  /** An allkeys policy takes whole keys. @returns the messages that went */
  evict(key: string): readonly Message[] {
    const gone = this.lists.get(key) ?? [];
    this.lists.delete(key);
    this.evictedKeys++;
    return gone;
  }

  private empty(): void {
    this.lists.clear();
    this.unacked.clear();
    this.bindings.clear();
  }

  private keyOf({ queue, priority }: Message): string {
    const wanted = Math.min(9, Math.max(0, priority));
    return this.key(queue, Math.max(...this.layout.steps.filter((step) => step <= wanted)));
  }

  private key(queue: string, step: number): string {
    return step === 0 ? queue : `${queue}${this.layout.separator}${String(step)}`;
  }

  /** What a client reads. */
  keys(): Keys {
    const { separator, unacked } = this.layout;
    const fields = [...this.unacked.values()];
    return {
      sets: new Map(
        [...this.bindings].map((queue) => [
          `_kombu.binding.${queue}`,
          [Buffer.from(`${queue}${separator}${separator}${queue}`)],
        ]),
      ),
      lists: new Map(
        [...this.lists].map(([key, list]) => [key, list.map((one) => Buffer.from(kombuMessage(written(one))))]),
      ),
      hashes: new Map([
        [
          unacked,
          fields.map(({ message }) => [Buffer.from(message.tag), Buffer.from(takenMessage(written(message)))] as const),
        ],
      ]),
      scores: new Map([[`${unacked}_index`, new Map(fields.map(({ message, at }) => [message.tag, String(at)]))]]),
    };
  }
}

function written({ tag, taskId, task, args, kwargs, queue, eta, expires, redelivered }: Message): MessageFields {
  const headers = {
    eta: eta === null ? null : iso(eta),
    expires: expires === null ? null : iso(expires),
    argsrepr: `(${args.join(', ')},)`,
    kwargsrepr: JSON.stringify(kwargs).replaceAll('"', "'").replaceAll(':', ': ').replaceAll(',', ', '),
    ...(redelivered ? { redelivered: true } : {}),
  };
  return { id: taskId, tag, task, queue, args, kwargs: { ...kwargs }, headers };
}

/** As Python's `isoformat` writes it. */
export function iso(seconds: number): string {
  return `${new Date(Math.round(seconds * 1000)).toISOString().slice(0, -1)}+00:00`;
}
