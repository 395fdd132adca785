/** One world: an application with its servers, what other applications do there, and what goes wrong. All of it follows from a seed. */
import type { Random } from '../../support/random';
import { Application, Results } from './application';
import { Database, Session, type Effect, type Row } from './database';
import { operate, type Label } from './library';
import { DEFAULT_LAYOUT, RedisModel, type Message } from './redisModel';
import { Simulation, type Steps } from './simulation';
import { truthOf, type Story } from './story';
import { nameOf, type TaskType } from './tasks';
import { Worker, type Child } from './worker';
import type { Verdict } from '../../../src/model/verdict';

/** 2026-11-23 08:00 UTC. */
const START = 1_795_420_800;

/** Long enough for some dozens of the longest tasks. */
const PAST = 10 * 86_400;

/** What happened to the world, for a trace. */
export interface Happening {
  readonly at: number;
  readonly what: string;
}

export class World {
  readonly began = START;
  /** Where tasks had run for long before, the longest past that is needed for that, seconds. */
  private readonly past: number;
  readonly simulation: Simulation;
  readonly database: Database;
  readonly application: Application;
  readonly redis: RedisModel;
  /** A second broker that nobody named. */
  readonly secondRedis: RedisModel | null;
  /** The broker of the environment that a dump was restored in: its own messages, which count from 1 too. */
  readonly staging: RedisModel;
  readonly workers: Worker[] = [];
  readonly happenings: Happening[] = [];
  /** How far the database's clock is ahead. */
  readonly skew: number;
  readonly seconds: number;
  /** Broker and results are one Redis database. */
  readonly oneRedis: boolean;
  /** What a dump of the table held, where rows were copied to another environment. */
  copied: { readonly rows: readonly Row[]; readonly effects: readonly Effect[]; readonly at: number } | null = null;

  constructor(readonly random: Random) {
    this.past = random.next() < 0.4 ? PAST : 0;
    this.simulation = new Simulation(START - this.past, START);
    const { simulation } = this;
    const chance = (part: number): boolean => random.next() < part;
    this.seconds = random.pick([600, 7200, 7200, 43_200]);
    const skewed = chance(0.4);
    const skew = (): number => (skewed ? random.pick([-300, -90, -20, 0, 20, 90, 300]) : 0);
    this.skew = skew();
    this.database = new Database(simulation, random, random.pick([0, 0.02, 0.15]));
    this.application = new Application(simulation, random, this.database);
    const { application } = this;
    this.redis = new RedisModel(simulation, application.layout, chance(0.5), skew());
    this.oneRedis = chance(0.5);
    const resultsRedis = this.oneRedis ? this.redis : new RedisModel(simulation, DEFAULT_LAYOUT, true, 0);
    application.results = new Results(resultsRedis, application.resultSeconds);
    this.staging = new RedisModel(simulation, DEFAULT_LAYOUT, true, 0);
    this.secondRedis = chance(0.04) ? new RedisModel(simulation, DEFAULT_LAYOUT, true, 0) : null;
    for (const type of application.types)
      application.brokers.set(type, this.secondRedis && chance(0.5) ? this.secondRedis : this.redis);
    for (const queue of application.queues) this.redis.bindings.add(queue);
    if (chance(0.5)) this.redis.bindings.add('celery');
    for (let count = random.integer(0, 2); count >= 0; count--) this.addWorker(skew(), 0);
    if (this.secondRedis && chance(0.5)) this.addWorker(skew(), 0, this.secondRedis);
    if (this.past > 0) this.requestBefore(random.integer(20, 60));
    simulation.run(START);
    this.request(random.integer(3, 12), this.seconds * 0.8);
    // More than the workers can take at once.
    if (chance(0.15)) this.request(20, 2);
    this.disturb(random.integer(0, 4));
    if (chance(0.25)) this.addForeign();
    if (chance(0.06)) this.copyLater();
  }

  /** Everything that can be told of a row's life, in order. */
  trace(story: Story): string[] {
    const world = this.happenings.map(({ at, what }) => `${at.toFixed(4).padStart(12)}   [${what}]`);
    return [...story.trace, ...world].sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  }

  note(what: string): void {
    this.happenings.push({ at: this.simulation.age, what });
  }

  /** What is true of a row now. */
  truth(story: Story): Set<Verdict> {
    return truthOf(story, this.placesOf(story), [...this.database.stories.values()]);
  }

  private placesOf(story: Story): Set<'waiting' | 'held'> {
    const places = new Set<'waiting' | 'held'>();
    for (const redis of this.secondRedis ? [this.redis, this.secondRedis] : [this.redis]) {
      for (const list of redis.lists.values()) if (list.some((one) => one.story === story)) places.add('waiting');
      for (const { message } of redis.unacked.values())
        if (message.story === story && !this.isRunning(message)) places.add('held');
    }
    for (const worker of this.workers)
      for (const message of [...worker.limbo, ...worker.reserved, ...worker.scheduled])
        if (message.story === story) places.add('held');
    return places;
  }

  /** Taken and running is running. */
  private isRunning({ tag }: Message): boolean {
    return this.workers.some(({ children }) => [...children].some(({ message }) => message.tag === tag));
  }

  private addWorker(skew: number, delay: number, redis: RedisModel = this.redis): void {
    const { random, application } = this;
    const chance = (part: number): boolean => random.next() < part;
    const name = `worker${String(this.workers.length + 1)}@host`;
    const concurrency = random.integer(1, 4);
    const queues = chance(0.8) ? [...application.queues] : [random.pick([...application.queues, 'other'])];
    const names = application.types.map(({ celeryName }) => celeryName);
    const settings = {
      name,
      queues: redis === this.redis ? queues : ['celery', 'work', 'reports'],
      concurrency,
      skew,
      registered: chance(0.06) ? new Set(names.slice(1)) : null,
      remoteControl: chance(0.95),
      heartbeats: chance(0.9),
      solo: chance(0.1),
      foreign: false,
    };
    this.simulation.after(delay, () => {
      this.note(
        `${name} starts: queues ${settings.queues.join()}, ${String(concurrency)} processes, clock ${String(skew)} s`,
      );
      this.workers.push(new Worker(application, redis, settings));
    });
    if (delay === 0) this.simulation.runOn(this.simulation.now);
  }

  /** What tasks did before anything went wrong: the rows that habits are read from. */
  private requestBefore(count: number): void {
    const { random, application } = this;
    for (const type of random.some(application.types, 0.5))
      for (let made = 0; made < count; made++) {
        const args = [random.integer(1, type.arguments)];
        this.simulation.after((made / count) * PAST * 0.9 + random.next() * 100, () => {
          this.publishFirst(type, args);
        });
      }
  }

  /** Code that is no task publishes first messages. */
  private request(count: number, within: number): void {
    const { random, application } = this;
    for (let made = 0; made < count; made++) {
      const type = random.pick(application.types);
      const args = [random.integer(1, type.arguments)];
      const again = type.arguments === 2 && random.next() < 0.5 ? 2 : 1;
      const at = random.next() * within;
      for (let one = 0; one < again; one++)
        this.simulation.after(at + one * random.next() * 30, () => {
          this.publishFirst(type, args);
        });
      if (type.othersWriteIt && random.next() < 0.7)
        this.simulation.after(at + random.next() * 60, () => {
          this.database.effects.push({
            task: nameOf(type),
            key: JSON.stringify(args),
            at: this.simulation.now,
            failed: false,
          });
          this.note(`other code writes the effect of ${nameOf(type)} ${String(args)}`);
        });
      if (type.cleaned)
        this.simulation.after(at + 400, () => {
          this.database.effects = this.database.effects.filter(({ task }) => task !== nameOf(type));
          this.note(`the effects of ${nameOf(type)} are removed`);
        });
    }
  }

  private publishFirst(type: TaskType, args: readonly number[]): void {
    const { application, simulation } = this;
    if (!application.brokers.get(type)!.up) return;
    const eta = this.random.next() < 0.05 ? simulation.now + this.random.next() * 600 : undefined;
    const options = { story: null, clock: simulation.now, priority: 10, ...(eta === undefined ? {} : { eta }) };
    application.send(application.message(type, args, {}, options), type);
  }

  private disturb(count: number): void {
    const { random, application } = this;
    const hooks = new Map<Label | 'popped' | 'reserved', ((story: Story | null, child: Child | null) => void)[]>();
    application.onReached = (label, story, child) => {
      for (const act of hooks.get(label) ?? []) act(story, child);
    };
    // Somebody looks just then.
    const look: Fault = ({ simulation }) => {
      simulation.stop();
    };
    for (const fault of [look, look, ...Array.from({ length: count }, () => random.pick(FAULTS))]) {
      if (fault !== look && random.next() < 0.4) {
        this.simulation.after(random.next() * this.seconds, () => {
          fault(this, null, null);
        });
        continue;
      }
      // Just when something has reached a certain place.
      const label = random.pick(LABELS);
      let left = random.integer(1, 5);
      hooks.set(label, [
        ...(hooks.get(label) ?? []),
        (story, child) => {
          if (--left !== 0) return;
          const delay = random.pick([0, 0, 0.001, 0.01, 1, 60]);
          this.simulation.after(delay, () => {
            fault(this, story, child);
          });
        },
      ]);
    }
  }

  /** Another application uses the same database of Redis, and numbers its rows as everybody does. */
  private addForeign(): void {
    const { random, simulation } = this;
    const queue = random.pick(['crm', 'crm', ...this.application.queues]);
    const skew = this.random.pick([0, 60]);
    if (random.next() < 0.6) {
      const common = { concurrency: 50, skew, remoteControl: true, heartbeats: true, solo: false, foreign: true };
      const settings = { name: 'crm@other', queues: [queue], registered: new Set(FOREIGN), ...common };
      this.workers.push(new Worker(this.application, this.redis, settings));
    }
    for (let number = random.integer(1, 30); number > 0; number--)
      simulation.after(random.next() * this.seconds, () => {
        this.redis.bindings.add(queue);
        this.redis.push({
          tag: `33333333-0000-4000-8000-${String(number).padStart(12, '0')}`,
          taskId: `44444444-0000-4000-8000-${String(number).padStart(12, '0')}`,
          task: random.pick(FOREIGN),
          args: [random.integer(5000, 9000)],
          kwargs: { task_manager_id: random.integer(1, 50), ...(random.next() < 0.2 ? { attempts: 1 } : {}) },
          queue,
          priority: 0,
          eta: random.next() < 0.2 ? simulation.now + 3600 : null,
          expires: null,
          story: null,
          redelivered: random.next() < 0.2,
        });
      });
    this.note(`another application publishes to ${queue}`);
  }

  private copyLater(): void {
    this.simulation.after(this.seconds * (0.3 + this.random.next() * 0.6), () => {
      this.copied = {
        rows: [...this.database.rows.values()].map((row) => ({ ...row })),
        effects: [...this.database.effects],
        at: this.simulation.now,
      };
      for (const queue of this.application.queues) this.staging.bindings.add(queue);
      for (let number = this.random.integer(0, 8); number > 0; number--) {
        const type = this.random.pick(this.application.types);
        const kwargs = { task_manager_id: this.random.integer(1, 50) };
        const message = this.application.message(type, [7000 + number], kwargs, {
          story: null,
          clock: this.simulation.now,
          priority: 5,
        });
        if (this.random.next() < 0.7) this.staging.push(message);
        else this.staging.take(message, this.simulation.now);
      }
      this.note(
        'a dump of the database is taken, and restored beside another Redis, which is what is checked from here on',
      );
    });
  }

  /** Messages that are in the broker, with the list they are in. */
  queued(): [key: string, message: Message][] {
    return [...this.redis.lists].flatMap(([key, list]) => list.map((message) => [key, message] as [string, Message]));
  }

  liveWorkers(): Worker[] {
    return this.workers.filter(({ state }) => state !== 'dead');
  }

  startAnother(): void {
    this.addWorker(this.random.pick([0, 0, 20]), 0.01);
  }

  /** Something that the library's own tasks do with a row. */
  act(action: 'resume' | 'pause' | 'cancel', story: Story): void {
    const { database, application, simulation } = this;
    const session = new Session(database, () => simulation.now);
    session.process = simulation.start(
      operate(
        session,
        story.rowId,
        action,
        function* (row: Row): Steps {
          yield 0.002;
          const type = application.typeOfRow(row);
          if (!application.brokers.get(type)!.up) return;
          const kwargs = { task_manager_id: row.id, page: row.currentPage + 1, total_pages: row.totalPages };
          application.send(
            application.message(type, row.args, kwargs, { story, clock: simulation.now, priority: 10 }),
            type,
          );
        },
        story,
      ),
      () => {
        session.end();
      },
    );
  }
}

const FOREIGN = ['crm.jobs.sync_contact', 'crm.jobs.bill'];

type Fault = (world: World, story: Story | null, child: Child | null) => void;

const LABELS = [
  'inserted',
  'published',
  'saved its task id',
  'saved PENDING',
  'entered the body',
  'in the body',
  'left its effect',
  'raised',
  'asked for a retry',
  'published a page',
  'ended its body',
  'done',
  'popped',
  'reserved',
] as const;

function anyWorker(world: World, child: Child | null): Worker | undefined {
  const live = world.liveWorkers();
  return child?.worker ?? (live.length > 0 ? world.random.pick(live) : undefined);
}

function anyChild(world: World, child: Child | null): Child | undefined {
  if (child?.process?.alive === true) return child;
  const running = world.workers.flatMap(({ children }) => [...children]);
  return running.length > 0 ? world.random.pick(running) : undefined;
}

function anyStory(world: World, story: Story | null): Story | undefined {
  const all = [...world.database.stories.values()];
  return story ?? (all.length > 0 ? world.random.pick(all) : undefined);
}

const FAULTS: readonly Fault[] = [
  function flush(world) {
    world.note(`FLUSH${world.oneRedis ? 'ALL' : 'DB'}`);
    world.redis.flush(world.oneRedis);
  },
  function restartWithoutData(world) {
    world.note(`Redis restarts${world.redis.appendOnly ? '' : ' without its data'}`);
    world.redis.restart();
  },
  function redisAway(world) {
    world.redis.up = false;
    world.note('Redis is away');
    world.simulation.after(world.random.pick([1, 60, 1200]), () => {
      world.redis.up = true;
      world.note('Redis is back');
      world.redis.pushed.fire();
    });
  },
  function loseMessage(world, story) {
    const all = world.queued();
    const own = all.filter(([, message]) => story !== null && message.story === story);
    const found = own.length > 0 ? own : all;
    if (found.length === 0) return;
    const [key, message] = world.random.pick(found);
    const list = world.redis.lists.get(key)!.filter((one) => one !== message);
    if (list.length > 0) world.redis.lists.set(key, list);
    else world.redis.lists.delete(key);
    world.note(`the message ${message.taskId.slice(-6)} is lost`);
    message.story?.note(`its message ${message.taskId.slice(-6)} is lost in the queue`);
  },
  function loseNextMessage(world, story) {
    // That which is published next for this row.
    const own = anyStory(world, story);
    if (!own) return;
    let tries = 4000;
    const look = (): void => {
      const found = world.queued().find(([, message]) => message.story === own);
      if (found) {
        const [key, message] = found;
        world.redis.lists.set(
          key,
          world.redis.lists.get(key)!.filter((one) => one !== message),
        );
        own.note(`its message ${message.taskId.slice(-6)} is lost in the queue`);
      } else if (tries-- > 0) world.simulation.after(0.0002, look);
    };
    look();
  },
  function evict(world) {
    const keys = [...world.redis.lists.keys()];
    if (keys.length === 0) return;
    const key = world.random.pick(keys);
    for (const { story } of world.redis.evict(key)) story?.note('its queue is evicted');
    world.note(`Redis evicts ${key}`);
  },
  function killChild(world, _story, child) {
    const found = anyChild(world, child);
    found?.worker.killChild(found, null);
  },
  function killChildAgain(world, _story, child) {
    const found = anyChild(world, child);
    found?.worker.killChild(found, null);
  },
  function terminate(world, _story, child) {
    const found = anyChild(world, child);
    if (!found) return;
    found.worker.revoked.add(found.message.taskId);
    found.worker.killChild(found, 'Terminated');
  },
  function killContainer(world, _story, child) {
    const worker = anyWorker(world, child);
    if (!worker) return;
    world.note(`${worker.settings.name} is killed with all its processes`);
    worker.kill(true);
  },
  function killContainerAndStart(world, _story, child) {
    const worker = anyWorker(world, child);
    if (!worker) return;
    world.note(`${worker.settings.name} is killed with all its processes`);
    worker.kill(true);
    world.startAnother();
  },
  function killMainProcess(world, _story, child) {
    const worker = anyWorker(world, child);
    if (!worker) return;
    world.note(`the main process of ${worker.settings.name} is killed, its children end what they run`);
    worker.kill(false);
  },
  function stop(world, _story, child) {
    const worker = anyWorker(world, child);
    if (!worker) return;
    world.note(`${worker.settings.name} gets SIGTERM`);
    worker.stop();
    if (world.random.next() < 0.5) world.startAnother();
  },
  function loseNetwork(world, _story, child) {
    const worker = anyWorker(world, child);
    if (!worker) return;
    world.note(`${worker.settings.name} loses its network to Redis`);
    worker.disconnect();
    world.simulation.after(world.random.pick([30, 3600, 1e9]), () => {
      if (worker.state === 'up') world.note(`${worker.settings.name} is connected again`);
      if (worker.state === 'up') worker.reconnect();
    });
  },
  function forgetTask(world, story) {
    // A version without the task is deployed.
    const row = world.database.rows.get(anyStory(world, story)?.rowId ?? 0);
    if (!row) return;
    const { celeryName } = world.application.typeOfRow(row);
    world.note(`the workers no longer know ${celeryName}`);
    for (const worker of world.liveWorkers()) worker.forgetTask(celeryName);
  },
  function deafen(world) {
    const worker = anyWorker(world, null);
    if (!worker) return;
    world.note(`${worker.settings.name} hears no more`);
    worker.deaf = true;
  },
  function lockRow(world, story) {
    const own = anyStory(world, story);
    if (!own || world.database.locks.has(own.rowId)) return;
    own.note('somebody else locks its row');
    world.database.lock(own.rowId, null);
    world.simulation.after(world.random.pick([0.1, 5, 900]), () => {
      own.note('its row is free again');
      world.database.unlock(own.rowId, null);
    });
  },
  function cutSession(world, _story, child) {
    const found = anyChild(world, child);
    if (!found) return;
    found.story?.note('its database session is cut');
    found.session.cut();
  },
  function cutAllSessions(world) {
    world.note('all database sessions are cut');
    for (const session of [...world.database.sessions]) session.cut();
  },
  function revoke(world, story) {
    const own = anyStory(world, story);
    const row = own && world.database.rows.get(own.rowId);
    if (!row || row.taskId === '') return;
    own.note('somebody revokes it');
    for (const worker of world.workers) if (worker.state === 'up' && worker.connected) worker.revoked.add(row.taskId);
    if (world.application.recordsRevokeAtOnce)
      world.application.results.revoked(row.taskId, 'revoked', world.simulation.now, false);
  },
  function resume(world, story) {
    const own = anyStory(world, story);
    if (own) world.act('resume', own);
  },
  function resumeLater(world, story) {
    const own = anyStory(world, story);
    if (own)
      world.simulation.after(700, () => {
        world.act('resume', own);
      });
  },
  function pause(world, story) {
    const own = anyStory(world, story);
    if (own) world.act('pause', own);
  },
  function cancel(world, story) {
    const own = anyStory(world, story);
    if (own) world.act('cancel', own);
  },
];
