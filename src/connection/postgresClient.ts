/** The only file that knows node-postgres. It is imported at the first connection, not on activation. */
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { cancelled, Problem } from '../diagnosis/problem';
import type { Row, Snapshot, SnapshotSource } from '../scan/snapshot';
import { CLIENT_NAME } from '../diagnosis/clientName';
import { sendCancelRequest } from './cancelRequest';
import { toPostgresProblem } from './postgresProblem';
import { postgresAddress, type PostgresTarget } from './postgresUrl';

export interface PostgresOptions {
  /** The server ends any statement of ours that takes longer. */
  readonly statementTimeoutMs: number;
  /** For each connection attempt. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 15_000;
const GRACE_MS = 3000;
/** After a request to cancel, until the next one. */
const CANCEL_AGAIN_MS = 200;

/**
 * Opens read-only snapshots of one database.
 * Nothing is connected before `read`; each `read` has a connection of its own and closes it.
 */
export function postgresSnapshots(target: PostgresTarget, options: PostgresOptions): SnapshotSource {
  return {
    address: postgresAddress(target),
    async read(work, signal) {
      const session = new Session(target, options, signal);
      try {
        const snapshot = await session.begin();
        return await work(snapshot);
      } catch (error) {
        if (signal.aborted) throw cancelled();
        throw toPostgresProblem(error, target);
      } finally {
        await session.close();
      }
    },
  };
}

/** The driver's own fields that its types leave out; both are set once the server has let us in. */
interface SessionKeys {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

class Session {
  private client: Client | undefined;
  private socket: Socket | undefined;
  private busy = false;
  private stopping: Promise<void> | undefined;
  private readonly onAbort = (): void => {
    this.stopping = this.stop();
  };

  constructor(
    private readonly target: PostgresTarget,
    private readonly options: PostgresOptions,
    private readonly signal: AbortSignal,
  ) {}

  async begin(): Promise<Snapshot> {
    if (this.signal.aborted) throw cancelled();
    this.signal.addEventListener('abort', this.onAbort, { once: true });
    this.client = await this.connect();
    await this.run(beginSnapshot(this.options.statementTimeoutMs));
    await this.notice(WATCH_THE_LINE);
    return { query: (text, values) => this.run(text, values) };
  }

  /** Ends the session; the transaction, which wrote nothing, ends with it. */
  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.onAbort);
    await this.stopping;
    const ended = this.client?.end().catch(() => undefined);
    let patience: NodeJS.Timeout | undefined;
    await Promise.race([ended, new Promise((done) => (patience = setTimeout(done, GRACE_MS).unref()))]);
    clearTimeout(patience);
    this.socket?.destroy();
  }

  private async run(text: string, values?: readonly unknown[]): Promise<Row[]> {
    if (this.signal.aborted) throw cancelled();
    if (!this.client) throw new Error('not connected');
    this.busy = true;
    try {
      const result = await this.client.query<Record<string, string | null>>(text, values && [...values]);
      return result.rows;
    } finally {
      this.busy = false;
    }
  }

  /** Runs a setting that an old or unusual server may refuse, without spoiling the transaction. */
  private async notice(setting: string): Promise<void> {
    try {
      await this.run(`savepoint setting; ${setting}; release savepoint setting`);
    } catch (error) {
      if (this.signal.aborted) throw error;
      await this.run('rollback to savepoint setting');
    }
  }

  private async stop(): Promise<void> {
    const keys = this.client as unknown as SessionKeys | undefined;
    if (this.busy && keys?.processID != null && keys.secretKey != null) {
      // To the very server that answered: behind one name there may be several.
      const host = this.socket?.remoteAddress ?? this.target.host;
      const giveUpAt = performance.now() + GRACE_MS;
      // Again and again: a request that comes while the server is still parsing is ignored, as one between two commands is.
      while (this.isBusy() && performance.now() < giveUpAt) {
        await sendCancelRequest({ host, port: this.target.port }, keys.processID, keys.secretKey);
        for (let waited = 0; this.isBusy() && waited < CANCEL_AGAIN_MS; waited += 20) await delay(20);
      }
    }
    if (this.isBusy() || !this.client) this.socket?.destroy();
  }

  private isBusy(): boolean {
    return this.busy;
  }

  /** Tries what sslmode allows, in libpq's order, and leaves out start-up options where a pooler refuses them. */
  private async connect(): Promise<Client> {
    const tlsForms = await tlsVariants(this.target);
    let withOptions = true;
    for (let form = 0; ;) {
      try {
        return await this.attempt(tlsForms[form] ?? false, withOptions);
      } catch (error) {
        if (this.signal.aborted) throw error;
        const message = error instanceof Error ? error.message : '';
        if (withOptions && /startup param|start-up param|options/i.test(message)) withOptions = false;
        else if (form + 1 < tlsForms.length && isAboutTls(error, message)) form++;
        else throw error;
      }
    }
  }

  private async attempt(ssl: ConnectionOptions | false, withOptions: boolean): Promise<Client> {
    const pg = await import('pg');
    // Cancelled before there was a socket to close.
    if (this.signal.aborted) throw cancelled();
    const socket = new Socket();
    this.socket = socket;
    const config: ClientConfig = {
      host: this.target.host,
      port: this.target.port,
      database: this.target.database,
      user: this.target.user,
      ...(this.target.password === undefined ? {} : { password: this.target.password }),
      ssl,
      stream: () => socket,
      keepAlive: true,
      application_name: CLIENT_NAME,
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      // The server's own timeout comes first; this one is for a server that stopped answering at all.
      query_timeout: this.options.statementTimeoutMs + 10_000,
      // A second lock on the door: even a statement outside our transaction could not write. PgBouncer refuses start-up
      // options, and a SET there would leak into the sessions of other clients, so there the transaction alone is the lock.
      ...(withOptions ? { options: '-c default_transaction_read_only=on' } : {}),
      types: { getTypeParser: () => (text: string | Buffer) => text },
    };
    const client = new pg.default.Client(config);
    // A lost connection rejects the running query too; without a listener the event would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

/** One round trip. `set local` dies with the transaction: behind a pooler nothing of ours stays in a shared session. */
function beginSnapshot(statementTimeoutMs: number): string {
  return `begin isolation level repeatable read read only;
    set local statement_timeout = ${String(Math.round(statementTimeoutMs))};
    set local lock_timeout = '3s';
    set local idle_in_transaction_session_timeout = '60s';
    set local timezone = 'UTC';
    set local extra_float_digits = 1;
    set local standard_conforming_strings = on`;
}

/** PostgreSQL 14 and later notice that we are gone (laptop asleep, editor killed) and end our query by themselves. */
const WATCH_THE_LINE = `select set_config('client_connection_check_interval', '5s', true)
  where current_setting('server_version_num')::int >= 140000`;

function isAboutTls(error: unknown, message: string): boolean {
  return /SSL|TLS|certificate/i.test(message) || (error as { code?: string }).code === '28000';
}

/** What libpq would try for each sslmode, in order. */
async function tlsVariants(target: PostgresTarget): Promise<(ConnectionOptions | false)[]> {
  if (target.host.startsWith('/')) return [false];
  const unchecked: ConnectionOptions = { rejectUnauthorized: false };
  switch (target.sslMode) {
    case 'disable':
      return [false];
    case 'allow':
      return [false, unchecked];
    case 'prefer':
      return [unchecked, false];
    case 'require':
      return [target.sslRootCert === undefined ? unchecked : { ...(await rootCertificates(target)), ...anyName }];
    case 'verify-ca':
      return [{ ...(await rootCertificates(target)), ...anyName }];
    case 'verify-full':
      return [await rootCertificates(target)];
  }
}

/** verify-ca checks who signed the certificate, not whose it is. */
const anyName: ConnectionOptions = { checkServerIdentity: () => undefined };

async function rootCertificates(target: PostgresTarget): Promise<ConnectionOptions> {
  const path = target.sslRootCert;
  if (path === undefined || path === 'system') return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: await readFile(path, 'utf8') };
  } catch (error) {
    throw new Problem('tls', `The root certificate ${path} cannot be read: check sslrootcert.`, { cause: error });
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
