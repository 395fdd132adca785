/** A real Celery application (test/celery/app) with its own database and its own Redis database, and workers that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { TestDatabase, until } from './database';
import { postgresUrls } from './servers';

const APP = 'test/celery/app';
/** Git-ignored, kept after the tests: who looks for the reason of a failure needs them. */
const LOGS = 'test-artifacts/celery';

/** How long a worker may take to be ready, or a state to come, on a busy machine. */
const PATIENCE_MS = 30_000;

export interface ShopOptions {
  /** Names its logs. */
  readonly name: string;
  /** Redis database for messages and results: one for each shop, emptied first. */
  readonly db: number;
  /** Where the messages are instead; asked for when the shop opens. */
  readonly broker?: () => ShopBroker;
  /** Celery's own settings, over the URLs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of the app, see test/celery/app/project.py. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A broker that is no Redis. */
export interface ShopBroker {
  readonly url: string;
  readonly managementUrl: string;
}

export interface WorkerOptions {
  readonly queues?: readonly string[];
  readonly pool?: 'prefork' | 'solo';
  readonly concurrency?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Further words of its command line. */
  readonly args?: readonly string[];
  /** What its log says when it is there, where that is not that it is ready. */
  readonly says?: RegExp;
}

/** How a message is sent: `apply_async`'s own options. */
export interface SendOptions {
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly queue?: string;
  readonly countdown?: number;
  readonly expires?: number;
  readonly priority?: number;
}

/** A row of the task-manager table, as far as tests wait for it. */
export interface ShopRow {
  readonly id: number;
  readonly status: string;
  readonly task_id: string;
  readonly task_name: string;
  readonly status_message: string | null;
  readonly attempts: number;
  readonly current_page: number;
  readonly killed: boolean;
}

/** What a script did. */
export interface Printed {
  readonly code: number | null;
  readonly printed: string;
}

/** Where the first messages go, so that the second ones (queue `celery`) can be left alone. */
export const FIRST = 'first';

export class Shop {
  private readonly workers: Worker[] = [];
  private orders = 0;

  private constructor(
    readonly name: string,
    readonly database: TestDatabase,
    readonly redisUrl: string,
    /** A tester's own view of its Redis database. */
    readonly redis: Redis,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly control: Control,
    readonly broker: ShopBroker | undefined,
  ) {}

  static async open(options: ShopOptions): Promise<Shop> {
    const redisUrl = withDb(required('TEST_REDIS_URL'), options.db);
    const broker = options.broker?.();
    const redis = new Redis(redisUrl, { maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    await empty(redis);
    const database = await TestDatabase.create(postgresUrls()[0]!);
    const environment = {
      CELERY_SETTINGS: JSON.stringify({
        broker_url: broker?.url ?? redisUrl,
        result_backend: redisUrl,
        // How long a worker waits for the result of a process that died; 10 by default.
        worker_lost_wait: 0.5,
        ...options.settings,
      }),
      DATABASE_URL: database.url,
      // Longer than a first message needs to save its row: races are made on purpose (`fault`).
      UNDER_WAY: '0.3',
      ...options.env,
    };
    const control = new Control(options.name, environment);
    const shop = new Shop(options.name, database, redisUrl, redis, environment, control, broker);
    await shop.ask({ do: 'create_tables' });
    return shop;
  }

  /** Ends every process of this shop and removes its databases. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await this.control.close();
    await empty(this.redis);
    this.redis.disconnect();
    await this.database.drop();
  }

  /** @returns a worker that has said that it is ready */
  async worker(name: string, options: WorkerOptions = {}): Promise<Worker> {
    const worker = new Worker(this.name, name, { ...this.environment, ...options.env }, options);
    this.workers.push(worker);
    await (options.says ? worker.untilLogs(options.says) : worker.ready());
    return worker;
  }

  /** One request to the app's control process (test/celery/app/control.py). */
  async ask<T>(request: Readonly<Record<string, unknown>>): Promise<T> {
    return (await this.control.ask(request)) as T;
  }

  /** `celery inspect ping`, which waits for its answers behind a reply binding. */
  async inspectPing(): Promise<void> {
    const log = openSync(logFile(`${this.name}-inspect`), 'w');
    const words = ['-m', 'celery', '-A', 'project', 'inspect', 'ping', '--timeout', '1'];
    const child = python(words, this.environment, ['pipe', log, log]);
    closeSync(log);
    await new Promise((resolve) => child.once('close', resolve));
  }

  /**
   * Gives a script to `django shell`, as a person does: from standard input.
   * @returns its exit code and all that it printed
   */
  async django(script: string, env: Readonly<Record<string, string>> = {}): Promise<Printed> {
    const file = logFile(`${this.name}-django`);
    const log = openSync(file, 'w');
    const settings = { DJANGO_SETTINGS_MODULE: 'django_settings', ...env };
    const child = python(['-m', 'django', 'shell'], { ...this.environment, ...settings }, ['pipe', log, log]);
    closeSync(log);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(script);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, printed: readFileSync(file, 'utf8') };
  }

  /** A process that runs one script after another as `django shell` does (test/celery/app/shell.py): it starts once. */
  djangoShell(): { run: (script: string) => Promise<Printed>; close: () => Promise<void> } {
    const shell = new Control(
      `${this.name}-shell`,
      { ...this.environment, DJANGO_SETTINGS_MODULE: 'django_settings' },
      'shell.py',
    );
    return { run: async (script) => (await shell.ask({ script })) as Printed, close: () => shell.close() };
  }

  /** Publishes a task of the shop. @returns Celery's id */
  async send(task: string, options: SendOptions = {}): Promise<string> {
    return this.ask<string>({ do: 'send', task: `shop.tasks.${task}`, ...options });
  }

  /**
   * Calls a task with a new order, through a worker that consumes `first`, and waits for its row with its task id.
   * @returns the row's id
   */
  async start(task: string, kwargs: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const { row } = await this.sendFirst(task, kwargs);
    return row((found) => found.task_id !== '');
  }

  /** The same without waiting: `row` waits for the row, until it `fits`. */
  async sendFirst(
    task: string,
    kwargs: Readonly<Record<string, unknown>> = {},
    queue = FIRST,
  ): Promise<{ order: number; row: (fits?: (row: ShopRow) => boolean) => Promise<number> }> {
    const order = await this.order();
    await this.send(task, { args: [order], kwargs, queue });
    return { order, row: (fits) => this.rowOfOrder(order, fits) };
  }

  /**
   * Calls a task with a new order in the control process, which makes the row and publishes its message: no worker has a part in it.
   * @returns the row's id
   */
  async call(task: string, kwargs: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const order = await this.order();
    await this.ask({ do: 'call', task: `shop.tasks.${task}`, args: [order], kwargs });
    return await this.rowOfOrder(order);
  }

  /** The row of an order, which may have been made by a call that has not ended. */
  async rowOfOrder(order: number, fits: (row: ShopRow) => boolean = () => true): Promise<number> {
    const sql = "select *, id::int as id from task_manager_taskmanager where arguments->'args'->0 = to_jsonb($1::int)";
    const found = await this.until(`a row for order ${String(order)}`, async () =>
      (await this.database.rows<ShopRow>(sql, [order])).find(fits),
    );
    return found.id;
  }

  /** @returns the id of a new order, which is not shipped */
  async order(): Promise<number> {
    this.orders++;
    await this.database.run('insert into shop_order (id) values ($1)', [this.orders]);
    return this.orders;
  }

  /** @returns the state of the order of a row */
  async orderState(row: number): Promise<string | undefined> {
    return this.database.value(
      `select state from shop_order where id = (select (arguments->'args'->>0)::bigint
         from task_manager_taskmanager where id = $1)`,
      [row],
    );
  }

  /** Makes something go wrong once (test/celery/app/faults.py). */
  async fault(task: string, point: string, action: string): Promise<void> {
    await this.database.run('insert into shop_fault (task, point, action) values ($1, $2, $3)', [task, point, action]);
  }

  async row(id: number): Promise<ShopRow | undefined> {
    const sql = 'select *, id::int as id from task_manager_taskmanager where id = $1';
    return (await this.database.rows<ShopRow>(sql, [id]))[0];
  }

  /** The first row of a task. */
  async rowOf(task: string): Promise<number> {
    const sql = 'select min(id)::int as id from task_manager_taskmanager where task_name = $1';
    const [row] = await this.database.rows<{ id: number | null }>(sql, [task]);
    if (row?.id == null) throw new Error(`${this.name}: no row of ${task}`);
    return row.id;
  }

  /** Waits until the row is as wanted. */
  async untilRow(id: number, what: string, fits: (row: ShopRow) => boolean): Promise<ShopRow> {
    return this.until(`row ${String(id)} ${what}`, async () => {
      const row = await this.row(id);
      return row !== undefined && fits(row) ? row : undefined;
    });
  }

  /** Waits until `ask` gives something. @throws Error that names `what` and shows the workers' last words */
  async until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    try {
      return await until(ask, PATIENCE_MS);
    } catch (error) {
      const rows = await this.database.rows('select * from task_manager_taskmanager order by id desc limit 3');
      const logs = this.workers.map((worker) => worker.lastWords()).join('\n');
      throw new Error(`${this.name}: waited in vain for ${what}.\n${JSON.stringify(rows, null, 1)}\n${logs}`, {
        cause: error,
      });
    }
  }

  /** Waits until the lists of a queue hold so many messages together. */
  async untilQueued(count: number, keys: readonly string[] = ['celery']): Promise<void> {
    await this.until(`${String(count)} messages in ${keys.join(', ')}`, async () => {
      const lengths = await Promise.all(keys.map((key) => this.redis.llen(key)));
      return lengths.reduce((sum, length) => sum + length, 0) === count ? true : undefined;
    });
  }

  /** Waits until workers hold so many messages that they have not acknowledged. */
  async untilUnacked(count: number, key = 'unacked'): Promise<void> {
    await this.until(`${String(count)} messages in ${key}`, async () =>
      (await this.redis.hlen(key)) === count ? true : undefined,
    );
  }
}

/** One worker process with a process group of its own. */
export class Worker {
  private readonly child: ChildProcess;
  private readonly logFile: string;
  private readonly gone: Promise<void>;
  private alive = true;

  constructor(
    shop: string,
    readonly name: string,
    env: Readonly<Record<string, string>>,
    options: WorkerOptions,
  ) {
    const pool = options.pool ?? 'prefork';
    const words = ['-m', 'celery', '-A', 'project', 'worker', '-n', `${name}@test`, '--loglevel', 'INFO'];
    words.push('--pool', pool, '--concurrency', String(options.concurrency ?? 1));
    words.push('--without-gossip', '--without-mingle', ...(options.args ?? []));
    if (options.queues !== undefined) words.push('-Q', options.queues.join(','));
    this.logFile = logFile(`${shop}-${name}`);
    const log = openSync(this.logFile, 'w');
    // Standard input is its life line: it ends with us, however we end.
    this.child = python(words, { ...env, LIFELINE: '1' }, ['pipe', log, log]);
    closeSync(log);
    this.child.stdin?.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      this.child.once('close', () => {
        this.alive = false;
        resolve();
      });
    });
  }

  async ready(): Promise<void> {
    const ready = async (): Promise<true | undefined> => {
      if (!this.alive) throw new Error(`Worker ${this.name} ended.\n${this.lastWords()}`);
      return Promise.resolve(readFileSync(this.logFile, 'utf8').includes(' ready.') ? true : undefined);
    };
    await until(ready, PATIENCE_MS);
  }

  /** A warm shutdown: what it took and did not start goes back into the queue. */
  async stop(): Promise<void> {
    if (!this.alive) return;
    this.child.kill('SIGTERM');
    await Promise.race([this.gone, sleep(PATIENCE_MS, undefined, { ref: false })]);
    await this.kill();
  }

  /** As `kill -9` of it and its pool: nothing is given back. */
  async kill(): Promise<void> {
    if (this.alive) this.signal('SIGKILL');
    await this.gone;
  }

  /** It lives and does nothing, as on a machine that swaps. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  /** How many places of its log match. */
  countLogs(pattern: RegExp): number {
    return readFileSync(this.logFile, 'utf8').match(new RegExp(pattern, 'g'))?.length ?? 0;
  }

  /** What the first group of the last place matched. */
  lastMatch(pattern: RegExp): string | undefined {
    return [...readFileSync(this.logFile, 'utf8').matchAll(new RegExp(pattern, `g${pattern.flags}`))].at(-1)?.[1];
  }

  /** Waits until its log has as many places that match. */
  async untilLogs(pattern: RegExp, times = 1): Promise<void> {
    const found = (): true | undefined => (this.countLogs(pattern) >= times ? true : undefined);
    await until(() => Promise.resolve(found()), PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`Worker ${this.name} never said ${String(pattern)}.\n${this.lastWords()}`, { cause: error });
    });
  }

  lastWords(): string {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-12);
    return [`--- ${this.logFile}`, ...lines].join('\n');
  }

  private signal(signal: NodeJS.Signals): void {
    // Negative: the whole group, its pool too.
    if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
  }
}

/** The app's long-lived control process: starting Python for each request would cost half a second. */
class Control {
  private readonly child: ChildProcess;
  private readonly waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  private readonly gone: Promise<void>;

  constructor(shop: string, env: Readonly<Record<string, string>>, program = 'control.py') {
    const log = openSync(logFile(`${shop}-control`), 'w');
    this.child = python([program], env, ['pipe', 'pipe', log]);
    closeSync(log);
    this.child.stdin?.on('error', () => undefined);
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as { ok?: unknown; error?: string };
      const next = this.waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`${shop}: ${answer.error}`));
    });
    this.gone = new Promise((resolve) => {
      this.child.once('close', () => {
        for (const { reject } of this.waiting.splice(0)) reject(new Error(`${shop}: the control process ended`));
        resolve();
      });
    });
  }

  ask(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  async close(): Promise<void> {
    this.child.stdin?.end();
    const force = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.gone;
    clearTimeout(force);
  }
}

function python(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  stdio: ['pipe', number | 'pipe', number],
): ChildProcess {
  return spawn(required('TEST_PYTHON'), words, {
    cwd: APP,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio,
    detached: true,
  });
}

/** A flush of ours, which is no reason to doubt what comes after it: the server's count of flushes begins anew. */
async function empty(redis: Redis): Promise<void> {
  await redis.flushdb();
  await redis.config('RESETSTAT');
}

function logFile(name: string): string {
  mkdirSync(LOGS, { recursive: true });
  return join(LOGS, `${name}.log`);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run these tests by npm test.`);
  return value;
}

/** The same server, another database. */
function withDb(url: string, db: number): string {
  const changed = new URL(url);
  changed.pathname = `/${String(db)}`;
  return changed.href;
}
