import { randomBytes } from 'node:crypto';
import { chownSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import type * as Servers from '../../tools/servers/index.mjs' with { 'resolution-mode': 'import' };
import { makeCertificates, type Certificates, type KeyPair } from '../support/certificates';
import { until } from '../support/database';

/** A Redis of a test's own. */
export interface OwnRedis {
  readonly port: number;
  readonly password: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts Redis on 127.0.0.1, in memory only.
 * @param port the same again after a crash; a free one by default
 * @param tls serves TLS alone, with this certificate
 */
export async function startOwnRedis(port?: number, tls?: KeyPair): Promise<OwnRedis> {
  const { findRedis, freePort, serverUser, startSupervised, temporaryFolder, waitUntilReady } =
    await import('../../tools/servers/index.mjs');
  let said = '';
  const program = await findRedis((line) => (said = line));
  if (program === undefined) throw new Error(said);
  const user = serverUser();
  const chosen = port ?? (await freePort());
  const password = randomBytes(18).toString('hex');
  const folder = join(temporaryFolder(user), `redis-${String(process.pid)}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const readable = (file: string, name: string): string => {
    const copy = join(folder, name);
    copyFileSync(file, copy);
    if (user !== undefined) chownSync(copy, user.uid, user.gid);
    return JSON.stringify(copy);
  };
  const server = startSupervised({
    command: program.command,
    args: ['-'],
    ...(program.argv0 === undefined ? {} : { argv0: program.argv0 }),
    input: [
      'bind 127.0.0.1',
      ...(tls === undefined
        ? [`port ${String(chosen)}`]
        : [
            'port 0',
            `tls-port ${String(chosen)}`,
            `tls-cert-file ${readable(tls.cert, 'cert.pem')}`,
            `tls-key-file ${readable(tls.key, 'key.pem')}`,
            'tls-auth-clients no',
            `tls-ca-cert-file ${readable(tls.cert, 'ca.pem')}`,
          ]),
      `requirepass ${password}`,
      'save ""',
      'appendonly no',
      'daemonize no',
      '',
    ].join('\n'),
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    logFile: join(folder, 'server.log'),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    remove: [folder],
  });
  await waitUntilReady(
    server,
    () =>
      new Promise<void>((done, failed) => {
        const line = createConnection(chosen, '127.0.0.1', () => {
          line.destroy();
          done();
        });
        line.on('error', failed);
      }),
  );
  return { port: chosen, password, stop: server.stop };
}

/** A PostgreSQL that serves TLS, has few connections, and may be killed. One fault at a time has it. */
export class SparePostgres {
  private server: Awaited<ReturnType<typeof Servers.startPostgres>> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly certificates: Certificates,
    private readonly folder: string,
  ) {}

  static async start(): Promise<SparePostgres> {
    const { serverUser, temporaryFolder } = await import('../../tools/servers/index.mjs');
    const user = serverUser();
    const name = `spare-${String(process.pid)}-${randomBytes(4).toString('hex')}`;
    const folder = join(temporaryFolder(user), name);
    mkdirSync(folder, { mode: 0o711 });
    const spare = new SparePostgres(makeCertificates(), folder);
    for (const [kind, pair] of Object.entries(spare.pairs()))
      for (const [part, file] of Object.entries(pair) as ['cert' | 'key', string][]) {
        const copy = join(folder, `${kind}.${part}`);
        copyFileSync(file, copy);
        if (user !== undefined) chownSync(copy, user.uid, user.gid);
      }
    copyFileSync(join(folder, 'server.cert'), join(folder, 'used.cert'));
    if (user !== undefined) chownSync(join(folder, 'used.cert'), user.uid, user.gid);
    await spare.up();
    await spare.run(`create role over_tls login password 'role-password'`);
    await spare.run(`create role plain login password 'role-password'`);
    await spare.run(
      `create view slow as select 1::bigint as id, 'shop.tasks'::text as task_module, 'send'::text as task_name, 'SCHEDULED'::text as status,
       now() - interval '1000 hours' as last_run from pg_sleep(30)`,
    );
    await spare.allowOverTlsOnly('over_tls');
    return spare;
  }

  private pairs(): Record<Certificate, KeyPair> {
    const { server, wrongName, expired, selfSigned } = this.certificates;
    return { server, wrongName, expired, selfSigned };
  }

  /** Starts it again after it was stopped or killed. */
  async up(): Promise<void> {
    const { startPostgres } = await import('../../tools/servers/index.mjs');
    // A server that was killed holds its memory until its last process has noticed.
    await this.down();
    for (let attempt = 1; ; attempt++) {
      try {
        this.server = await startPostgres({
          dataDir: this.folder,
          ...(this.server ? { port: this.server.port } : {}),
          settings: {
            ssl: 'on',
            ssl_cert_file: join(this.folder, 'used.cert'),
            ssl_key_file: join(this.folder, 'server.key'),
            max_connections: '10',
            shared_buffers: '8MB',
          },
        });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
        await new Promise((done) => setTimeout(done, 300));
      }
    }
  }

  /** Waits until it answers: when one of its processes is killed, the postmaster starts all of them anew. */
  async answers(): Promise<void> {
    const asked = (): Promise<true | undefined> =>
      this.run('select 1').then(
        () => true,
        () => undefined,
      );
    await until(asked);
  }

  async down(): Promise<void> {
    await this.server?.stop();
  }

  /** Waits for its turn. @returns what gives it back */
  async lend(): Promise<() => void> {
    const before = this.last;
    let giveBack = (): void => undefined;
    this.last = new Promise<void>((done) => (giveBack = done));
    await before;
    return giveBack;
  }

  /** Serves another certificate from the next connection on. */
  async serve(certificate: Certificate): Promise<void> {
    copyFileSync(join(this.folder, `${certificate}.cert`), join(this.folder, 'used.cert'));
    await this.reload();
  }

  private async reload(): Promise<void> {
    const [before] = await this.run('select pg_conf_load_time()::text as at, pg_reload_conf()');
    await until(async () => {
      const [now] = await this.run('select pg_conf_load_time()::text as at');
      return now?.at === before?.at ? undefined : true;
    });
  }

  url(user: 'superuser' | 'over_tls' | 'plain' = 'superuser', host = '127.0.0.1'): string {
    const url = new URL(this.server!.url);
    url.hostname = host;
    if (user !== 'superuser') {
      url.username = user;
      url.password = 'role-password';
    }
    return url.href;
  }

  get port(): number {
    return this.server!.port;
  }

  postmaster(): number {
    return Number(readFileSync(join(this.folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  async session(): Promise<Client> {
    const client = new Client({ connectionString: this.url(), application_name: 'test' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async run(sql: string): Promise<Record<string, unknown>[]> {
    const client = await this.session();
    try {
      const result = (await client.query<Record<string, unknown>>(sql)) as unknown as
        { rows: Record<string, unknown>[] } | { rows: Record<string, unknown>[] }[];
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    } finally {
      await client.end();
    }
  }

  private async allowOverTlsOnly(role: string): Promise<void> {
    const file = join(this.folder, 'cluster', 'pg_hba.conf');
    const rules = readFileSync(file, 'utf8');
    writeFileSync(file, `hostssl all ${role} all scram-sha-256\nhost all ${role} all reject\n${rules}`);
    await this.reload();
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export type Certificate = 'server' | 'wrongName' | 'expired' | 'selfSigned';
