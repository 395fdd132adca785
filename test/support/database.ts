import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { CLIENT_NAME } from '../../src/base/clientName';
import { canary } from './canary';

const ROLE_PASSWORD = canary('role');

/** A database of one test file's own on a test server, with a superuser's session in it. */
export class TestDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    readonly client: Client,
    readonly majorVersion: number,
    private readonly serverUrl: string,
    private readonly roles: string[] = [],
  ) {}

  /** @param encoding of its texts; by default the server's, UTF8 */
  static async create(serverUrl: string, encoding?: string): Promise<TestDatabase> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    const major = await withClient(serverUrl, async (client) => {
      const { rows } = await client.query<{ v: string }>("select current_setting('server_version_num') as v");
      const version = Math.floor(Number(rows[0]!.v) / 10_000);
      const locale = `lc_collate 'C' lc_ctype 'C'${version < 15 ? '' : ' locale_provider libc'}`;
      await client.query(
        `create database ${name}${encoding ? ` encoding '${encoding}' ${locale} template template0` : ''}`,
      );
      return version;
    });
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return new TestDatabase(name, url.href, await connect(url.href), major, serverUrl);
  }

  /** A new session in a database that is there already, for what follows a server's death; not for `drop`. */
  static async attach(url: string): Promise<TestDatabase> {
    return new TestDatabase(new URL(url).pathname.slice(1), url, await connect(url), 0, url);
  }

  async drop(): Promise<void> {
    await this.client.end();
    await withClient(this.serverUrl, async (client) => {
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [this.name]);
      await client.query(`drop database ${this.name}`);
      for (const role of this.roles) await client.query(`drop role ${role}`);
    });
  }

  async run(sql: string, values?: unknown[]): Promise<void> {
    await this.client.query(sql, values);
  }

  async rows<T extends QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]> {
    return (await this.client.query<T>(sql, values)).rows;
  }

  /** The first column of the first row, as text. */
  async value(sql: string, values?: unknown[]): Promise<string | undefined> {
    const { rows } = await this.client.query<unknown[]>({ text: sql, values: values ?? [], rowMode: 'array' });
    const first = rows[0]?.[0];
    if (first == null) return undefined;
    return typeof first === 'string' ? first : JSON.stringify(first);
  }

  /** A role with nothing but the right to connect. It is dropped with the database. */
  async createRole(): Promise<string> {
    const role = `role_${randomBytes(6).toString('hex')}`;
    await this.run(`create role ${role} login password '${ROLE_PASSWORD}'`);
    this.roles.push(role);
    return role;
  }

  urlAs(role: string, password = ROLE_PASSWORD): string {
    const url = new URL(this.url);
    url.username = role;
    url.password = password;
    return url.href;
  }

  /** Another session, closed by the caller. */
  session(): Promise<Client> {
    return connect(this.url);
  }

  /** What our own sessions run at this moment in this database. */
  async ourSessions(): Promise<{ pid: number; state: string; query: string }[]> {
    return this.rows(
      `select pid, state, query from pg_stat_activity
        where datname = current_database() and application_name = $1`,
      [CLIENT_NAME],
    );
  }

  /** Waits until one of our sessions runs a statement with `text` in it. @returns its process id */
  async untilRunning(text: string): Promise<number> {
    return until(
      async () => (await this.ourSessions()).find((s) => s.state === 'active' && s.query.includes(text))?.pid,
    );
  }

  /** Fails when a session of ours is left; a closed one needs a moment to go. */
  async assertNothingLeft(): Promise<void> {
    await until(async () => (await this.ourSessions()).length === 0 || undefined).catch(async () => {
      throw new Error(`sessions of ours are left: ${JSON.stringify(await this.ourSessions())}`);
    });
  }
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>, patienceMs = 10_000): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`nothing within ${String(patienceMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'test' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs `work` as another client of the server, and ends its session. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'test' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
