import { Problem, type ProblemKind } from '../diagnosis/problem';
import { escapeUnsafe } from '../diagnosis/unsafeText';
import { redact } from '../diagnosis/redact';
import { postgresAddress, type PostgresTarget } from './postgresUrl';

/** What node-postgres and Node's sockets throw: `code` is an SQLSTATE or an errno name. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly DriverError[];
}

type Words = (where: PostgresTarget, detail: string) => string;
const at = postgresAddress;

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or errno. */
const BY_CODE: Readonly<Record<string, readonly [ProblemKind, Words]>> = {
  ECONNREFUSED: ['refused', (t) => `Nothing listens at ${at(t)}: check host and port, and that PostgreSQL is running.`],
  ENOENT: [
    'refused',
    (t) =>
      `There is no PostgreSQL socket in ${t.host} for port ${String(t.port)}: check the path, and that PostgreSQL is running.`,
  ],
  ENOTFOUND: ['host-not-found', (t) => `The host name ${t.host} is not known: check its spelling, and VPN or DNS.`],
  EAI_AGAIN: [
    'host-not-found',
    (t) => `The host name ${t.host} could not be looked up: check the network, VPN or DNS.`,
  ],
  EHOSTUNREACH: ['unreachable', (t) => `There is no way to ${at(t)}: check the network, VPN or firewall.`],
  ENETUNREACH: ['unreachable', (t) => `There is no way to ${at(t)}: check the network, VPN or firewall.`],
  ETIMEDOUT: ['timeout', (t) => `${at(t)} did not answer in time: check host, firewall and VPN.`],
  ECONNRESET: [
    'connection-lost',
    (t) => `${at(t)} closed the connection: check that the server is up, and run the check again.`,
  ],
  EPIPE: [
    'connection-lost',
    (t) => `${at(t)} closed the connection: check that the server is up, and run the check again.`,
  ],
  '28P01': ['authentication', (t) => `${at(t)} refused the password of user ${t.user}: enter the right one.`],
  '28000': [
    'authentication',
    (t, detail) => `${at(t)} refused user ${t.user} (${detail}): check user, database and sslmode.`,
  ],
  '3D000': [
    'database-missing',
    (t) => `There is no database ${t.database} on ${t.host}:${String(t.port)}: check the database's name.`,
  ],
  '42P01': [
    'table-missing',
    (t, detail) => `A table is missing in ${at(t)} (${detail}): check the database and celeryTasks.table.`,
  ],
  '42501': [
    'permission',
    (t, detail) => `User ${t.user} may not read what the check needs (${detail}): grant SELECT on it.`,
  ],
  '42703': [
    'wrong-table',
    (t, detail) => `The table in ${at(t)} is not the task manager's (${detail}): check celeryTasks.table.`,
  ],
  '53300': [
    'too-many-connections',
    (t) => `${at(t)} has no connection left: close some, raise max_connections, or try again later.`,
  ],
  '55P03': [
    'lock',
    (t) =>
      `Another session holds a lock on the table in ${at(t)} (an ALTER TABLE or VACUUM FULL, perhaps): wait for it and run the check again.`,
  ],
  '57014': [
    'timeout',
    (t, detail) =>
      detail.includes('user request')
        ? `An administrator ended the query on ${at(t)}: run the check again, or ask why.`
        : `${at(t)} needed longer than the statement timeout: raise celeryTasks.statementTimeout, or check when the server is less busy.`,
  ],
  '57P01': [
    'connection-lost',
    (t) => `${at(t)} ended the connection (shutdown or an administrator): run the check again.`,
  ],
  '57P03': ['refused', (t) => `${at(t)} is starting up or shutting down: run the check again in a moment.`],
  '25P03': ['connection-lost', (t) => `${at(t)} ended our idle transaction: run the check again.`],
};

const BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /password must be a string|no password supplied|SASL.*(empty|string)/i,
    'authentication',
    (t) =>
      `${at(t)} asks for a password of user ${t.user}, and none is known: enter it with "Celery Tasks: Add Connection", or set PGPASSWORD.`,
  ],
  [
    /timeout expired|timeout exceeded|read timeout/i,
    'timeout',
    (t) => `${at(t)} did not answer in time: check host, firewall and VPN.`,
  ],
  [
    /does not support SSL/i,
    'tls',
    (t) =>
      `${at(t)} does not speak TLS, which sslmode=${t.sslMode} asks for: use sslmode=disable or prefer if that is right.`,
  ],
  [
    /certificate|self.signed|SSL|TLS|altnames/i,
    'tls',
    (t, detail) => `The TLS connection to ${at(t)} failed (${detail}): check sslmode and sslrootcert.`,
  ],
  [
    /terminated unexpectedly|Connection ended|not queryable/i,
    'connection-lost',
    (t) => `${at(t)} closed the connection: check that the server is up, and run the check again.`,
  ],
];

/** Puts any error of the driver into one sentence for a person, with no password in it. */
export function toPostgresProblem(error: unknown, target: PostgresTarget): Problem {
  if (error instanceof Problem) return error;
  const raw = firstError(error);
  const detail = redact(oneSentence(raw.message ?? ''), [target.password]);
  const known = BY_CODE[raw.code ?? ''] ?? BY_TEXT.find(([pattern]) => pattern.test(raw.message ?? ''))?.slice(1);
  if (known) {
    const [kind, words] = known as readonly [ProblemKind, Words];
    return new Problem(kind, words(target, detail), { cause: error });
  }
  const code = raw.code === undefined ? '' : `, ${raw.code}`;
  return new Problem('unknown', `PostgreSQL at ${at(target)} answered with an error (${detail}${code}).`, {
    cause: error,
  });
}

/** A name with several addresses fails with an AggregateError whose own message is empty. */
function firstError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return { message: typeof error === 'string' ? error : '' };
  const driver = error as DriverError;
  return driver.errors?.[0] ?? driver;
}

function oneSentence(message: string): string {
  const [first = ''] = message.split(/\n|[.!?]\s/, 1);
  return escapeUnsafe(first.trim().replace(/\.$/, '').slice(0, 200)) || 'no reason given';
}
