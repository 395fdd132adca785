/**
 * A Celery worker with a prefork pool on Redis (celery 5.6.3 worker/, kombu 5.6.2 transport/redis.py; docs/celery.md, "Messages in Redis"): it takes
 * messages in advance, keeps those with a time in its memory, acknowledges early or late, and its processes go on while its connection to
 * Redis is gone.
 */
import { Session } from './database';
import { PublishError, SoftTimeLimit, tracebackOf, typeOfError, wrapper, type Run } from './library';
import type { Kwargs, Message, RedisModel } from './redisModel';
import type { Process, Steps } from './simulation';
import type { Story } from './story';
import type { TaskType } from './tasks';
import type { Application } from './application';

/** What a worker does with its connection gone, until it notices. */
const MULTIPLIER = 4;

/** A process of the pool that runs a message. */
export class Child {
  process: Process | undefined;
  run: Run | undefined;
  /** The row that it works for, once it has one. */
  story: Story | undefined;
  private attached: { readonly publishing: boolean } | undefined;
  readonly startedAt: number;

  constructor(
    readonly worker: Worker,
    readonly message: Message,
    readonly type: TaskType,
    readonly session: Session,
    /** Redis still has its message among the taken ones, as far as the worker's connection of then knows. */
    readonly epoch: number,
  ) {
    this.startedAt = worker.clock();
  }

  attach(story: Story, publishing: boolean): void {
    this.detach();
    this.story = story;
    this.attached = { publishing };
    story.runs.add(this.attached);
  }

  detach(): void {
    if (this.attached) this.story?.runs.delete(this.attached);
  }
}

export interface WorkerSettings {
  readonly name: string;
  readonly queues: readonly string[];
  readonly concurrency: number;
  /** How far its host's clock is ahead, seconds. */
  readonly skew: number;
  /** Task names it knows; null: all of its application. */
  readonly registered: ReadonlySet<string> | null;
  /** Answers questions. */
  readonly remoteControl: boolean;
  readonly heartbeats: boolean;
  /** A busy `solo` pool answers when it is done. */
  readonly solo: boolean;
  /** It belongs to another application, whose results are kept elsewhere. */
  readonly foreign: boolean;
}

export class Worker {
  state: 'up' | 'stopping' | 'dead' = 'up';
  connected = true;
  /** Its idle lines were closed by the server, or are still open. */
  lines: 'open' | 'closed' = 'open';
  /** Consumes no more, as after a broken reply binding (docs/celery.md, "Workers"). */
  deaf = false;
  readonly reserved: Message[] = [];
  readonly scheduled: Message[] = [];
  readonly children = new Set<Child>();
  /** Taken out of a list and not yet among the taken ones. */
  readonly limbo = new Set<Message>();
  /** Tasks of another application that it runs, for ever. */
  readonly foreign: Message[] = [];
  readonly revoked = new Set<string>();
  /** Task names it knows; null: all of its application. */
  registered: ReadonlySet<string> | null;
  /** Database sessions that its processes keep open for their next task. */
  private readonly kept: Session[] = [];
  private epoch = 0;

  constructor(
    readonly application: Application,
    readonly redis: RedisModel,
    readonly settings: WorkerSettings,
  ) {
    this.registered = settings.registered;
    this.declare();
    this.listen();
    this.restoreNowAndThen();
  }

  clock(): number {
    return this.application.simulation.now + this.settings.skew;
  }

  /** Workers declare their queues when they start. */
  private declare(): void {
    for (const queue of this.settings.queues) this.redis.bindings.add(queue);
  }

  private get consumes(): boolean {
    return this.state === 'up' && this.connected && !this.deaf && this.redis.up;
  }

  private listen(): void {
    this.redis.pushed.add(() => {
      if (this.state === 'dead') return;
      this.application.simulation.after(0.0005, () => {
        this.fetch();
      });
      this.listen();
    });
    this.application.simulation.after(0.001, () => {
      this.fetch();
    });
  }

  /** kombu looks for messages that were taken too long ago when it starts and then about every hundred seconds. */
  private restoreNowAndThen(): void {
    if (this.state === 'dead') return;
    const { visibilityTimeout, simulation } = this.application;
    if (this.consumes) this.redis.restore(this.clock() - visibilityTimeout);
    const again = (): void => {
      simulation.after(Math.max(100, visibilityTimeout / 5), () => {
        this.restoreNowAndThen();
      });
    };
    if (this.redis.unacked.size > 0) again();
    else this.redis.taken.add(again);
  }

  fetch(): void {
    const { simulation, acksLate } = this.application;
    const { concurrency, queues } = this.settings;
    for (;;) {
      const counted = this.reserved.length + this.limbo.size + (acksLate ? this.children.size : 0);
      if (!this.consumes || counted >= concurrency * MULTIPLIER) return;
      const message = this.redis.pop(queues);
      if (!message) return;
      this.limbo.add(message);
      message.story?.note(`${this.settings.name} takes ${message.taskId.slice(-6)}`);
      this.application.moved('popped', message);
      simulation.after(0.001, () => {
        if (!this.limbo.delete(message)) return;
        if (!this.connected) return;
        this.redis.take(message, this.clock());
        this.receive(message);
      });
    }
  }

  private receive(message: Message): void {
    const { foreign } = this.settings;
    const { registered } = this;
    const type = this.application.typeOf(message.task);
    if (registered ? !registered.has(message.task) : type === undefined) {
      this.acknowledge(message, this.epoch);
      this.throwAway(message, 'does not know its task');
      if (!foreign) this.application.results.failure(message.taskId, 'NotRegistered', message.task, this.clock());
      return;
    }
    if (type === undefined) {
      if (!this.application.acksLate) this.acknowledge(message, this.epoch);
      this.foreign.push(message);
      return;
    }
    if (message.eta !== null && message.eta > this.clock()) {
      this.scheduled.push(message);
      const { epoch } = this;
      this.application.simulation.after(message.eta - this.clock(), () => {
        if (epoch !== this.epoch || this.state !== 'up') return;
        this.scheduled.splice(this.scheduled.indexOf(message), 1);
        this.reserved.push(message);
        this.work();
      });
      return;
    }
    this.reserved.push(message);
    this.application.moved('reserved', message);
    this.work();
  }

  private work(): void {
    while (this.state !== 'dead' && this.children.size < this.settings.concurrency) {
      const message = this.reserved.shift();
      if (!message) return;
      if (this.discards(message)) continue;
      this.run(message);
    }
  }

  /** Revoked and expired messages are thrown away when it is their turn. */
  private discards(message: Message): boolean {
    const expired = message.expires !== null && message.expires < this.clock();
    if (!expired && !this.revoked.has(message.taskId)) return false;
    this.acknowledge(message, this.epoch);
    this.throwAway(message, expired ? 'finds it expired' : 'finds it revoked');
    if (expired) this.revoked.add(message.taskId);
    const type = this.application.typeOf(message.task);
    if (type?.keepsResults === true)
      this.application.results.revoked(message.taskId, expired ? 'expired' : 'revoked', this.clock(), true);
    return true;
  }

  private throwAway({ story, taskId }: Message, why: string): void {
    story?.throwAway(`${this.settings.name} ${why} and throws ${taskId.slice(-6)} away`);
  }

  private run(message: Message): void {
    const { application } = this;
    const { simulation, database, random } = application;
    const type = application.typeOf(message.task)!;
    const clock = (): number => simulation.now + this.settings.skew;
    const session = new Session(database, clock);
    const kept = this.kept.pop();
    if (kept) {
      session.beganAt = kept.beganAt;
      database.sessions.delete(kept);
    }
    const child = new Child(this, message, type, session, this.epoch);
    this.children.add(child);
    if (!application.acksLate) this.acknowledge(message, child.epoch);
    const run: Run = {
      message,
      type,
      session,
      clock,
      random,
      database,
      place: '',
      publish: (kwargs, options) => this.publish(type, message, kwargs, options, child),
      reached: (label, story) => {
        application.reached(label, story, child);
      },
      attach: (story, publishing) => {
        child.attach(story, publishing);
      },
    };
    child.run = run;
    if (message.story) run.attach(message.story, false);
    if (type.keepsResults && application.tracksStart)
      application.results.state(message.taskId, 'STARTED', this.clock());
    child.process = simulation.start(wrapper(run), (end) => {
      this.ended(child, end);
    });
    session.process = child.process;
    this.limit(child);
  }

  private limit(child: Child): void {
    const { simulation } = this.application;
    const { softLimit, hardLimit } = child.type;
    if (softLimit !== null)
      simulation.after(softLimit, () => {
        if (child.process?.alive !== true) return;
        child.story?.note('its soft time limit is over');
        child.process.interrupt(new SoftTimeLimit());
      });
    if (hardLimit !== null)
      simulation.after(hardLimit, () => {
        // The main process does it; where that is gone, nobody does.
        if (child.process?.alive !== true || this.state === 'dead') return;
        child.story?.note('its hard time limit is over');
        this.killChild(child, 'TimeLimitExceeded');
      });
  }

  private ended(child: Child, end: { readonly value: boolean } | { readonly error: unknown }): void {
    const { application } = this;
    const { message, type, session } = child;
    if (application.keepsSessions && session.alive && this.state === 'up') this.kept.push(session);
    session.end(this.kept.includes(session));
    this.leave(child);
    // Written by the process itself, also where the main process is gone.
    if ('error' in end) {
      const name = typeOfError(end.error);
      child.story?.note(`${name} leaves the library's wrapper`);
      if (type.keepsResults || application.storesErrors)
        application.results.failure(
          message.taskId,
          name,
          '',
          this.clock(),
          tracebackOf(child.run!, application.random),
        );
    } else if (type.keepsResults) application.results.success(message.taskId, end.value, this.clock());
    if (application.acksLate) this.acknowledge(message, child.epoch);
    if (this.state === 'stopping' && this.children.size === 0) this.state = 'dead';
    if (this.state !== 'up') for (const one of this.kept.splice(0)) one.end();
    this.work();
    this.fetch();
  }

  private leave(child: Child): void {
    this.children.delete(child);
    child.detach();
  }

  /** Its connection may have been another one since: then nothing is acknowledged. */
  private acknowledge(message: Message, epoch: number): void {
    if (epoch !== this.epoch || !this.connected || !this.redis.up || this.state === 'dead') return;
    if (this.state === 'up' || this.lines === 'open') this.redis.unacked.delete(message.tag);
  }

  /** @param how as the main process records it; null: SIGKILL of the process */
  killChild(child: Child, how: 'TimeLimitExceeded' | 'Terminated' | null): void {
    const { application } = this;
    const { message, type } = child;
    if (child.process?.alive !== true) return;
    child.process.kill();
    child.session.end();
    this.leave(child);
    child.story?.note(`its process is killed (${how ?? 'SIGKILL'})`);
    if (this.state === 'dead') return;
    const again = how === null && application.acksLate && application.rejectsOnWorkerLost;
    if (again && child.epoch === this.epoch && this.connected) {
      if (this.redis.unacked.delete(message.tag)) this.redis.push({ ...message, redelivered: true }, 'next');
    } else {
      if (application.acksLate) this.acknowledge(message, child.epoch);
      if (type.keepsResults || application.storesErrors) {
        if (how === 'Terminated') application.results.revoked(message.taskId, 'terminated', this.clock(), true);
        else application.results.failure(message.taskId, how ?? 'WorkerLostError', 'exited prematurely', this.clock());
      }
    }
    application.simulation.after(0.01, () => {
      this.work();
      this.fetch();
    });
  }

  /** SIGKILL. @param all its processes too, as when the container goes; else they end what they run */
  kill(all: boolean): void {
    if (this.state === 'dead') return;
    this.state = 'dead';
    this.forget();
    for (const session of this.kept.splice(0)) session.end();
    this.limbo.clear();
    if (all) for (const child of [...this.children]) this.killChild(child, null);
  }

  /** SIGTERM: closes its ears, gives back what it has in advance, and ends what it runs. */
  stop(): void {
    if (this.state !== 'up') return;
    const back = [...this.reserved.splice(0), ...this.scheduled.splice(0)];
    this.state = this.children.size === 0 ? 'dead' : 'stopping';
    this.lines = this.application.random.pick(['open', 'closed']);
    if (!this.connected || !this.redis.up) return;
    for (const message of back)
      if (this.redis.unacked.delete(message.tag)) this.redis.push({ ...message, redelivered: true }, 'next');
  }

  /** Its network to Redis is gone; what it runs goes on. What it had in advance is forgotten, and stays among the taken ones. */
  disconnect(): void {
    this.connected = false;
    this.lines = this.application.random.pick(['open', 'closed']);
    this.forget();
  }

  reconnect(): void {
    if (this.connected) return;
    this.connected = true;
    this.lines = 'open';
    this.declare();
    this.fetch();
  }

  forgetTask(name: string): void {
    const known = this.registered ?? this.application.types.map(({ celeryName }) => celeryName);
    this.registered = new Set([...known].filter((one) => one !== name));
  }

  private forget(): void {
    this.epoch++;
    this.reserved.length = 0;
    this.scheduled.length = 0;
  }

  private *publish(
    type: TaskType,
    parent: Message,
    kwargs: Kwargs,
    { eta, story, first }: { readonly eta?: number; readonly story: Story; readonly first?: true },
    child: Child,
  ): Steps<Message> {
    const { application } = this;
    const message = application.message(type, parent.args, kwargs, {
      story,
      clock: this.clock(),
      ...(eta === undefined ? {} : { eta }),
      priority: first ? type.priority : 10,
    });
    if (application.eager) {
      yield* application.runAtOnce(message, type, child);
      return message;
    }
    yield application.random.next() * 0.003;
    for (let waited = 0; !this.redis.up || !this.connected; waited += 5) {
      if (waited >= application.publishPatience) throw new PublishError('the broker cannot be reached');
      yield 5;
    }
    application.send(message, type);
    yield application.random.next() * 0.001;
    return message;
  }
}
