/** Real workers of test/celery/workers_app.py, each with a Redis database of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { CLIENT_NAME } from '../../src/base/clientName';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import type { WorkersView } from '../../src/model/facts';
import { readWorkers, type WorkersOptions } from '../../src/brokers/redis/workers/readWorkers';

/** Git-ignored, kept after the tests. */
const LOGS = 'test-artifacts/celery';
const PATIENCE_MS = 30_000;
/** What the product waits for, shortened: everything here answers in milliseconds or not at all. */
const QUICK = { timeoutSeconds: 0.75, listenSeconds: 2.3, staleSeconds: 2 };

export class Broker {
  private readonly children: ChildProcess[] = [];

  private constructor(
    readonly db: number,
    readonly url: string,
    readonly redis: Redis,
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {}

  /** An empty Redis database as broker. */
  static async open(db: number, settings: Readonly<Record<string, unknown>> = {}): Promise<Broker> {
    const url = withDb(required('TEST_REDIS_URL'), db);
    const redis = new Redis(url);
    await redis.flushdb();
    return new Broker(db, url, redis, { broker_url: url, ...settings });
  }

  /** @returns when the worker is ready, with what sends it signals */
  async worker(name: string, ...words: string[]): Promise<(signal: NodeJS.Signals) => void> {
    mkdirSync(LOGS, { recursive: true });
    const file = join(LOGS, `workers-${String(this.db)}-${name}.log`);
    const log = openSync(file, 'w');
    const args = [
      '-m',
      'celery',
      '-A',
      'workers_app',
      'worker',
      '-n',
      `${name}@test`,
      '-l',
      'INFO',
      '-c',
      '1',
      '--without-mingle',
      ...words,
    ];
    const child = this.python(args, ['pipe', log, log]);
    closeSync(log);
    this.children.push(child);
    await waitFor(`${name} to be ready, see ${file}`, () => readFileSync(file, 'utf8').includes(' ready.'));
    return (signal) => process.kill(-child.pid!, signal);
  }

  /** Publishes `wait` tasks, kwargs and `apply_async`'s options. @returns their ids */
  async publish(...requests: [kwargs: object, options?: object][]): Promise<string[]> {
    const words = JSON.stringify(requests.map(([kwargs, options]) => [kwargs, options ?? {}]));
    const out = await this.run('publish', words);
    return out.trim().split('\n');
  }

  /** Tells the workers to throw a task away. */
  async revoke(id: string): Promise<void> {
    await this.run('revoke', id);
  }

  /** Looks for the workers as the product does. `ask` false: nothing may be published, but listened. */
  async look(options: Partial<WorkersOptions> & { ask?: boolean; url?: string } = {}): Promise<WorkersView> {
    const { ask = true, url = this.url, ...more } = options;
    const source = redisSource(parseRedisUrl(url, 'The test'));
    return source.ask((redis, mailbox) => {
      const given = { db: this.db, prefixes: [''], ...QUICK, ...(ask ? {} : { listener: mailbox }), ...more };
      return readWorkers(redis, ask ? mailbox : null, given, () => undefined, new AbortController().signal);
    }, new AbortController().signal);
  }

  /** Kills the workers and waits until Redis has noticed. */
  async stopWorkers(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const closed = once(child, 'close');
        process.kill(-child.pid!, 'SIGKILL');
        await closed;
      }),
    );
    await waitFor('Redis to notice', async () => !/cmd=(brpop|psubscribe)/.test(await this.clientList()));
  }

  /** Lines of this database. */
  async clientList(): Promise<string> {
    const all = String(await this.redis.client('LIST'));
    return all
      .split('\n')
      .filter((line) => line.includes(` db=${String(this.db)} `))
      .join('\n');
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.redis.flushdb();
    this.redis.disconnect();
  }

  /** Runs the app's own small command. @returns what it printed */
  private async run(...words: string[]): Promise<string> {
    const child = this.python(['workers_app.py', ...words], ['ignore', 'pipe', 'inherit']);
    let out = '';
    child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`workers_app.py ${words.join(' ')} ended with ${String(code)}.`);
    return out;
  }

  private python(
    words: readonly string[],
    stdio: ['pipe' | 'ignore', number | 'pipe', number | 'inherit'],
  ): ChildProcess {
    const { PATH = '', HOME = '' } = process.env;
    return spawn(required('TEST_PYTHON'), words, {
      cwd: 'test/celery',
      // Celery refuses pickle for root; these tests need it.
      env: {
        PATH,
        HOME,
        PYTHONDONTWRITEBYTECODE: '1',
        C_FORCE_ROOT: '1',
        CELERY_SETTINGS: JSON.stringify(this.settings),
      },
      stdio,
      detached: true,
    });
  }
}

/** @throws Error that names what did not come */
export async function waitFor(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await sleep(50);
  }
}

/** Commands of the whole server while `work` runs, by who sent them. */
export async function monitored<T>(
  broker: Broker,
  work: () => Promise<T>,
): Promise<{ result: T; ours: string[][]; others: string[][] }> {
  const monitor = await broker.redis.duplicate({ db: 0 }).monitor();
  const all: { source: string; command: string[] }[] = [];
  monitor.on('monitor', (_time: string, command: string[], source: string) => all.push({ source, command }));
  try {
    const result = await work();
    await broker.redis.echo('end of work');
    await waitFor('the monitor', () => all.some(({ command }) => command[1] === 'end of work'));
    const us = new Set(all.filter(({ command }) => command[2] === CLIENT_NAME).map(({ source }) => source));
    const of = (wanted: boolean): string[][] =>
      all
        .filter(({ source }) => us.has(source) === wanted)
        .map(({ command: [name = '', ...rest] }) => [name.toUpperCase(), ...rest]);
    return { result, ours: of(true), others: of(false) };
  } finally {
    monitor.disconnect();
  }
}

/** The same server, another database, perhaps another user. */
export function withDb(url: string, db: number, user?: { readonly name: string; readonly password: string }): string {
  const changed = new URL(url);
  changed.pathname = `/${String(db)}`;
  if (user) Object.assign(changed, { username: user.name, password: user.password });
  return changed.href;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run these tests by npm test.`);
  return value;
}
