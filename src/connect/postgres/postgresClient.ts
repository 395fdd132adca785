/** The only file that knows node-postgres. It is imported at the first connection, not on activation. */
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { cancelled, Problem } from '../../base/problem';
import type { Row, Snapshot, SnapshotSource } from '../../ports/database';
import { UNMETERED, type Meter, type Traffic } from '../../ports/meter';
import { CLIENT_NAME } from '../../base/clientName';
import { beginSnapshot, WATCH_THE_LINE } from './beginSnapshot';
import { sendCancelRequest } from './cancelRequest';
import type { Authentication, SessionKeys, StartUp } from './driverFields';
import { FirstAnswer } from './firstAnswer';
import { askedTwice, authProblem, watchAuthentication, type Asked } from './postgresAuthentication';
import { firstUsable } from './postgresFailover';
import type { PostgresHost } from './postgresHosts';
import { postgresPassword, type PasswordSources } from './postgresPassword';
import { unusedNote } from './postgresOptions';
import { noPassword, toPostgresProblem, type TimeLimit } from './postgresProblem';
import { refusesStartUp, settingProblem, startUpForms, startUpProblem } from './postgresStartUp';
import { clearerFailure, directProblem, isAboutTls, tlsAttempts } from './postgresTls';
import { rememberTarget } from '../rememberSecrets';
import { atServer, postgresAddress, type PostgresTarget } from './postgresUrl';

export interface PostgresOptions {
  /** The server ends any statement of ours that takes longer. */
  readonly statementTimeoutMs: number;
  /** For each connection attempt, where the URL has no `connect_timeout`. */
  readonly connectTimeoutMs?: number;
  /** Where a password that is not in the target may come from. By default this process's environment, and the server is not trusted. */
  readonly passwords?: Partial<PasswordSources>;
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
  rememberTarget(target);
  const note = unusedNote(target.unused);
  return {
    address: postgresAddress(target),
    ...(note === undefined ? {} : { note }),
    async read(work, signal, meter = UNMETERED) {
      const session = new Session(target, options, signal, meter);
      const counted = meter.opened('postgres', () => session.traffic);
      try {
        const snapshot = await session.begin();
        return await work(snapshot);
      } catch (error) {
        if (signal.aborted) throw cancelled();
        throw toPostgresProblem(error, target, session.limit);
      } finally {
        counted();
        await session.close();
      }
    },
  };
}

class Session {
  private client: Client | undefined;
  private socket: Socket | undefined;
  private reached: PostgresHost;
  /** The one that was sent, and those in the line behind it. */
  private underWay = 0;
  private readonly line: (() => void)[] = [];
  private closed = false;
  private allowedMs: number;
  /** Queries of `snapshot`, and rows of their answers. */
  private readonly counts = { asked: 0, rows: 0 };
  private stopping: Promise<void> | undefined;
  private readonly onAbort = (): void => {
    this.stopping = this.stop();
  };

  constructor(
    private readonly target: PostgresTarget,
    private readonly options: PostgresOptions,
    private readonly signal: AbortSignal,
    private readonly meter: Meter,
  ) {
    this.allowedMs = options.statementTimeoutMs;
    this.reached = target;
  }

  get limit(): TimeLimit {
    return { nowMs: this.allowedMs, mostMs: this.options.statementTimeoutMs };
  }

  /** Without the statements that open and end the transaction; with all bytes. */
  get traffic(): Traffic {
    return { ...this.counts, receivedBytes: this.socket?.bytesRead ?? 0 };
  }

  async begin(): Promise<Snapshot> {
    if (this.signal.aborted) throw cancelled();
    this.signal.addEventListener('abort', this.onAbort, { once: true });
    this.client = await this.connect();
    await this.run(beginSnapshot(this.options.statementTimeoutMs));
    const { searchPath, settings = [] } = this.target;
    if (searchPath !== undefined) await this.set('search_path', searchPath);
    for (const [name, value] of settings) await this.set(name, value);
    await this.notice(WATCH_THE_LINE);
    return this.snapshot();
  }

  /** For the transaction only: behind a pooler nothing of ours stays in a shared session. */
  private async set(name: string, value: string): Promise<void> {
    try {
      await this.run('select set_config($1, $2, true)', [name, value]);
    } catch (error) {
      throw this.signal.aborted ? error : settingProblem(error, this.target, name);
    }
  }

  private snapshot(): Snapshot {
    return {
      query: async (text, values) => {
        this.counts.asked++;
        const rows = await this.meter.waits('postgres', () => this.run(text, values), text);
        this.counts.rows += rows.length;
        return rows;
      },
      limitTime: (budget) => this.limitTime(budget),
    };
  }

  private async limitTime(budget: (mostMs: number) => number): Promise<void> {
    const most = this.options.statementTimeoutMs;
    const allowed = Math.round(Math.min(most, budget(most)));
    if (allowed === this.allowedMs) return;
    await this.run(`set local statement_timeout = ${String(allowed)}`);
    this.allowedMs = allowed;
  }

  /**
   * Ends the transaction, which wrote nothing, and the session. Behind a pooler the server's session is another client's next; one
   * that is left in a transaction would be thrown away and cost a new one.
   */
  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.onAbort);
    await this.stopping;
    this.closed = true;
    await this.leave(this.client);
  }

  /** In time, also where the line is dead. */
  private async leave(client: Client | undefined): Promise<void> {
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise((done) => (patience = setTimeout(done, GRACE_MS).unref()));
    await Promise.race([client && this.whenIdle().then(() => endSession(client)), late]);
    clearTimeout(patience);
    this.socket?.destroy();
  }

  /** When the last statement has ended: one that is no longer waited for may still run. */
  private async whenIdle(): Promise<void> {
    while (this.isBusy() && this.socket?.destroyed === false) await delay(20);
  }

  private async run(text: string, values?: readonly unknown[]): Promise<Row[]> {
    if (this.signal.aborted) throw cancelled();
    if (!this.client) throw new Error('not connected');
    // One after the other: what is asked while another is under way is sent the moment that one has ended, before anybody reads its answer.
    if (this.underWay++ > 0) await new Promise<void>((turn) => this.line.push(turn));
    try {
      if (this.isOver()) throw cancelled();
      const result = await this.client.query<Record<string, string | null>>(text, values && [...values]);
      // Several statements in one message (settings) give a list of results, which its types leave out.
      return (result as { readonly rows?: Row[] }).rows ?? [];
    } finally {
      this.underWay--;
      this.line.shift()?.();
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
    if (this.isBusy() && keys?.processID != null && keys.secretKey != null) {
      // To the very server that answered: behind one name there may be several.
      const host = this.socket?.remoteAddress ?? this.reached.host;
      const giveUpAt = performance.now() + GRACE_MS;
      // Again and again: a request that comes while the server is still parsing is ignored, as one between two commands is.
      while (this.isBusy() && performance.now() < giveUpAt) {
        await sendCancelRequest({ host, port: this.reached.port }, keys.processID, keys.secretKey);
        for (let waited = 0; this.isBusy() && waited < CANCEL_AGAIN_MS; waited += 20) await delay(20);
      }
    }
    if (this.isBusy() || !this.client) this.socket?.destroy();
  }

  /** Asked again where time has passed. */
  private isOver(): boolean {
    return this.signal.aborted || this.closed;
  }

  private isBusy(): boolean {
    return this.underWay > 0;
  }

  /** The first of the servers that can be used. */
  private connect(): Promise<Client> {
    return firstUsable(this.target, this.signal, async (host) => {
      const client = await this.reach(host);
      const standby = async (): Promise<boolean> => {
        const { rows } = await client.query<{ standby: string }>('select pg_is_in_recovery() as standby');
        return rows[0]?.standby === 't';
      };
      return { client, standby, leave: () => this.leave(client) };
    });
  }

  /** Tries what sslmode allows, in libpq's order, and leaves out start-up options where a pooler refuses them. */
  private async reach(host: PostgresHost): Promise<Client> {
    const tlsForms = await tlsAttempts(this.target, host.host);
    const startUps = startUpForms(this.target, this.options.statementTimeoutMs);
    let startUp = 0;
    let before: unknown;
    for (let form = 0; ;) {
      try {
        return await this.attempt(host, tlsForms[form] ?? false, startUps[startUp]);
      } catch (error) {
        if (this.signal.aborted) throw error;
        if (startUp + 1 < startUps.length && refusesStartUp(error, this.target)) startUp++;
        else if (form + 1 < tlsForms.length && isAboutTls(error)) {
          before = error;
          form++;
        } else {
          const failure = form === 0 ? error : clearerFailure(before, error, tlsForms[0] !== false);
          const at = atServer(this.target, host);
          throw directProblem(failure, at) ?? startUpProblem(failure, at) ?? failure;
        }
      }
    }
  }

  private async attempt(
    host: PostgresHost,
    ssl: ConnectionOptions | false,
    startUp: string | undefined,
  ): Promise<Client> {
    const pg = await import('pg');
    // Cancelled before there was a socket to close.
    if (this.signal.aborted) throw cancelled();
    const socket = socketTo(host.address);
    const begins = ssl === false ? 'plain' : this.target.sslNegotiation === 'direct' ? 'direct' : 'asked';
    const answer = new FirstAnswer(socket, begins);
    this.socket = socket;
    this.reached = host;
    const { channelBinding, requireAuth, sslNegotiation } = this.target;
    const config: ClientConfig = {
      host: host.host,
      port: host.port,
      database: this.target.database,
      user: this.target.user,
      // A function, always: without a password the driver would take PGPASSWORD and the password file for any server.
      password: () => this.password(host, asked),
      ssl,
      // Said in any case: the driver would look for PGSSLNEGOTIATION.
      sslnegotiation: ssl === false ? 'postgres' : (sslNegotiation ?? 'postgres'),
      enableChannelBinding: ssl !== false && channelBinding !== undefined,
      stream: () => socket,
      keepAlive: true,
      application_name: CLIENT_NAME,
      connectionTimeoutMillis: this.target.connectTimeoutMs ?? this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      // The server's own timeout comes first; this one is for a server that stopped answering at all.
      query_timeout: this.options.statementTimeoutMs + 10_000,
      types: { getTypeParser: () => (text: string | Buffer) => text },
    };
    const client = new pg.default.Client(config);
    const authentication = client as unknown as Authentication;
    const asked = watchAuthentication(authentication.connection, () => {
      if (channelBinding === 'require' || requireAuth) authentication.connection.stream.destroy(askedTwice(host));
    });
    // The driver also looks for start-up options in PGOPTIONS, PGREPLICATION and PGCLIENTENCODING: none of them is meant for us.
    // Ours is a second lock on the door: even a statement outside our transaction could not write. PgBouncer refuses start-up
    // options, and a SET there would leak into the sessions of other clients, so there the transaction alone is the lock.
    Object.assign((client as unknown as StartUp).connectionParameters, {
      options: startUp,
      replication: undefined,
      client_encoding: 'UTF8',
    } satisfies StartUp['connectionParameters']);
    // A lost connection rejects the running query too; without a listener the event would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      // SCRAM proves the server too: one that let us in before it did so has not kept its part.
      const bound = asked.bound && authentication.saslSession === null;
      const problem = authProblem(atServer(this.target, host), { ...asked, bound });
      if (problem) throw problem;
      return client;
    } catch (error) {
      socket.destroy();
      if (this.isOver() || error instanceof Problem) throw error;
      throw await answer.reason(error, { ...host, host: host.address ?? host.host });
    }
  }

  /** Called when the server asks for one. */
  private async password(host: PostgresHost, asked: Asked): Promise<string> {
    const problem = authProblem(atServer(this.target, host), asked);
    if (problem) throw problem;
    const { environment = process.env, namedByPerson = false } = this.options.passwords ?? {};
    const password = await postgresPassword(this.target, host, { environment, namedByPerson });
    if (password === undefined) throw noPassword(atServer(this.target, host));
    rememberTarget({ ...this.target, password });
    return password;
  }
}

/** A line that goes to `address`, whatever name the driver connects to and checks the certificate for. */
function socketTo(address: string | undefined): Socket {
  const socket = new Socket();
  if (address === undefined) return socket;
  const connect = socket.connect.bind(socket) as (port: number, host: string) => Socket;
  return Object.assign(socket, { connect: (port: number) => connect(port, address) });
}

async function endSession(client: Client): Promise<void> {
  await client.query('rollback').catch(() => undefined);
  await client.end().catch(() => undefined);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
