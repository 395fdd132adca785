import { Problem, type ProblemKind } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { foreignSentences, foreignWords } from '../../base/foreignWords';
import { firstError } from '../driverError';
import { NothingSaid, NotPostgres } from './firstAnswer';
import { poolerWords } from './poolerWords';
import { postgresAddress, type PostgresTarget } from './postgresUrl';
import { rememberTarget } from '../rememberSecrets';
import { hostAndPort } from '../urlParts';

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
  (t) => `The certificate of ${at(t)} has expired: have it renewed on the server (${UNCHECKED}).`,
];
const NOT_YET_VALID: Known = [
  'tls',
  (t) => `The certificate of ${at(t)} is not valid yet: check the clock here and the certificate on the server.`,
];
const NOT_TRUSTED: Known = [
  'tls',
  (t, detail) =>
    `The certificate of ${at(t)} is not signed by an authority that is trusted here (${detail}): name the authority's certificate file with sslrootcert (${UNCHECKED}).`,
];
const WRONG_NAME: Known = [
  'tls',
  (t, _, { cert }) =>
    `The certificate of ${at(t)} is for ${certificateNames(cert)}, and sslmode=verify-full wants it for ${t.host}: use the name of the certificate as host, or sslmode=verify-ca to check only who signed it.`,
];

/** A name of a docker-compose file is known inside Docker only, and has no dots. */
function notFound(t: PostgresTarget): string {
  return t.host.includes('.')
    ? `The host name ${t.host} is not known: check its spelling, and VPN or DNS.`
    : `The host name ${t.host} is not known here: if it is a service's name inside Docker, use localhost and the port that is published, else check its spelling, VPN or DNS.`;
}

/** Hosts of cloud providers often have no other address. */
function noWay(t: PostgresTarget, _: string, { address = '', message = '' }: DriverError): string {
  return /:.*:/.test(address) || /\s[0-9a-f]*:[0-9a-f:]*:\d+/i.test(message)
    ? `There is no way to ${at(t)} at its IPv6 address: use a network with IPv6, or the provider's pooler, whose host has an IPv4 address.`
    : `There is no way to ${at(t)}: check the network, VPN or firewall.`;
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
    `A text in ${at(t)} cannot be read in the encoding of its database (${detail}): check the database's encoding, and the text with SQL.`,
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
    return `User ${t.user} may not connect to the database ${t.database}: have it granted with GRANT CONNECT ON DATABASE ${quoted(t.database)} TO ${role}.`;
  if (kind === 'schema')
    return `User ${t.user} may not use the schema ${quoted(name)}: grant it with GRANT USAGE ON SCHEMA ${quoted(name)} TO ${role}.`;
  if (kind === 'function' || kind === 'procedure')
    return `User ${t.user} may not call a function that the check needs (${detail}): grant EXECUTE on it.`;
  if (message.includes('row-level security'))
    return `Row security keeps user ${t.user} from reading the table (${detail}): set row_security to on for this role, or use a role with BYPASSRLS.`;
  if (what !== null) return `User ${t.user} may not read what the check needs (${detail}): grant SELECT on it.`;
  return `User ${t.user} lacks a right that the check needs (${detail}): grant what is named there.`;
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
  ECONNREFUSED: ['refused', (t) => `Nothing listens at ${at(t)}: check host and port, and that PostgreSQL is running.`],
  ENOENT: [
    'refused',
    (t) =>
      `There is no PostgreSQL socket in ${t.host} for port ${String(t.port)}: check the path, and that PostgreSQL is running.`,
  ],
  ENOTFOUND: ['host-not-found', notFound],
  EAI_AGAIN: [
    'host-not-found',
    (t) =>
      t.host.includes('.')
        ? `The host name ${t.host} could not be looked up: check the network, VPN or DNS.`
        : notFound(t),
  ],
  EHOSTUNREACH: ['unreachable', noWay],
  ENETUNREACH: ['unreachable', noWay],
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
    (t) => `There is no database ${t.database} on ${hostAndPort(t)}: check the database's name.`,
  ],
  '42P01': [
    'table-missing',
    (t, detail) => `A table is missing in ${at(t)} (${detail}): check the database and celeryTasks.table.`,
  ],
  '42501': ['permission', permission],
  '42703': [
    'wrong-table',
    (t, detail) => `The table in ${at(t)} is not the task manager's (${detail}): check celeryTasks.table.`,
  ],
  '53300': [
    'too-many-connections',
    (t, detail) =>
      `${at(t)} has no connection left (${detail}): close some, raise the limit of the role or the server (CONNECTION LIMIT, max_connections), or try again later.`,
  ],
  '55P03': [
    'lock',
    (t) =>
      `Another session holds a lock on the table in ${at(t)} (an ALTER TABLE or VACUUM FULL, perhaps): wait for it and run the check again.`,
  ],
  '57014': [
    'timeout',
    (t, detail, _, limit) =>
      detail.includes('user request')
        ? `An administrator ended the query on ${at(t)}: run the check again, or ask why.`
        : `${at(t)} needed longer than the statement timeout${limit ? ` of ${timeLimit(limit)}` : ''}: raise celeryTasks.statementTimeout (--statement-timeout on the command line), or check when the server is less busy.`,
  ],
  '57P01': [
    'connection-lost',
    (t) => `${at(t)} ended the connection (shutdown or an administrator): run the check again.`,
  ],
  '57P02': [
    'connection-lost',
    (t) => `${at(t)} ended the connection because it crashed: run the check again in a moment.`,
  ],
  '57P03': [
    'refused',
    (t, detail) =>
      `${at(t)} is starting up, shutting down or recovering (${detail}): run the check again in a moment, or look at the server's log where that goes on.`,
  ],
  '57P04': ['database-missing', (t) => `The database ${t.database} on ${hostAndPort(t)} was dropped: check its name.`],
  '53100': ['unknown', (t, detail) => `The disk of ${at(t)} is full (${detail}): have room made there.`],
  '53200': [
    'unknown',
    (t, detail) => `${at(t)} has too little memory (${detail}): run the check again when the server is less busy.`,
  ],
  XX001: ['unknown', (t, detail) => `PostgreSQL at ${at(t)} met damaged data (${detail}): tell its administrator.`],
  XX002: ['unknown', (t, detail) => `PostgreSQL at ${at(t)} met a damaged index (${detail}): tell its administrator.`],
  '22021': NO_TEXT,
  '22P05': NO_TEXT,
  '40001': [
    'connection-lost',
    (t) =>
      `${at(t)} is a replica and ended our snapshot to go on with the primary's changes: run the check again, or raise max_standby_streaming_delay there.`,
  ],
  '25P03': ['connection-lost', (t) => `${at(t)} ended our idle transaction: run the check again.`],
};

/** Before the codes: what 28000 (refused by pg_hba.conf) and a broken handshake mean is only in their words. */
const BY_TEXT_FIRST: readonly (readonly [RegExp, ...Known])[] = [
  [
    /pg_hba\.conf (entry|rejects).*(no encryption|SSL off)/i,
    'tls',
    (t, detail) =>
      `${at(t)} does not let user ${t.user} in without TLS (${detail}): use sslmode=require, or have a rule added to pg_hba.conf.`,
  ],
  [
    /channel binding check failed/i,
    'tls',
    (t) =>
      `Something stands between here and ${at(t)}: the certificate that it shows is not the server's own (channel_binding), so no password was accepted; connect to the server directly, or remove channel_binding if TLS ends at a proxy that you trust.`,
  ],
  [
    /requires a valid client certificate|alert certificate required|peer did not return a certificate/i,
    'tls',
    (t) => `${at(t)} asks for a client certificate: name its files with sslcert and sslkey.`,
  ],
  [
    /^certificate authentication failed/i,
    'authentication',
    (t) => `The client certificate is not one of user ${t.user} at ${at(t)}: check user and sslcert.`,
  ],
  [
    /alert (unknown ca|bad certificate|certificate (expired|revoked|unknown)|decrypt error)/i,
    'tls',
    (t, detail) =>
      `${at(t)} does not accept our client certificate (${detail}): check sslcert and sslkey, and who signed it.`,
  ],
];

const BY_TEXT: readonly (readonly [RegExp, ...Known])[] = [
  [
    /timeout expired|timeout exceeded|read timeout/i,
    'timeout',
    (t) => `${at(t)} did not answer in time: check host, firewall and VPN.`,
  ],
  [
    /does not support SSL/i,
    'tls',
    (t) =>
      `${at(t)} does not speak TLS, which ${t.tlsAskedBy ?? `sslmode=${t.sslMode}`} asks for: have TLS turned on there, or ask for none (sslmode=disable or prefer) if an unencrypted line is right.`,
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

/** The server asks for a password, and there is none. */
export function noPassword(target: PostgresTarget): Problem {
  return new Problem(
    'authentication',
    `${at(target)} asks for a password of user ${target.user}, and none is known for it: enter it with "Celery Tasks: Add Connection", or add a line for this server to the password file (~/.pgpass).`,
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
        `What listens at ${hostAndPort(t)} is not PostgreSQL but ${speaks}: check host and port${hint === undefined ? '' : `; ${hint}`}.`,
    ];
  }
  if (!(error instanceof NothingSaid)) return undefined;
  return [
    'connection-lost',
    (t) =>
      `${at(t)} closed the connection before it said anything: check that PostgreSQL listens at this port; a proxy or tunnel closes it where it cannot reach its database, and its own log says why.`,
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
