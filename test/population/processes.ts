/** The market's own processes: workers, each behind a link of its own, and the producer. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../support/database';
import { lives } from './trace';
import type { Link } from './link';

const APP = 'test/population/app';
/** Git-ignored, kept after the tests: whoever looks for the reason of a verdict needs them. */
export const LOGS = 'test-artifacts/population';

/** How long a process may take to be ready on a busy machine. */
const PATIENCE_MS = 60_000;

export type Environment = Readonly<Record<string, string>>;

export class Worker {
  readonly pid: number;
  alive = true;
  private readonly child: ChildProcess;
  private readonly logFile: string;
  private readonly gone: Promise<void>;

  constructor(
    readonly name: string,
    readonly link: Link,
    log: string,
    environment: Environment,
    queues: readonly string[],
    concurrency: number,
  ) {
    const words = ['-m', 'celery', '-A', 'project', 'worker', '-n', `${name}@market`, '--loglevel', 'INFO'];
    words.push('--pool', 'prefork', '--concurrency', String(concurrency), '-Q', queues.join(','));
    words.push('--without-gossip', '--without-mingle');
    this.logFile = logFile(log);
    const file = openSync(this.logFile, 'w');
    this.child = python(words, environment, ['pipe', file, file]);
    closeSync(file);
    this.pid = this.child.pid!;
    this.child.stdin?.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      this.child.once('close', () => {
        this.alive = false;
        resolve();
      });
    });
  }

  async ready(): Promise<void> {
    await this.untilLogs(' ready.');
  }

  /** Waits until its log has these words. */
  async untilLogs(words: string): Promise<void> {
    const found = (): Promise<true | undefined> => {
      const log = readFileSync(this.logFile, 'utf8');
      if (!this.alive) throw new Error(`Worker ${this.name} ended: ${log.slice(-2000)}`);
      return Promise.resolve(log.includes(words) ? true : undefined);
    };
    await until(found, PATIENCE_MS);
  }

  /** Asks it to note its memory with this word (app/project.py). */
  ask(word: string): void {
    if (this.alive) this.child.stdin?.write(`${word}\n`);
  }

  /** SIGKILL of the worker itself: its pool's processes go on until their tasks end. */
  killMain(): void {
    if (this.alive) this.child.kill('SIGKILL');
  }

  /** SIGTERM: it ends its tasks first. */
  shutDown(): void {
    if (this.alive) this.child.kill('SIGTERM');
  }

  /** SIGKILL of it and its pool. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.gone;
    await until(() => Promise.resolve(this.pool().some(lives) ? undefined : true), PATIENCE_MS);
  }

  freeze(): void {
    this.signal('SIGSTOP');
  }

  /** Its pool's processes, also when it is gone. */
  pool(): number[] {
    return membersOf(this.pid).filter((pid) => pid !== this.pid);
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      // Negative: the whole group. It is there as long as one of its processes is.
      process.kill(-this.pid, signal);
    } catch {
      // All are gone.
    }
  }
}

/** Processes of a group; empty where there is no /proc. */
function membersOf(group: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // After the name, which is in parentheses: state, parent, group.
        const [, , found] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(found) === group;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Answers one request after another (app/producer.py). */
export class Producer {
  private readonly child: ChildProcess;
  private readonly waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  private readonly gone: Promise<void>;

  constructor(log: string, environment: Environment) {
    const file = openSync(logFile(log), 'w');
    this.child = python(['producer.py'], environment, ['pipe', 'pipe', file]);
    closeSync(file);
    this.child.stdin?.on('error', () => undefined);
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as { ok?: unknown; error?: string };
      const next = this.waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`The producer: ${answer.error}`));
    });
    this.gone = new Promise((resolve) => {
      this.child.once('close', () => {
        for (const { reject } of this.waiting.splice(0)) reject(new Error('The producer ended.'));
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
  environment: Environment,
  stdio: ['pipe', number | 'pipe', number],
): ChildProcess {
  const program = process.env.TEST_PYTHON ?? '';
  if (program === '') throw new Error('TEST_PYTHON is not set: run this by npm run test:population.');
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PYTHONDONTWRITEBYTECODE: '1', ...environment };
  return spawn(program, words, { cwd: APP, env, stdio, detached: true });
}

function logFile(name: string): string {
  mkdirSync(LOGS, { recursive: true });
  return join(LOGS, `${name}.log`);
}
