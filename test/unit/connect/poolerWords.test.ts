import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toPostgresProblem } from '../../../src/connect/postgres/postgresProblem';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import type { ProblemKind } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';

const TARGET = parsePostgresUrl('postgres://bob@pooler.example.com:6543/shop', 'DATABASE_URL');

interface Kind {
  readonly kind: ProblemKind;
  /** The cure. */
  readonly cure: RegExp;
  /** SQLSTATE and message, as servers, poolers and hosts are known to send them. */
  readonly said: readonly (readonly [string, string])[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  'which endpoint is meant': {
    kind: 'authentication',
    cure: /options=endpoint%3D<endpoint-id>/,
    said: [
      [
        '08P01',
        'The endpoint ID is not specified. Either upgrade the Postgres client library (libpq) for SNI support or pass the endpoint ID (the first part of the domain name) as a parameter',
      ],
      ['08P01', "Inconsistent project name inferred from SNI ('ep-one') and project option ('ep-two')."],
      ['08004', 'codeParamsRoutingFailed: rejected by BackendConfigFromParams: Invalid cluster name'],
      ['08004', 'missing cluster identifier'],
    ],
  },
  'a user or project that the pooler does not know': {
    kind: 'authentication',
    cure: /the user, which contains the project/,
    said: [
      ['XX000', 'Tenant or user not found'],
      ['XX000', '(ENOTFOUND) tenant/user postgres.abcdefghij not found'],
      ['XX000', '(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)'],
      ['XX000', 'Authentication error, reason: "Invalid format for user or db_name"'],
      ['3D000', "odyssey: cc3deab3a28e8: route for 'shop.bob' is not found"],
      ['58000', 'No pool configured for database: "shop", user: "bob"'],
      [
        '28000',
        'Invalid Username specified. Please check the Username and retry connection. The Username should be in <username@hostname> format.',
      ],
      [
        'XX000',
        "the requested endpoint could not be found, or you don't have access to it. Please check the provided ID and try again.",
      ],
    ],
  },
  'a full pool': {
    kind: 'too-many-connections',
    cure: /no free connection .*\. Close some, raise its pool size/,
    said: [
      ['XX000', 'MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size'],
      ['XX000', '(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15'],
      ['XX000', 'Max client connections reached'],
      ['XX000', 'Max pools count reached'],
      ['XX000', '(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 15000ms in Session mode'],
      ['XX000', 'Unable to check out connection from the pool due to timeout'],
      ['08P01', 'no more connections allowed (max_client_conn)'],
      ['08P01', 'client connections exceeded (max_db_client_connections)'],
      ['08P01', 'query_wait_timeout'],
      ['08006', 'too many active clients for user (pool_size for user shop.bob reached 10)'],
      ['58000', 'could not get connection from the pool - TimedOut'],
      [
        'XX000',
        'Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.',
      ],
      ['08000', 'Timed-out waiting to acquire database connection'],
      ['XX000', 'You have exceeded the limit of concurrently active endpoints. Please suspend some endpoints.'],
    ],
  },
  'a database that its host switched off': {
    kind: 'refused',
    cure: /paused or stopped the database .*\. Resume it/,
    said: [
      ['08004', 'The server is paused. Resume your project from the dashboard.'],
      ['XX000', 'The endpoint has been disabled. Enable it using Neon API and retry.'],
      ['XX000', 'Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.'],
      ['XX000', 'Your project has exceeded the data transfer quota. Upgrade your plan to increase limits.'],
      ['57P03', 'The database is currently stopped'],
      ['08P01', 'database "shop" is disabled'],
      ['XX000', 'Project suspended'],
    ],
  },
  'an address that is not allowed': {
    kind: 'refused',
    cure: /doesn't allow this machine's address .*\. Add it/,
    said: [
      ['XX000', 'Address not in tenant allow_list: {54, 82, 47, 142}'],
      ['XX000', '(EADDRNOTALLOWED) address not in tenant allow_list: {1, 2, 3, 4}'],
      ['XX000', 'This IP address 203.0.113.7 is not allowed to connect to this endpoint.'],
      ['XX000', 'This connection is trying to access this endpoint from a blocked network.'],
      ['28000', "Client with IP address '203.0.113.7' is not allowed to access the server."],
    ],
  },
  'a line without TLS': {
    kind: 'tls',
    cure: /requires TLS .*\. Use sslmode=require/,
    said: [
      ['28000', 'SSL/TLS required'],
      ['28000', 'SSL connection is required. Please specify SSL options and retry.'],
      ['XX000', '(ESSLREQUIRED) SSL connection is required'],
      ['08P01', 'SSL required'],
      ['08P01', 'TLS connection required'],
      ['28000', 'This RDS Proxy requires TLS connections'],
      ['08P01', 'odyssey: c1d2e3: SSL is required'],
      ['08004', 'connection is insecure (try using `sslmode=require`)'],
      ['08P01', 'node is running secure mode, SSL connection required'],
    ],
  },
  'too many that failed': {
    kind: 'authentication',
    cure: /blocks sign-ins .*wait some minutes/,
    said: [
      ['XX000', '(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked'],
      ['XX000', 'Circuit breaker open: too many failed attempts to authenticate'],
      ['28000', 'odyssey: c12: user blocked: shop.bob'],
    ],
  },
  'a proxy without credentials': {
    kind: 'authentication',
    cure: /has no password for user bob .*secrets/,
    said: [
      [
        '28000',
        'This RDS proxy has no credentials for the role bob. Check the credentials for this role and try again.',
      ],
    ],
  },
  'a pooler without its server': {
    kind: 'connection-lost',
    cure: /can't reach its server .*\. Check that PostgreSQL is running/,
    said: [
      ['08P01', 'pgbouncer cannot connect to server'],
      ['08P01', 'server login has been failing, try again later (server_login_retry)'],
      ['08P01', 'server login failed: FATAL password authentication failed for user "bob"'],
      ['08P01', 'server DNS lookup failed'],
      ['08P01', 'client_login_timeout (server down)'],
      ['XX000', 'DbHandler exited. Check logs for more information.'],
      ['XX000', '(EDBHANDLEREXITED) connection to database closed. Check logs for more information'],
      ['XX000', 'Failed to connect to database: {:error, :timeout}'],
      ['XX000', '(EAUTHQUERY) authentication query failed: connection to database not available'],
      ['08006', 'connection failure during authentication'],
      ['XX000', "Couldn't connect to compute node"],
      ['08006', 'odyssey: c1: failed to get remote server connection'],
      ['58000', 'could not route the query - AllServersDown'],
      ['57000', 'all backend nodes are down, pgpool requires at least one valid node'],
    ],
  },
  'a token or another system that judges the password': {
    kind: 'authentication',
    cure: /Wrong password for bob .*sign-in token/,
    said: [
      ['28000', 'PAM authentication failed for user "bob"'],
      ['28P01', 'The IAM authentication failed for the role bob. Check the IAM token for this role and try again.'],
      ['28000', 'Cloud SQL IAM user authentication failed for user "bob"'],
      ['28000', 'LDAP authentication failed for user "bob"'],
      ['28000', 'GSSAPI authentication failed for user "bob"'],
      ['28P01', 'The access token has expired. Acquire a new token and retry.'],
    ],
  },
  "the system's own users": {
    kind: 'authentication',
    cure: /only from the system user of that name/,
    said: [
      ['28000', 'Peer authentication failed for user "bob"'],
      ['28000', 'Ident authentication failed for user "bob"'],
    ],
  },
  'a password': {
    kind: 'authentication',
    cure: /^Wrong password for bob at .*, or no such user\./,
    said: [
      ['28P01', 'password authentication failed for user "bob"'],
      ['08P01', 'password authentication failed'],
      ['08P01', 'SASL authentication failed'],
      ['08P01', 'pooler error: auth failed'],
      ['08P01', 'no such user: bob'],
      ['28P01', 'password for user "bob" and database "shop" is wrong, or the database does not exist'],
      ['28P01', 'The password that was provided for the role bob is wrong.'],
      ['28P01', 'odyssey: c1: incorrect password'],
    ],
  },
  'a user': {
    kind: 'authentication',
    cure: /no user bob that may log in/,
    said: [
      ['28000', 'role "bob" does not exist'],
      ['28000', 'role "bob" is not permitted to log in'],
    ],
  },
  'a database': {
    kind: 'database-missing',
    cure: /No database "shop"/,
    said: [
      ['3D000', 'database "shop" does not exist'],
      ['08P01', 'no such database: shop'],
    ],
  },
  'a database that is closed': {
    kind: 'refused',
    cure: /accepts no connections/,
    said: [
      ['55000', 'database "shop" is not currently accepting connections'],
      ['55000', 'cannot connect to invalid database "shop"'],
    ],
  },
  'a server that is not ready': {
    kind: 'refused',
    cure: /starting up, shutting down or recovering \(.*Check again/,
    said: [
      ['57P03', 'the database system is starting up'],
      ['57P03', 'the database system is in recovery mode'],
      ['57P03', 'the database system is not accepting connections'],
      ['57P03', 'the database system is not yet accepting connections'],
    ],
  },
  'a full server': {
    kind: 'too-many-connections',
    cure: /CONNECTION LIMIT, max_connections/,
    said: [
      ['53300', 'sorry, too many clients already'],
      ['53300', 'remaining connection slots are reserved for roles with the SUPERUSER attribute'],
      ['53300', 'too many connections for role "bob"'],
      ['53300', 'too many connections for database "shop"'],
    ],
  },
  'the right to connect': {
    kind: 'permission',
    cure: /no permission to connect to the database shop\. .*GRANT CONNECT ON DATABASE "shop" TO "bob"/,
    said: [['42501', 'permission denied for database "shop"']],
  },
  'the right to a schema': {
    kind: 'permission',
    cure: /GRANT USAGE ON SCHEMA "sales" TO "bob"/,
    said: [['42501', 'permission denied for schema sales']],
  },
  'a right to an object': {
    kind: 'permission',
    cure: /Grant SELECT on it/,
    said: [
      ['42501', 'permission denied for table orders'],
      ['42501', 'permission denied for view orders'],
      ['42501', 'permission denied for materialized view orders'],
      ['42501', 'permission denied for relation orders'],
    ],
  },
  'another right': {
    kind: 'permission',
    cure: /Grant (EXECUTE on it|what it names)|row_security/,
    said: [
      ['42501', 'permission denied for function secret_of'],
      ['42501', 'keine Berechtigung für Tabelle orders'],
      ['42501', 'query would be affected by row-level security policy for table "orders"'],
    ],
  },
};

function problemOf(code: string, message: string, more: object = {}) {
  const problem = toPostgresProblem(Object.assign(new Error(message), { severity: 'ERROR', code, ...more }), TARGET);
  assertForPeople(problem.message);
  assert.ok(problem.message.length < 600, problem.message);
  return problem;
}

describe('connect/poolerWords', () => {
  for (const [name, { kind, cure, said }] of Object.entries(KINDS))
    describe(name, () => {
      for (const [code, message] of said)
        it(`what a server or a pooler says is missing: ${name} ${code} ${message.slice(0, 70)}`, () => {
          const problem = problemOf(code, message);
          assert.match(problem.message, cure);
          assert.equal(problem.kind, kind);
        });
    });

  it('what a server or a pooler says is missing: the right to connect, in another language: by the function of the server, or because it is at the door', () => {
    const words = 'se ha denegado el permiso de acceso a la base de datos «shop»';
    assert.match(problemOf('42501', words, { routine: 'CheckMyDatabase' }).message, /GRANT CONNECT/);
    assert.match(problemOf('42501', words, { severity: 'FATAL' }).message, /GRANT CONNECT/);
  });

  it('what a server or a pooler says is missing: nothing, where only a name or a value sounds like it', () => {
    for (const [code, message] of [
      ['42P01', 'relation "project is paused" does not exist'],
      ['P0001', 'the project is paused'],
      ['22P02', 'invalid input syntax for type integer: "too many connections"'],
      ['42501', 'permission denied for table tenant_or_user_not_found'],
      ['57014', 'canceling statement due to statement timeout'],
      ['XX000', 'could not read block 7 in file "base/1/SSL required"'],
    ] as const)
      assert.doesNotMatch(
        problemOf(code, message).message,
        /paused or stopped|no free connection|user, which contains|requires TLS/,
      );
    assert.match(problemOf('3D000', 'database "is paused" does not exist').message, /^No database /);
  });

  it('what a server or a pooler says is missing: what the disk, the memory or the data lacks', () => {
    assert.match(
      problemOf('53100', 'could not write to file "base/pgsql_tmp/x": No space left on device').message,
      /disk .* is full/,
    );
    assert.match(problemOf('57P04', 'terminating connection').message, /database "shop" .* was dropped/);
    assert.match(problemOf('53200', 'out of memory').message, /ran out of memory/);
    assert.match(problemOf('XX001', 'invalid page in block 7 of relation base/1/2').message, /damaged data/);
    assert.match(
      problemOf('22021', 'invalid byte sequence for encoding "UTF8": 0xc1 0x52').message,
      /fit the encoding/,
    );
  });

  it('what a server or a pooler says is missing: a network with IPv6', () => {
    const error = Object.assign(new Error('connect ENETUNREACH 2600:1f18::5:5432 - Local (:::0)'), {
      code: 'ENETUNREACH',
      address: '2600:1f18::5',
    });
    assert.match(toPostgresProblem(error, TARGET).message, /IPv6 .*pooler/);
    const four = Object.assign(new Error('connect ENETUNREACH 10.0.0.1:5432'), {
      code: 'ENETUNREACH',
      address: '10.0.0.1',
    });
    assert.doesNotMatch(toPostgresProblem(four, TARGET).message, /IPv6/);
  });

  it('what a server or a pooler says is missing: as it was reported', () => {
    for (const line of readFileSync('test/fixtures/reported/server-words.jsonl', 'utf8').trim().split('\n')) {
      const {
        code,
        message,
        must,
        mustNot = [],
      } = JSON.parse(line) as {
        code?: string;
        message?: string;
        must: string[];
        mustNot?: string[];
      };
      if (code === undefined || message === undefined) continue;
      const said = problemOf(code, message).message;
      for (const part of must) assert.ok(said.includes(part), said);
      for (const part of mustNot) assert.ok(!said.includes(part), said);
    }
  });
});
