import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { CLIENT_NAME } from '../../src/base/clientName';
import { until } from './database';

/** A Redis of one test's own, on a port of 127.0.0.1 and in a folder that goes away with it. */
export interface OwnRedis {
  readonly port: number;
  readonly folder: string;
  /** `127.0.0.1:port` with the password. */
  readonly password: string;
  /** SIGKILL, and no other process remembers anything. */
  kill(): void;
  stop(): Promise<void>;
}

/** Not a secret: the servers end with the test. Long enough that no output holds it by chance. */
export const PASSWORD = 'own-redis-p@ss:w/rd#1';

/** How a test reaches a server. */
export interface Way {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly password?: string;
  readonly db?: number;
}

interface Wish {
  /** Lines of redis.conf. `port` and `requirepass` stand before them. */
  readonly config?: readonly string[];
  /** Without a password the server is open to every account of the machine: only where a test needs that. */
  readonly password?: string;
  readonly port?: number;
  /** Keeps it after the end; whoever made it removes it. */
  readonly folder?: string;
  readonly sentinel?: boolean;
  /** How the test reaches it, where that is not TCP with the password. */
  readonly connect?: Way;
  /** Whether a first PING must be answered. */
  readonly ready?: boolean;
}

/** Starts the server program that the runner found. It ends with this process, however that ends (tools/servers/supervise.mjs). */
export async function startOwnRedis(wish: Wish = {}): Promise<OwnRedis> {
  const program = JSON.parse(process.env.TEST_REDIS_PROGRAM ?? 'null') as { command: string; argv0?: string } | null;
  if (!program)
    throw new Error('TEST_REDIS_PROGRAM is not set: run these tests by npm test, which finds or installs Redis.');
  const { password = PASSWORD, sentinel = false, config = [] } = wish;
  const port = wish.port ?? (await freePort());
  const folder = wish.folder ?? mkdtempSync(join(tmpdir(), 'own-redis-'));
  const lines = [
    'bind 127.0.0.1',
    `port ${String(port)}`,
    `dir ${JSON.stringify(folder)}`,
    ...(password === '' ? [] : [`requirepass ${JSON.stringify(password)}`]),
    ...(sentinel ? [] : ['save ""', 'databases 16']),
    ...config,
    '',
  ].join('\n');
  // A Sentinel writes what it learns into its file.
  const file = join(folder, 'sentinel.conf');
  if (sentinel) writeFileSync(file, lines, { mode: 0o600 });
  const supervisor = spawn(process.execPath, [resolve('tools/servers/supervise.mjs')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = once(supervisor, 'close');
  let pid: number | undefined;
  let ended: string | undefined;
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as { pid?: number };
    if (message.pid === undefined) ended = line;
    else pid = message.pid;
  });
  supervisor.stdin.write(
    `${JSON.stringify({
      command: program.command,
      ...(program.argv0 === undefined ? {} : { argv0: program.argv0 }),
      ...(sentinel ? { args: [file, '--sentinel'] } : { args: ['-'], input: lines }),
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
      logFile: join(folder, 'server.log'),
      stopSignal: 'SIGTERM',
      forceSignal: 'SIGKILL',
      remove: [],
    })}\n`,
  );
  const server: OwnRedis = {
    port,
    folder,
    password,
    kill: () => {
      if (pid !== undefined && ended === undefined) process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      supervisor.stdin.end();
      await gone;
      if (wish.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  const connect = wish.connect ?? { host: '127.0.0.1', port, ...(password === '' ? {} : { password }) };
  try {
    await until(async () => {
      if (ended !== undefined)
        throw new Error(`The server ended (${ended}): ${readFileSync(join(folder, 'server.log'), 'utf8')}`);
      if (wish.ready === false) return pid;
      return await withClient(connect, (client) => client.call('PING')).catch(() => undefined);
    }, 15_000);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** A client that may do everything, for as long as `work` runs. */
export async function withClient<T>(options: Way, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ ...options, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** Waits until CLIENT LIST has nothing of ours. @throws when it still has after two seconds */
export async function noneOfOurs(options: Way): Promise<void> {
  await withClient(options, (client) =>
    until(
      async () =>
        String(await client.client('LIST'))
          .split('\n')
          .some((line) => line.includes(`name=${CLIENT_NAME} `))
          ? undefined
          : true,
      2000,
    ),
  );
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
