/** A Celery application: its settings, its task types, its result backend, and how it publishes. */
import type { Random } from '../../support/random';
import type { Database } from './database';
import { wrapper, type Label, type Run } from './library';
import { DEFAULT_LAYOUT, iso, type Kwargs, type Layout, type Message, type RedisModel } from './redisModel';
import type { Simulation, Steps } from './simulation';
import type { Story } from './story';
import { makeTypes, nameOf, type TaskType } from './tasks';
import type { Child } from './worker';

/** Results that Celery and the library write. */
export class Results {
  constructor(
    private readonly redis: RedisModel,
    private readonly seconds: number,
  ) {}

  /** The library's own, after publishing: it says no more than that. */
  sent(taskId: string): void {
    if (this.redis.result(taskId)?.includes('"status":"SUCCESS"') !== true) this.state(taskId, 'SENT');
  }

  state(taskId: string, status: string, at?: number): void {
    this.set(taskId, { status, ...(at === undefined ? {} : { children: [] }) });
  }

  success(taskId: string, value: boolean, at: number): void {
    this.set(taskId, { status: 'SUCCESS', result: value ? { id: 1 } : null, children: [], date_done: iso(at) });
  }

  failure(taskId: string, type: string, text: string, at: number, traceback: string | null = null): void {
    const result = { exc_type: type, exc_message: [text], exc_module: 'builtins' };
    this.set(taskId, { status: 'FAILURE', result, traceback, children: [], date_done: iso(at) });
  }

  revoked(taskId: string, text: 'revoked' | 'expired' | 'terminated', at: number, byWorker: boolean): void {
    const result = { exc_type: 'TaskRevokedError', exc_message: [text], exc_module: 'celery.exceptions' };
    this.set(taskId, { status: 'REVOKED', result, ...(byWorker ? { children: [] } : {}), date_done: iso(at) });
  }

  read(taskId: string): string | undefined {
    return this.redis.result(taskId);
  }

  private set(taskId: string, fields: Readonly<Record<string, unknown>>): void {
    this.redis.setResult(taskId, fields, this.seconds);
  }
}

let tags = 0;

/** Ids as uuids look, from a counter that starts anew in each world. */
function uuid(kind: number, number: number): string {
  return `${String(kind).repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export class Application {
  readonly acksLate: boolean;
  readonly rejectsOnWorkerLost: boolean;
  readonly visibilityTimeout: number;
  readonly resultSeconds: number;
  readonly tracksStart: boolean;
  readonly storesErrors: boolean;
  /** Celery 5.6.2 and later write REVOKED when somebody revokes. */
  readonly recordsRevokeAtOnce: boolean;
  /** Seconds that publishing waits for a broker that is away. */
  readonly publishPatience: number;
  /** Tasks run where they are called (`task_always_eager`). */
  readonly eager: boolean;
  /** Database connections outlive a task (CELERY_DB_REUSE_MAX). */
  readonly keepsSessions: boolean;
  readonly queues: readonly string[];
  readonly layout: Layout;
  readonly types: readonly TaskType[];
  results!: Results;
  /** Where a type's messages go; most have the one broker that is searched. */
  brokers = new Map<TaskType, RedisModel>();
  onReached: (label: Label | 'popped' | 'reserved', story: Story | null, child: Child | null) => void = () => undefined;

  constructor(
    readonly simulation: Simulation,
    readonly random: Random,
    readonly database: Database,
  ) {
    tags = 0;
    const chance = (part: number): boolean => random.next() < part;
    this.acksLate = chance(0.45);
    this.rejectsOnWorkerLost = chance(0.4);
    this.visibilityTimeout = random.pick([60, 600, 3600, 3600]);
    this.resultSeconds = random.pick([10, 86_400, 86_400 * 30]);
    this.tracksStart = chance(0.2);
    this.storesErrors = chance(0.15);
    this.recordsRevokeAtOnce = chance(0.5);
    this.publishPatience = random.pick([0, 10, 900]);
    this.eager = chance(0.02);
    this.keepsSessions = chance(0.1);
    this.queues = random.pick([['celery'], ['celery'], ['celery', 'reports'], ['work']]);
    this.layout = chance(0.8)
      ? DEFAULT_LAYOUT
      : {
          separator: random.pick([':', '\x06\x16']),
          steps: random.pick([DEFAULT_LAYOUT.steps, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]),
          unacked: chance(0.3) ? 'shop_unacked' : 'unacked',
        };
    this.types = makeTypes(random, this.queues);
  }

  /** By the name in a message. */
  typeOf(task: string): TaskType | undefined {
    return this.types.find(({ celeryName }) => celeryName === task);
  }

  typeOfRow(row: { readonly taskModule: string; readonly taskName: string }): TaskType {
    return this.types.find((type) => nameOf(type) === `${row.taskModule}.${row.taskName}`)!;
  }

  message(
    type: TaskType,
    args: readonly unknown[],
    kwargs: Kwargs,
    options: { readonly story: Story | null; readonly clock: number; readonly eta?: number; readonly priority: number },
  ): Message {
    const number = ++tags;
    return {
      tag: uuid(2, number),
      taskId: uuid(1, number),
      task: type.celeryName,
      args,
      kwargs,
      queue: type.queue,
      priority: options.priority,
      eta: options.eta ?? null,
      expires: type.expires === null ? null : options.clock + type.expires,
      story: options.story,
      redelivered: false,
    };
  }

  /** Puts a message into its broker. Producers that run declared their queues long ago: after a flush they do not do it again. */
  send(message: Message, type: TaskType): void {
    this.brokers.get(type)!.push(message);
    message.story?.note(`${message.taskId.slice(-6)} is published`);
    this.simulation.after(this.random.next() * 0.002, () => {
      this.results.sent(message.taskId);
    });
  }

  reached(label: Label, story: Story, child: Child): void {
    this.onReached(label, story, child);
  }

  moved(label: 'popped' | 'reserved', { story }: Message): void {
    this.onReached(label, story, null);
  }

  /** `task_always_eager`: the second message runs inside of the first one's run. */
  *runAtOnce(message: Message, type: TaskType, child: Child): Steps {
    const { random, database } = this;
    const run: Run = {
      message,
      type,
      session: child.session,
      clock: () => child.worker.clock(),
      random,
      database,
      place: '',
      publish: () => {
        throw new Error('eager tasks of this model neither retry nor page');
      },
      reached: () => undefined,
      attach: (story, publishing) => {
        child.attach(story, publishing);
      },
    };
    if (message.story) run.attach(message.story, false);
    try {
      yield* wrapper(run);
    } catch {
      // `task_eager_propagates` is off.
    } finally {
      if (message.story) child.attach(message.story, true);
    }
  }
}
