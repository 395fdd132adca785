/** One application with its own broker and database, from its first order to the moment at which it is checked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestDatabase, until } from '../support/database';
import type { Random } from '../support/random';
import { postgresUrls } from '../support/servers';
import { FAULTS } from './faults';
import { KINDS } from './kinds';
import { openLink, type Link } from './link';
import type { Order, Orders } from './orders';
import { RabbitMedium } from './rabbitMedium';
import type { Medium } from './medium';
import { STRANGERS } from './places';
import { RedisMedium } from './redisMedium';
import { Producer, Worker, type Environment } from './processes';
import { Trace, type Remembered } from './trace';
import { truthOf, type Place, type Truth } from './truth';
import { TAKEN, type WorldSpec } from './worlds';

const PATIENCE_MS = 60_000;
/** A task that kills its process each time it runs never comes to rest. */
const STILL_PATIENCE_MS = 15_000;
/** Of a hundred orders, those that come while the world stands still, so that there is a backlog. */
const LAST_ORDERS = 25;
/** Where rows move for ever, they are checked as young as they are. */
const OLD_PATIENCE_SECONDS = 75;
/** A younger row may be on its way, so that little can be said of it (the product's MOVING_SECONDS). */
const OLD_SECONDS = 61;

export type Role = 'desk' | 'one' | 'two';

/** `first` takes first messages only, so that rows are made while all others are busy. */
const QUEUES: Readonly<Record<Role, readonly string[]>> = {
  desk: ['first'],
  one: ['celery', 'bulk'],
  two: ['celery', 'bulk', 'archive'],
};
const POOL: Readonly<Record<Role, number>> = { desk: 2, one: 4, two: 4 };

export interface TruthOfRow extends Truth {
  readonly id: number;
  readonly task: string;
  /** What the row says. */
  readonly row: Readonly<Record<string, unknown>>;
  /** Where its messages are. */
  readonly places: readonly Place[];
  /** Its runs, in words. */
  readonly story: readonly string[];
}

export class World {
  /** How many faults of each name were made. */
  readonly faults = new Map<string, number>();
  private readonly workers = new Map<Role, Worker>();
  private readonly everyWorker: Worker[] = [];
  private readonly links: Link[] = [];
  private questions = 0;
  /** What stopped workers have in their memory: they do not answer. */
  private beforeFreeze: readonly Remembered[] | undefined;

  private constructor(
    readonly spec: WorldSpec,
    readonly random: Random,
    readonly database: TestDatabase,
    readonly medium: Medium,
    readonly producer: Producer,
    readonly trace: Trace,
    private readonly orders: Orders,
    private readonly folder: string,
    private readonly environment: Environment,
  ) {}

  static async open(spec: WorldSpec, orders: Orders, random: Random): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'population-'));
    const medium = await (spec.broker === 'rabbitmq' ? RabbitMedium.open() : RedisMedium.open(spec.unacked ?? TAKEN));
    const database = await TestDatabase.create(postgresUrls()[0]!);
    const environment = {
      DATABASE_URL: database.url,
      TRACE: join(folder, 'trace.jsonl'),
      PLAN: join(folder, 'plan.json'),
      GATE: join(folder, 'gate'),
      SEED: String(random.integer(1, 1e9)),
      ...spec.environment,
    };
    writeFileSync(environment.PLAN, JSON.stringify(Object.fromEntries(orders.plans)));
    const producer = new Producer(`${spec.name}-producer`, {
      ...environment,
      CELERY_SETTINGS: settings(spec, medium, medium.port),
    });
    const trace = new Trace(environment.TRACE);
    const world = new World(spec, random, database, medium, producer, trace, orders, folder, environment);
    await producer.ask({ do: 'create_tables' });
    return world;
  }

  /** Ends every process and removes everything. */
  async close(): Promise<void> {
    await Promise.all(this.everyWorker.map((worker) => worker.kill()));
    await this.producer.close();
    await Promise.all(this.links.map((link) => link.close()));
    await this.database.drop();
    await this.medium.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * The broker of another environment: the same queues, other messages, some for rows with the same numbers.
   * @returns what the built command is told to look there
   */
  async openStaging(): Promise<Medium['checked']> {
    const { url, checked } = await this.medium.openStaging();
    const rows = await this.database.rows<{ id: number; name: string }>(
      "select id::int as id, task_name as name from task_manager_taskmanager where status = 'SCHEDULED' order by id",
    );
    for (const { id, name } of this.random.some(rows, 0.3)) {
      const task = `market.jobs.${name}`;
      await this.producer.ask({ do: 'strange', task, n: STRANGERS + id, manager: id, queue: 'celery', broker: url });
    }
    return checked;
  }

  /** Where the check connects: as the owner of the tables, or as a role that may only read them. */
  async checkUrl(): Promise<string> {
    if (this.spec.reader !== true) return this.database.url;
    const role = await this.database.createRole();
    await this.database.run(`grant select on all tables in schema public to ${role}`);
    return this.database.urlAs(role);
  }

  worker(role: Role): Worker {
    return this.workers.get(role)!;
  }

  /** Starts it, anew where it was there before. */
  async startWorker(role: Role): Promise<void> {
    const link = await openLink(this.medium.port);
    this.links.push(link);
    const name = `${role}${String(this.everyWorker.length)}`;
    const environment = {
      ...this.environment,
      CELERY_SETTINGS: settings(this.spec, this.medium, link.port),
      ...(role === 'two' ? this.spec.second : {}),
    };
    const log = `${this.spec.name}-${name}`;
    const worker = new Worker(name, link, log, environment, QUEUES[role], POOL[role]);
    this.everyWorker.push(worker);
    this.workers.set(role, worker);
    await worker.ready();
  }

  /** Lives: orders come, faults come, until the last orders meet workers that end nothing any more. */
  async live(seconds: number, faults: number): Promise<void> {
    await Promise.all((['desk', 'one', 'two'] as const).map((role) => this.startWorker(role)));
    const { calls } = this.orders;
    const last = calls.slice(-Math.ceil((calls.length * LAST_ORDERS) / 100));
    const day = calls.slice(0, -last.length);
    await Promise.all([this.take(day, seconds), this.suffer(faults, seconds)]);
    await this.quiet();
    await this.producer.ask({ do: 'stop_consuming', queue: 'archive' });
    writeFileSync(this.environment.GATE!, '');
    if (this.spec.flushAtEnd === true) {
      const half = last.splice(0, last.length / 2);
      await this.takeAtDesk(half);
      await this.medium.flush();
    }
    await this.takeAtDesk(last);
    await this.still();
  }

  /** Brings the workers into the state in which the world is checked. */
  async end(): Promise<void> {
    const { ending, desk } = this.spec;
    const main = [this.worker('one'), this.worker('two')];
    const rest = this.everyWorker.filter((worker) => !main.includes(worker) && worker !== this.worker('desk'));
    if (!desk) await this.worker('desk').kill();
    if (ending === 'killed') await Promise.all([...main, ...rest].map((worker) => worker.kill()));
    if (ending === 'cut') for (const worker of main) worker.link.cut();
    if (ending === 'frozen') {
      this.beforeFreeze = await this.memory();
      for (const worker of main) worker.freeze();
    }
    if (ending === 'shutting-down') {
      for (const worker of main) worker.shutDown();
      await Promise.all(main.map((worker) => worker.untilLogs('Warm shutdown')));
      for (const worker of main) worker.link.drop();
    }
    await this.still();
  }

  /** Whatever is left of the workers ends at once. */
  async killAll(): Promise<void> {
    await Promise.all(this.everyWorker.map((worker) => worker.kill()));
    this.beforeFreeze = undefined;
  }

  /** Waits until no stuck row is young. */
  async untilOld(): Promise<void> {
    const sql = `select coalesce(bool_or(greatest(last_run, updated_at) > now() - $1 * interval '1 second'), false) as young
      from task_manager_taskmanager where status in ('SCHEDULED', 'PENDING')`;
    await until(async () => {
      const [found] = await this.database.rows<{ young: boolean }>(sql, [OLD_SECONDS]);
      return found!.young ? undefined : true;
    }, OLD_PATIENCE_SECONDS * 1000).catch(() => undefined);
  }

  /** What is true of every row that is not ended. */
  async truths(): Promise<Map<number, TruthOfRow>> {
    const memory = this.beforeFreeze ?? (await this.memory());
    const alive = new Set(this.trace.read().alive());
    // A worker whose line is cut does not hear that a run has ended.
    const begun = new Set(this.trace.runs.map(({ id }) => id));
    const current = memory.filter(({ id, where }) => where !== 'active' || !begun.has(id));
    const places = await this.medium.places(current);
    const ledger = await this.database.rows<{ run: string }>('select run from market_ledger');
    const effects = new Set(ledger.map(({ run }) => run));
    const rows = await this.database.rows<StoredRow>(
      `select to_jsonb(t) as row, id::int as id, task_name as name, task_id as "taskId",
          (arguments->'args'->>0)::int as n from task_manager_taskmanager t
        where status in ('SCHEDULED', 'PENDING')`,
    );
    const truths = new Map<number, TruthOfRow>();
    for (const { id, name, taskId, n, row } of rows) {
      const runs = this.trace.runs.filter((run) => run.row === id).sort((a, b) => a.began - b.began);
      const truth = truthOf({
        kind: KINDS.find((kind) => kind.name === name)!,
        plan: this.orders.plans.get(n)!,
        runs,
        alive,
        effects,
        places: places.get(id) ?? [],
        discarded: this.trace.discarded.filter((one) => one.row === id || (one.row === null && one.id === taskId)),
      });
      truths.set(id, { ...truth, id, task: name, row, places: places.get(id) ?? [], story: runs.map(inWords) });
    }
    return truths;
  }

  /** Publishes orders evenly. */
  private async take(orders: readonly Order[], seconds: number): Promise<void> {
    const began = performance.now();
    for (const [index, order] of orders.entries()) {
      await sleep(Math.max(0, began + (index * seconds * 1000) / orders.length - performance.now()));
      const atDesk = order.kind.queue === 'archive' || this.random.next() < 0.4;
      await this.send(order, atDesk ? 'first' : undefined);
    }
  }

  /** Publishes orders whose rows the desk makes, and waits for these. */
  private async takeAtDesk(orders: readonly Order[]): Promise<void> {
    const before = this.trace.read().runs.length;
    for (const order of orders) await this.send(order, 'first');
    const made = (): true | undefined => {
      const firsts = this.trace
        .read()
        .runs.slice(before)
        .filter((run) => run.first && run.end !== undefined);
      return firsts.length >= orders.length ? true : undefined;
    };
    // Some die on their way.
    await until(() => Promise.resolve(made()), 15_000).catch(() => undefined);
  }

  private async send({ n, kind }: Order, queue?: string): Promise<void> {
    const kwargs = kind.pages === undefined ? {} : { total_pages: kind.pages };
    await this.producer.ask({ do: 'send', task: kind.name, n, kwargs, ...(queue === undefined ? {} : { queue }) });
    if (kind.name === 'mailing') await this.producer.ask({ do: 'visit', n });
  }

  private async suffer(count: number, seconds: number): Promise<void> {
    const urn = this.spec.faults.flatMap(([name, share]) => Array<typeof name>(share).fill(name));
    const began = performance.now();
    for (let index = 0; index < count; index++) {
      await sleep(Math.max(0, began + ((index + 1) * seconds * 1000) / count - performance.now()));
      const name = this.random.pick(urn);
      this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
      await FAULTS[name](this);
    }
  }

  /** Waits until what can be done is done; what takes longer belongs to the world. */
  private async quiet(): Promise<void> {
    const idle = async (): Promise<true | undefined> => {
      if (this.trace.read().alive().length > 0) return undefined;
      return (await this.medium.idle()) || undefined;
    };
    await until(idle, 15_000).catch(() => undefined);
  }

  /** Waits until nothing happens any more. */
  private async still(): Promise<void> {
    await until(async () => {
      const before = this.trace.read().lines;
      await sleep(1500);
      return this.trace.read().lines === before ? true : undefined;
    }, STILL_PATIENCE_MS).catch(() => undefined);
  }

  /** What all living workers have in their memory. */
  private async memory(): Promise<readonly Remembered[]> {
    const word = `question${String(++this.questions)}`;
    const asked = this.everyWorker.filter(({ alive }) => alive);
    for (const worker of asked) worker.ask(word);
    const answered = (): true | undefined =>
      this.trace.read().memory(word).size >= asked.filter(({ alive }) => alive).length ? true : undefined;
    await until(() => Promise.resolve(answered()), PATIENCE_MS);
    return [...this.trace.memory(word).values()].flat();
  }
}

interface StoredRow {
  readonly id: number;
  readonly name: string;
  readonly taskId: string;
  readonly n: number;
  readonly row: Readonly<Record<string, unknown>>;
}

function inWords(run: World['trace']['runs'][number]): string {
  const { first, attempts, page, steps, raised, end } = run;
  const what = first ? 'first message' : `page ${String(page + 1)}, attempt ${String((attempts ?? 0) + 1)}`;
  return `${what}: ${steps.join(' ')}${raised === undefined ? '' : ` (${raised})`}, ${end ?? 'no end'}`;
}

function settings(spec: WorldSpec, medium: Medium, port: number): string {
  return JSON.stringify({
    ...medium.settings(port),
    worker_lost_wait: 0.5,
    worker_prefetch_multiplier: 1,
    ...spec.settings,
  });
}
