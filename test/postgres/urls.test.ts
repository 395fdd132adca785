import assert from 'node:assert/strict';
import { postgresSnapshots } from '../../src/connect/postgres/postgresClient';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { findTable } from '../../src/tables/findTable';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { startOwnPostgres } from '../support/ownPostgres';
import { problemOf } from '../support/problems';
import { reportedCases } from '../support/reported';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { listen, pipeTo } from '../support/sockets';
import { startUpProxy, type Refusal, type StartUp } from '../support/startUp';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

type Variables = Readonly<Record<string, string>>;

/** What begins a session with this limit. */
const ours = (statementTimeoutMs: number): string =>
  `-c default_transaction_read_only=on -c statement_timeout=${String(statementTimeoutMs)}`;

describePostgres('a URL as people have it', (serverUrl) => {
  const { hostname: host, port } = new URL(serverUrl);
  const server = { host, port: Number(port) };
  let database: TestDatabase;
  let role: string;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{}]);
    role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}`);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  /** While these are variables of the process. */
  const withVariables = async (variables: Variables, work: () => Promise<unknown>): Promise<void> => {
    const kept = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      await work();
    } finally {
      for (const [name, value] of kept)
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  };
  /** As the role, with options that stand there as they are. */
  const url = (options: string, at: number = server.port): string => {
    const made = new URL(database.urlAs(role));
    made.port = String(at);
    return `${made.href}?${options}`;
  };
  const one = async (target: string, sql: string): Promise<string | null | undefined> => {
    const rows = await inSnapshot(target, (snapshot) => snapshot.query(`select (${sql})::text as one`));
    return rows[0]?.one;
  };

  interface AsksForTls {
    readonly case: string;
    readonly url: string;
    readonly environment?: Variables;
    readonly tlsRequired: boolean;
  }
  const asking: AsksForTls[] = [
    ...(reportedCases('url-asks-for-tls') as AsksForTls[]),
    { case: 'tls=1', url: 'postgres://HOST/shop?tls=1', tlsRequired: true },
    { case: 'sslaccept=strict', url: 'postgres://HOST/shop?sslaccept=strict', tlsRequired: true },
    { case: 'sslnegotiation=direct', url: 'postgres://HOST/shop?sslnegotiation=direct', tlsRequired: true },
    { case: 'PGREQUIRESSL', url: 'postgres://HOST/shop', environment: { PGREQUIRESSL: '1' }, tlsRequired: true },
    {
      case: 'PGCHANNELBINDING',
      url: 'postgres://HOST/shop',
      environment: { PGCHANNELBINDING: 'require' },
      tlsRequired: true,
    },
    { case: 'sslmode=allow', url: 'postgres://HOST/shop?sslmode=allow', tlsRequired: false },
  ];
  for (const { case: name, url: reported, environment = {}, tlsRequired } of asking) {
    it(`${tlsRequired ? 'never goes' : 'may go'} over an open line: ${name}`, async () => {
      const options = reported.split('?')[1] ?? '';
      const sent: Buffer[] = [];
      const wire = await listen((line) => {
        line.on('data', (chunk: Buffer) => sent.push(chunk));
        pipeTo(line, server);
      });
      try {
        await withVariables(environment, async () => {
          if (!tlsRequired) {
            assert.equal((await check(url(options, wire.port))).taskTypes.length, 1);
            return;
          }
          const { message } = await problemOf(() => check(url(options, wire.port)), 'tls');
          assert.match(message, /doesn't support TLS, which \S+ requires|doesn't support sslnegotiation/);
          // 8 bytes ask for TLS; a start-up message would name the role.
          assert.ok(!Buffer.concat(sent).includes(role), 'nothing was said over the open line');
        });
      } finally {
        await wire.close();
      }
    });
  }

  it('decides what the driver would read from the environment by itself', async () => {
    const startUps: StartUp[] = [];
    const proxy = await startUpProxy(server, (startUp) => {
      startUps.push(startUp);
      return startUp;
    });
    const variables = {
      PGSSLNEGOTIATION: 'direct',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c no_such_setting=1',
      PGAPPNAME: 'other',
      PGCLIENTENCODING: 'LATIN1',
      PGREPLICATION: 'database',
      PGBINARY: '1',
      PGDATABASE: 'nowhere',
      PGUSER: 'nobody',
      PGPASSWORD: canary('other'),
      PGHOST: 'nowhere.invalid',
      PGPORT: '1',
      PGCONNECT_TIMEOUT: '1',
      NODE_PG_FORCE_NATIVE: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    try {
      // What the person's variables say was decided before: here, nothing.
      const target = parsePostgresUrl(url('', proxy.port), 'URL', {});
      await withVariables(variables, () =>
        postgresSnapshots(target, { statementTimeoutMs: 10_000 }).read(
          (snapshot) => findTable(snapshot, TABLE),
          new AbortController().signal,
        ),
      );
    } finally {
      await proxy.close();
    }
    assert.equal(startUps.length, 1);
    const { application_name, ...rest } = startUps[0]!;
    assert.notEqual(application_name, 'other');
    assert.deepEqual(rest, {
      user: role,
      database: database.name,
      options: ours(10_000),
      client_encoding: 'UTF8',
    });
  });

  it('is refused in one sentence where a variable for TLS cannot be read', async () => {
    await withVariables({ PGSSLNEGOTIATION: 'fast' }, async () => {
      const { message } = await problemOf(() => check(url('')), 'invalid');
      assert.match(message, /PGSSLNEGOTIATION=fast/);
    });
  });

  it('leads to the address that stands beside its host', async () => {
    const made = new URL(url(`hostaddr=${host}`));
    made.hostname = 'name-of-nobody.invalid';
    assert.equal((await check(made.href)).taskTypes.length, 1);
    made.search = `?hostaddr=127.0.0.1`;
    made.port = '1';
    const { message } = await problemOf(() => check(made.href), 'refused');
    assert.match(message, /name-of-nobody\.invalid \(127\.0\.0\.1\):1/);
  });

  interface ServerOptions {
    readonly case: string;
    readonly url: string;
    readonly startup: string | null;
  }
  const routed: ServerOptions[] = [
    ...(reportedCases('url-server-options') as ServerOptions[]).filter(({ startup }) => startup !== null),
    {
      case: 'beside a schema',
      url: 'postgres://HOST/?options=-c%20search_path%3Dpublic%20endpoint%3Dep-2',
      startup: 'endpoint=ep-2',
    },
  ];
  /** Lets in who says where to, as a proxy of a hosted database does. */
  const routedBy = async (
    word: string,
    accepts: (options: string) => Refusal | undefined,
    options: string,
  ): Promise<string[]> => {
    const seen: string[] = [];
    const proxy = await startUpProxy(server, ({ options: said = '', ...rest }) => {
      seen.push(said);
      const left = said.split(' ').filter((one) => one !== word);
      const refusal =
        left.length === said.split(' ').length
          ? { code: 'XX000', message: 'Endpoint ID is not specified' }
          : accepts(said);
      return refusal ?? { ...rest, ...(left.length === 0 ? {} : { options: left.join(' ') }) };
    });
    try {
      assert.equal((await check(url(options, proxy.port))).taskTypes.length, 1);
      return seen;
    } finally {
      await proxy.close();
    }
  };
  for (const { case: name, url: reported, startup } of routed) {
    it(`is routed by its options: ${name}`, async () => {
      const options = reported.split('?')[1]!;
      const seen = await routedBy(startup!, () => undefined, options);
      assert.deepEqual(seen, [`${startup!} ${ours(60_000)}`]);
      // PgBouncer behind it, which refuses options that it does not know.
      const refuses = (said: string): Refusal | undefined =>
        said === startup
          ? undefined
          : { code: '08P01', message: 'unsupported startup parameter in options: default_transaction_read_only' };
      assert.equal((await routedBy(startup!, refuses, options)).at(-1), startup);
      // Supabase's pooler takes all of it for the reference.
      const whole = (said: string): Refusal | undefined =>
        said === startup ? undefined : { code: 'XX000', message: 'Tenant or user not found' };
      assert.equal((await routedBy(startup!, whole, options)).at(-1), startup);
    });
  }

  it('is told that a server itself does not route', async () => {
    const { message } = await problemOf(() => check(url('options=endpoint%3Dep-1')), 'refused');
    assert.match(message, /rejects the connection's options \(endpoint=ep-1\)/);
  });

  it('takes the role and the schema of its options', async () => {
    const readonly = `${role}_readonly`;
    await database.run(`create schema tenant1`);
    await database.run(`create table tenant1.${TABLE} (like public.${TABLE})`);
    await database.run(`create role ${readonly} nologin`);
    try {
      await database.run(`grant ${readonly} to ${role}`);
      await database.run(`grant usage on schema tenant1 to ${readonly}`);
      await database.run(`grant select on tenant1.${TABLE} to ${readonly}`);
      const options = `options=-c%20search_path%3Dtenant1%20-c%20role%3D${readonly}`;
      assert.equal(await one(url(options), 'current_user'), readonly);
      assert.equal((await check(url(options))).taskTypes.length, 0, 'the empty table of tenant1');
      assert.equal(await one(url(`currentSchema=tenant1`), `current_setting('search_path')`), 'tenant1');
    } finally {
      await database.run(`drop owned by ${readonly}`);
      await database.run(`drop role ${readonly}`);
    }
    const { message } = await problemOf(() => check(url('options=-c%20role%3Dpostgres')), 'permission');
    assert.match(message, /doesn't let user role_\w+ set role .*permission denied/);
  });

  it('shows row security the setting that its options have', async () => {
    await database.run(`create policy tenant on ${TABLE} using (status = current_setting('shop.status', true))`);
    await database.run(`alter table ${TABLE} enable row level security`);
    try {
      const option = (status: string): string => `options=-c%20shop.status%3D${status}`;
      assert.equal((await check(url(option('SCHEDULED')))).taskTypes.length, 1);
      assert.equal((await check(url(option('DONE')))).taskTypes.length, 0);
    } finally {
      await database.run(`alter table ${TABLE} disable row level security`);
      await database.run(`drop policy tenant on ${TABLE}`);
    }
  });

  it('is still read-only, whatever its options say', async () => {
    for (const options of ['-c default_transaction_read_only=off', '--default-transaction-read-only=off'])
      assert.equal(
        await one(url(`options=${encodeURIComponent(options)}`), `current_setting('default_transaction_read_only')`),
        'on',
      );
  });

  it('has its unused options named in what a check found', async () => {
    const { sources } = await check(url('failover=on&application_name=me&options=-c%20session_preload_libraries%3Dx'));
    const { state, detail } = sources[0]!;
    // Other tests have tables of the same name in other schemas of this server's database.
    assert.notEqual(state, 'unavailable');
    assert.match(detail, /options that the check does not use: failover, options=-c session_preload_libraries\b/);
  });
});

describe('a URL without a host', function () {
  this.timeout(60_000);

  it('leads to the socket that is there', async () => {
    const own = await startOwnPostgres({ unix_socket_directories: '/tmp', listen_addresses: '127.0.0.1' });
    try {
      const { password } = new URL(own.url);
      const options = `port=${String(own.port)}`;
      for (const target of [
        `postgres://postgres:${password}@/postgres?${options}`,
        `postgres://postgres:${password}@//tmp/postgres?${options}`,
        `postgres://postgres:${password}@/postgres?unix_sock=/tmp/.s.PGSQL.${String(own.port)}`,
        `postgres://postgres:${password}@%2Ftmp:${String(own.port)}/postgres?ssl=true`,
      ]) {
        const rows = await inSnapshot(target, (snapshot) =>
          snapshot.query('select inet_server_addr()::text as address'),
        );
        assert.deepEqual(rows, [{ address: null }], 'over the socket');
      }
      const bound = `postgres://postgres:${password}@//tmp/postgres?${options}&channel_binding=require`;
      const { message } = await problemOf(() => check(bound), 'tls');
      assert.match(message, /socket has no TLS/);
    } finally {
      await own.stop();
    }
  });
});
