import { Problem, type ProblemKind } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { foreignSentences, foreignWords } from '../../base/foreignWords';
import { firstError } from '../driverError';
import { NothingSaid, NotPostgres } from './firstAnswer';
import { poolerWords } from './poolerWords';
import { postgresAddress, postgresHosts, type PostgresTarget } from './postgresUrl';
import { rememberTarget } from '../rememberSecrets';
import { hostAndPort } from '../../wire/urlParts';

/** What node-postgres and Node's sockets throw: `code` is an SQLSTATE or an errno name. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
  /** Of a certificate with another name: the names that it has. */
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: unknown } };
  readonly errors?: readonly DriverError[];
  /** Of an error of the server: FATAL where it does not let us in. */
  readonly severity?: string;
  /** The function of the server that said it. */
  readonly routine?: string;
  /** Of a line that could not be made. */
  readonly address?: string;
}

/** How long a statement was allowed to take, and the longest that the user's setting allows any, in milliseconds. */
export interface TimeLimit {
  readonly nowMs: number;
  readonly mostMs: number;
}

type Words = (where: PostgresTarget, detail: string, raw: DriverError, limit: TimeLimit | undefined) => string;
type Known = readonly [ProblemKind, Words];
const at = postgresAddress;

const UNCHECKED = 'sslmode=require without a root certificate connects without checking it';
const EXPIRED: Known = [
  'tls',
  (t) => `The certificate of ${at(t)} has expired. Renew it on the server (${UNCHECKED}).`,
];
const NOT_YET_VALID: Known = [
  'tls',
  (t) => `The certificate of ${at(t)} isn't valid yet. Check this machine's clock and the server's certificate.`,
];
const NOT_TRUSTED: Known = [
  'tls',
  (t, detail) =>
    `This machine doesn't trust the certificate of ${at(t)} (${detail}). Set sslrootcert to the authority's certificate file (${UNCHECKED}).`,
];
const WRONG_NAME: Known = [
  'tls',
  (t, _, { cert }) =>
    `The certificate of ${at(t)} is for ${certificateNames(cert)}, but sslmode=verify-full needs one for ${t.host}. Use the certificate's name as the host, or sslmode=verify-ca to check only who signed it.`,
];

/** A name of a docker-compose file is known inside Docker only, and has no dots. */
function notFound(t: PostgresTarget): string {
  return t.host.includes('.')
    ? `Can't resolve host "${t.host}". Check its spelling, the VPN and DNS.`
    : `Can't resolve host "${t.host}". If it's a Docker service, use localhost and its published port. Otherwise check its spelling, the VPN and DNS.`;
}

/** Hosts of cloud providers often have no other address. */
function noWay(t: PostgresTarget, _: string, { address = '', message = '' }: DriverError): string {
  return /:.*:/.test(address) || /\s[0-9a-f]*:[0-9a-f:]*:\d+/i.test(message)
    ? `This network has no route to ${at(t)}, which has an IPv6 address. Use a network with IPv6, or the provider's pooler, which has an IPv4 address.`
    : `No route to ${at(t)}. Check the network, the VPN and the firewall.`;
}

function certificateNames(cert: DriverError['cert']): string {
  const names = cert?.subjectaltname?.replace(/(DNS|IP Address):/g, '') ?? cert?.subject?.CN;
  return typeof names === 'string' && names !== '' ? escapeUnsafe(names.slice(0, 100)) : 'another name';
}

/** `30 s, a table of this size's share of 300 s` */
function timeLimit({ nowMs, mostMs }: TimeLimit): string {
  const seconds = (ms: number): string => `${String(Math.round(ms / 100) / 10)} s`;
  return nowMs < mostMs
    ? `${seconds(nowMs)}, the share of ${seconds(mostMs)} for a table of this size`
    : seconds(mostMs);
}

const NO_TEXT: Known = [
  'unknown',
  (t, detail) =>
    `A text in ${at(t)} doesn't fit the encoding of its database (${detail}). Check the database's encoding, and the text with SQL.`,
];

/**
 * Which right is missing is only in the words, which are the server's language; a refusal at the door is about the database
 * (src/backend/utils/init/postinit.c `CheckMyDatabase`).
 */
function permission(t: PostgresTarget, detail: string, { message = '', routine, severity }: DriverError): string {
  const what = /^permission denied for (?:the )?([a-z ]+?) (\S.*)$/.exec(message);
  const [, kind = '', name = ''] = what ?? [];
  const role = quoted(t.user);
  if (kind === 'database' || routine === 'CheckMyDatabase' || severity === 'FATAL')
    return `User ${t.user} has no permission to connect to the database ${t.database}. Grant it: GRANT CONNECT ON DATABASE ${quoted(t.database)} TO ${role}.`;
  if (kind === 'schema')
    return `User ${t.user} has no permission to use the schema ${quoted(name)}. Grant it: GRANT USAGE ON SCHEMA ${quoted(name)} TO ${role}.`;
  if (kind === 'function' || kind === 'procedure')
    return `User ${t.user} has no permission to call a function that the check needs (${detail}). Grant EXECUTE on it.`;
  if (message.includes('row-level security'))
    return `Row security hides the table from user ${t.user} (${detail}). Set row_security to on for this role, or use a role with BYPASSRLS.`;
  if (what !== null)
    return `User ${t.user} has no permission to read what the check needs (${detail}). Grant SELECT on it.`;
  return `User ${t.user} lacks a permission that the check needs (${detail}). Grant what it names.`;
}

function quoted(name: string): string {
  return escapeUnsafe(`"${name.replaceAll('"', '""')}"`);
}

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or errno. */
const BY_CODE: Readonly<Record<string, Known>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: NOT_YET_VALID,
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  ECONNREFUSED: [
    'refused',
    (t) => `Connection refused at ${postgresHosts(t).map(hostAndPort).join(', ')}. Is PostgreSQL running there?`,
  ],
  ENOENT: [
    'refused',
    (t) =>
      `${t.host} has no PostgreSQL socket for port ${String(t.port)}. Check the path, and that PostgreSQL is running.`,
  ],
  ENOTFOUND: ['host-not-found', notFound],
  EAI_AGAIN: [
    'host-not-found',
    (t) => (t.host.includes('.') ? `Can't look up host "${t.host}". Check the network, the VPN and DNS.` : notFound(t)),
  ],
  EHOSTUNREACH: ['unreachable', noWay],
  ENETUNREACH: ['unreachable', noWay],
  ETIMEDOUT: ['timeout', (t) => `${at(t)} didn't answer in time. Check the host, the firewall and the VPN.`],
  ECONNRESET: [
    'connection-lost',
    (t) => `${at(t)} closed the connection. Check that the server is running, then check again.`,
  ],
  EPIPE: [
    'connection-lost',
    (t) => `${at(t)} closed the connection. Check that the server is running, then check again.`,
  ],
  '28P01': ['authentication', (t) => `Wrong password for ${t.user} at ${hostAndPort(t)}.`],
  '28000': [
    'authentication',
    (t, detail) => `${at(t)} refused user ${t.user} (${detail}). Check the user, the database and sslmode.`,
  ],
  '3D000': ['database-missing', (t) => `No database "${t.database}" at ${hostAndPort(t)}. Check its name.`],
  '42P01': [
    'table-missing',
    (t, detail) => `${at(t)} lacks a table (${detail}). Check the database and celeryTasks.table.`,
  ],
  '42501': ['permission', permission],
  '42703': [
    'wrong-table',
    (t, detail) => `The table in ${at(t)} isn't celery-task-manager's (${detail}). Check celeryTasks.table.`,
  ],
  '53300': [
    'too-many-connections',
    (t, detail) =>
      `${at(t)} has no free connection (${detail}). Close some, raise the limit of the role or the server (CONNECTION LIMIT, max_connections), or try again later.`,
  ],
  '55P03': [
    'lock',
    (t) =>
      `Another session has locked the table in ${at(t)}, perhaps for ALTER TABLE or VACUUM FULL. Wait for it, then check again.`,
  ],
  '57014': [
    'timeout',
    (t, detail, _, limit) =>
      detail.includes('user request')
        ? `An administrator cancelled the query on ${at(t)}. Check again, or ask why.`
        : `A query on ${at(t)} took longer than the statement timeout${limit ? ` of ${timeLimit(limit)}` : ''}. Raise celeryTasks.statementTimeout (--statement-timeout on the command line), or check when the server is less busy.`,
  ],
  '57P01': ['connection-lost', (t) => `${at(t)} ended the connection, by a shutdown or an administrator. Check again.`],
  '57P02': ['connection-lost', (t) => `${at(t)} crashed and ended the connection. Check again in a moment.`],
  '57P03': [
    'refused',
    (t, detail) =>
      `${at(t)} is starting up, shutting down or recovering (${detail}). Check again in a moment. If it doesn't end, read the server's log.`,
  ],
  '57P04': [
    'database-missing',
    (t) => `The database "${t.database}" at ${hostAndPort(t)} was dropped. Check its name.`,
  ],
  '53100': ['unknown', (t, detail) => `The disk of ${at(t)} is full (${detail}). Free some space there.`],
  '53200': [
    'unknown',
    (t, detail) => `${at(t)} ran out of memory (${detail}). Check again when the server is less busy.`,
  ],
  XX001: ['unknown', (t, detail) => `PostgreSQL at ${at(t)} found damaged data (${detail}). Tell its administrator.`],
  XX002: [
    'unknown',
    (t, detail) => `PostgreSQL at ${at(t)} found a damaged index (${detail}). Tell its administrator.`,
  ],
  '22021': NO_TEXT,
  '22P05': NO_TEXT,
  '40001': [
    'connection-lost',
    (t) =>
      `${at(t)} is a replica and cancelled the check to apply changes of the primary. Check again, or raise max_standby_streaming_delay there.`,
  ],
  '25P03': ['connection-lost', (t) => `${at(t)} ended the check's idle transaction. Check again.`],
};

/** Before the codes: what 28000 (refused by pg_hba.conf) and a broken handshake mean is only in their words. */
const BY_TEXT_FIRST: readonly (readonly [RegExp, ...Known])[] = [
  [
    /pg_hba\.conf (entry|rejects).*(no encryption|SSL off)/i,
    'tls',
    (t, detail) =>
      `${at(t)} requires TLS for user ${t.user} (${detail}). Use sslmode=require, or add a rule to pg_hba.conf.`,
  ],
  [
    /channel binding check failed/i,
    'tls',
    (t) =>
      `A proxy answers for ${at(t)} with a certificate that isn't the server's own (channel_binding), so no password was accepted. Connect to the server directly, or remove channel_binding if you trust the proxy.`,
  ],
  [
    /requires a valid client certificate|alert certificate required|peer did not return a certificate/i,
    'tls',
    (t) => `${at(t)} requires a client certificate. Set sslcert and sslkey to its files.`,
  ],
  [
    /^certificate authentication failed/i,
    'authentication',
    (t) => `The client certificate doesn't belong to user ${t.user} at ${at(t)}. Check the user and sslcert.`,
  ],
  [
    /alert (unknown ca|bad certificate|certificate (expired|revoked|unknown)|decrypt error)/i,
    'tls',
    (t, detail) => `${at(t)} rejected the client certificate (${detail}). Check sslcert, sslkey and who signed it.`,
  ],
];

const BY_TEXT: readonly (readonly [RegExp, ...Known])[] = [
  [
    /timeout expired|timeout exceeded|read timeout/i,
    'timeout',
    (t) => `${at(t)} didn't answer in time. Check the host, the firewall and the VPN.`,
  ],
  [
    /does not support SSL/i,
    'tls',
    (t) =>
      `${at(t)} doesn't support TLS, which ${t.tlsAskedBy ?? `sslmode=${t.sslMode}`} requires. Turn on TLS there, or use sslmode=prefer if an unencrypted connection is acceptable.`,
  ],
  [
    /certificate|self.signed|SSL|TLS|altnames/i,
    'tls',
    (t, detail) => `The TLS connection to ${at(t)} failed (${detail}). Check sslmode and sslrootcert.`,
  ],
  [
    /terminated unexpectedly|Connection ended|not queryable/i,
    'connection-lost',
    (t) => `${at(t)} closed the connection. Check that the server is running, then check again.`,
  ],
];

/** The server asks for a password, and there is none. */
export function noPassword(target: PostgresTarget): Problem {
  return new Problem(
    'authentication',
    `${at(target)} requires a password for ${target.user}, and none is stored. Enter it with "Celery Tasks: Add Connection", or add this server to the password file (~/.pgpass).`,
  );
}

/**
 * Puts any error of the driver into one sentence for a person, with no password in it.
 * @param limit what the statement timeout was, for its own sentence
 */
export function toPostgresProblem(error: unknown, target: PostgresTarget, limit?: TimeLimit): Problem {
  if (error instanceof Problem) return error;
  const raw = firstError<DriverError>(error);
  const message = raw.message ?? '';
  rememberTarget(target);
  const detail = foreignWords(raw, [target.user, target.database, target.host]);
  const known =
    atTheDoor(error) ??
    byText(BY_TEXT_FIRST, message) ??
    ofPooler(raw) ??
    BY_CODE[raw.code ?? ''] ??
    byText(BY_TEXT, message);
  if (known) {
    const [kind, words] = known;
    return new Problem(kind, words(target, detail, raw, limit), { cause: error });
  }
  const names = [target.user, target.database, target.host];
  const code = raw.code === undefined ? '' : `, ${raw.code}`;
  return new Problem(
    'unknown',
    `PostgreSQL at ${at(target)} answered with an error (${foreignSentences(raw, names)}${code}).`,
    { cause: error },
  );
}

/** What listens there is no PostgreSQL, or left without a word. */
function atTheDoor(error: unknown): Known | undefined {
  if (error instanceof NotPostgres) {
    const { speaks, hint } = error;
    return [
      'refused',
      (t) =>
        `${speaks.charAt(0).toUpperCase()}${speaks.slice(1)} answers at ${hostAndPort(t)}, not PostgreSQL. Check the host and port${hint === undefined ? '' : `; ${hint}`}.`,
    ];
  }
  if (!(error instanceof NothingSaid)) return undefined;
  return [
    'connection-lost',
    (t) =>
      `${at(t)} closed the connection without an answer. Check that PostgreSQL listens on this port. A proxy or tunnel does this when it can't reach its database; its log says why.`,
  ];
}

/** Errors of statements are the server's own; so is that it is full. */
const NEVER_POOLERS = /^(22|23|P0|38|39|21|25|42|40|54|53300)/;

function ofPooler(raw: DriverError): Known | undefined {
  if (raw.severity === undefined && raw.code === undefined) return undefined;
  if (NEVER_POOLERS.test(raw.code ?? '')) return undefined;
  const found = poolerWords(raw.message ?? '');
  return found && [found.kind, found.words];
}

function byText(table: readonly (readonly [RegExp, ...Known])[], message: string): Known | undefined {
  const found = table.find(([pattern]) => pattern.test(message));
  return found && [found[1], found[2]];
}
