import assert from 'node:assert/strict';
import { noPassword, toPostgresProblem } from '../../../src/connect/postgres/postgresProblem';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { Problem, type ProblemKind } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';

const TARGET = parsePostgresUrl('postgres://bob:hunter2@db.example.com:6543/shop?sslmode=require', 'DATABASE_URL');

/** What the driver throws, and what a person must read in our sentence. */
const CASES: readonly [ProblemKind, { code?: string; message: string }, RegExp][] = [
  ['refused', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:6543' }, /db\.example\.com:6543/],
  ['refused', { code: 'ENOENT', message: 'connect ENOENT /run/.s.PGSQL.5432' }, /socket/],
  ['host-not-found', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND db.example.com' }, /db\.example\.com/],
  ['host-not-found', { code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN db.example.com' }, /network/],
  ['unreachable', { code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH' }, /network/],
  ['unreachable', { code: 'ENETUNREACH', message: 'connect ENETUNREACH' }, /network/],
  ['timeout', { code: 'ETIMEDOUT', message: 'connect ETIMEDOUT' }, /in time/],
  ['timeout', { message: 'timeout expired' }, /in time/],
  ['timeout', { message: 'Query read timeout' }, /in time/],
  ['connection-lost', { code: 'ECONNRESET', message: 'read ECONNRESET' }, /closed the connection/],
  ['connection-lost', { code: 'EPIPE', message: 'write EPIPE' }, /closed the connection/],
  ['connection-lost', { message: 'Connection terminated unexpectedly' }, /closed the connection/],
  [
    'connection-lost',
    { message: 'Client has encountered a connection error and is not queryable' },
    /closed the connection/,
  ],
  [
    'connection-lost',
    { code: '57P01', message: 'terminating connection due to administrator command' },
    /administrator/,
  ],
  ['connection-lost', { code: '25P03', message: 'terminating connection due to idle-in-transaction timeout' }, /idle/],
  ['authentication', { code: '28P01', message: 'password authentication failed for user "bob"' }, /password for bob/],
  [
    'tls',
    { code: '28000', message: 'no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop", no encryption' },
    /requires TLS .*no pg_hba\.conf entry.*sslmode=require/,
  ],
  [
    'tls',
    { code: '28000', message: 'no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop", SSL off' },
    /sslmode=require/,
  ],
  [
    'authentication',
    { code: '28000', message: 'no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop", SSL encryption' },
    /no pg_hba\.conf entry/,
  ],
  ['tls', { code: '28000', message: 'connection requires a valid client certificate' }, /sslcert and sslkey/],
  [
    'authentication',
    { code: '28000', message: 'certificate authentication failed for user "bob"' },
    /doesn't belong to user bob/,
  ],
  [
    'database-missing',
    { code: '3D000', message: 'database "shop" does not exist' },
    /No database "shop" at db\.example\.com:6543/,
  ],
  ['table-missing', { code: '42P01', message: 'relation "x" does not exist' }, /"x"/],
  ['permission', { code: '42501', message: 'permission denied for table x' }, /table x/],
  ['wrong-table', { code: '42703', message: 'column "x" does not exist' }, /column "x"/],
  [
    'too-many-connections',
    { code: '53300', message: 'sorry, too many clients already' },
    /too many clients already.*CONNECTION LIMIT/,
  ],
  ['connection-lost', { code: '40001', message: 'canceling statement due to conflict with recovery' }, /replica/],
  ['lock', { code: '55P03', message: 'canceling statement due to lock timeout' }, /lock/],
  ['timeout', { code: '57014', message: 'canceling statement due to statement timeout' }, /statementTimeout/],
  ['refused', { code: '57P03', message: 'the database system is starting up' }, /starting up/],
  ['tls', { message: 'The server does not support SSL connections' }, /sslmode=require/],
  ['tls', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' }, /self-signed.*sslrootcert/],
  ['tls', { code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }, /expired.*Renew it/],
  ['tls', { code: 'CERT_NOT_YET_VALID', message: 'certificate is not yet valid' }, /clock/],
  [
    'tls',
    { message: 'write EPROTO ssl/record/rec_layer_s3.c:1605:tlsv1 alert unknown ca' },
    /rejected the client certificate/,
  ],
  [
    'tls',
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: "Hostname/IP does not match certificate's altnames" },
    /for another name.*sslmode=verify-ca/,
  ],
  ['authentication', { code: '08P01', message: 'SASL authentication failed' }, /password for bob/],
  ['database-missing', { code: '08P01', message: 'no such database: shop' }, /No database "shop"/],
  ['database-missing', { code: '08P01', message: 'database "shop" does not exist' }, /shop/],
  ['too-many-connections', { code: '08P01', message: 'query_wait_timeout' }, /pooler .*no free connection/],
  ['connection-lost', { code: '08P01', message: 'pgbouncer cannot connect to server' }, /pooler .*can't reach/],
  ['unknown', { code: 'XX000', message: 'could not read block 7. Really.\nDETAIL: bad' }, /could not read block 7/],
  ['unknown', { message: 'bob:hunter2 at postgres://bob:hunter2@db.example.com/shop failed' }, /failed/],
  ['unknown', { message: '' }, /PostgreSQL/],
  ['unknown', { message: 'odd \u001b[31m text\u0007\twith controls' }, /odd/],
];

describe('connect/postgresProblem', () => {
  for (const [kind, error, pattern] of CASES) {
    it(`the problem of a PostgreSQL error ${kind}: ${JSON.stringify(error.code ?? error.message.slice(0, 40))}`, () => {
      const problem = toPostgresProblem(Object.assign(new Error(error.message), { code: error.code }), TARGET);
      assert.equal(problem.kind, kind);
      assertForPeople(problem.message);
      assert.match(problem.message, pattern);
      assert.doesNotMatch(problem.message, /hunter2/);
    });
  }

  it('the problem of a PostgreSQL error says how long a statement was allowed to take, and that this was a share', () => {
    const late = { code: '57014', message: 'canceling statement due to statement timeout' };
    const words = (nowMs: number, mostMs: number): string => toPostgresProblem(late, TARGET, { nowMs, mostMs }).message;
    assert.match(words(300_000, 300_000), /longer than the statement timeout of 300 s\. Raise .*--statement-timeout/);
    assert.match(words(32_250, 300_000), /timeout of 32\.3 s, the share of 300 s for a table of this size\. Raise/);
    assertForPeople(words(32_250, 300_000));
  });

  it('the problem of a PostgreSQL error keeps a Problem as it is, and the cause of any other', () => {
    const own = new Problem('table-missing', 'There is no table.');
    assert.equal(toPostgresProblem(own, TARGET), own);
    const error = new Error('boom');
    assert.equal(toPostgresProblem(error, TARGET).cause, error);
  });

  it('the problem of a PostgreSQL error reads the first of several failures (a name with two addresses)', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:6543'), { code: 'ECONNREFUSED' });
    assert.equal(toPostgresProblem(new AggregateError([refused], ''), TARGET).kind, 'refused');
  });

  it('the problem of a PostgreSQL error says of a name without dots that it may be one inside Docker', () => {
    for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
      const failed = Object.assign(new Error(`getaddrinfo ${code} db`), { code });
      const inside = toPostgresProblem(failed, parsePostgresUrl('postgres://bob@db/shop', 'DATABASE_URL'));
      assertForPeople(inside.message);
      assert.match(inside.message, /host "db".*Docker service, use localhost/);
      assert.doesNotMatch(toPostgresProblem(failed, TARGET).message, /Docker/);
    }
  });

  it('the problem of a PostgreSQL error names what a certificate is for', () => {
    const error = Object.assign(new Error("Hostname/IP does not match certificate's altnames"), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      cert: { subjectaltname: 'DNS:a.example.com, IP Address:10.0.0.1' },
    });
    assert.match(toPostgresProblem(error, TARGET).message, /is for a\.example\.com, 10\.0\.0\.1, but/);
  });

  it('the problem of a PostgreSQL error asks for a password that nobody has, without a hint of another', () => {
    const problem = noPassword(TARGET);
    assert.equal(problem.kind, 'authentication');
    assertForPeople(problem.message);
    assert.match(problem.message, /bob, and none is stored/);
    assert.doesNotMatch(problem.message, /hunter2/);
  });

  it('the problem of a PostgreSQL error takes things that are no errors', () => {
    for (const thrown of ['text', undefined, null, 5, {}]) assertForPeople(toPostgresProblem(thrown, TARGET).message);
  });

  it('the problem of a PostgreSQL error stays readable when the password is the name of something else', () => {
    const target = parsePostgresUrl('postgres://postgres:postgres@postgres/postgres', 'DATABASE_URL');
    const refused = toPostgresProblem(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), target);
    assert.match(refused.message, /^Connection refused at postgres:5432\./);
  });
});
