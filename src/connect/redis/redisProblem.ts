import { Problem, type ProblemKind } from '../../base/problem';
import { foreignWords } from '../../base/foreignWords';
import { redact } from '../../base/redact';
import { firstError } from '../driverError';
import { rememberTarget } from '../rememberSecrets';
import { isSocket, redisAddress, redisSecrets, type RedisTarget } from './redisUrl';

/** What ioredis and Node's sockets throw; for an error reply `message` is Redis's own text and `command` holds what was sent. */
interface DriverError {
  readonly code?: string;
  message?: string;
  stack?: string;
  readonly errors?: readonly DriverError[];
  command?: unknown;
}

/** A server and what people call it. */
interface Where extends RedisTarget {
  readonly at: string;
  /** It has answered before. */
  readonly opened: boolean;
}

type Words = (where: Where, detail: string) => string;

/** A server that wants something of the line that it does not get says nothing, and closes it. */
const closed: Words = (t) => {
  const [wants, cure] = t.tls
    ? ['a client certificate', '?ssl_certfile=…&ssl_keyfile=…']
    : ['TLS', 'rediss:// instead of redis://'];
  const hint = t.opened || isSocket(t) ? '' : `, and whether it requires ${wants} (${cure})`;
  return `Redis at ${t.at} closed the connection. Check that the server is running${hint}.`;
};
const noWay: Words = (t) => `No route to Redis at ${t.at}. Check the network, the VPN and the firewall.`;
const noAnswer: Words = (t) =>
  `Redis at ${t.at} didn't answer in time. Check the host, the firewall and the VPN, and ${t.tls ? 'that it supports TLS, as the URL says' : 'whether it requires TLS (rediss://)'}.`;

/** By errno. */
const BY_CODE: Readonly<Record<string, readonly [ProblemKind, Words]>> = {
  ECONNREFUSED: ['refused', (t) => `Connection refused at ${t.at}. Is Redis running there?`],
  ENOENT: ['refused', (t) => `No socket file at ${t.host}. Check the path, and that Redis is running.`],
  EACCES: [
    'permission',
    (t) => `No permission to open the socket file ${t.host}. Redis sets who may with unixsocketperm.`,
  ],
  ENOTFOUND: [
    'host-not-found',
    (t) => `Can't resolve the host of Redis at ${t.at}. Check its spelling, the VPN and DNS.`,
  ],
  EAI_AGAIN: [
    'host-not-found',
    (t) => `Can't look up the host of Redis at ${t.at}. Check the network, the VPN and DNS.`,
  ],
  EHOSTUNREACH: ['unreachable', noWay],
  ENETUNREACH: ['unreachable', noWay],
  ETIMEDOUT: ['timeout', noAnswer],
};

/** By the texts and codes of Node's TLS (OpenSSL's `X509_V_ERR_…` without the beginning, and its alerts), most telling first. */
const TLS_BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    'tls',
    (t, detail) =>
      `The TLS certificate of Redis at ${t.at} has expired or isn't valid yet (${detail}). Renew it, or add ?ssl_cert_reqs=none to trust it unchecked.`,
  ],
  [
    /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    'tls',
    (t, detail) =>
      `The TLS certificate of Redis at ${t.at} is for another host (${detail}). Use that host, or add ?ssl_check_hostname=false to accept any name.`,
  ],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_(GET_ISSUER|VERIFY)|unable to (get|verify)/i,
    'tls',
    (t, detail) =>
      `This machine doesn't trust the TLS certificate of Redis at ${t.at} (${detail}). Add ?ssl_ca_certs=/path/ca.pem with its authority, or ?ssl_cert_reqs=none to trust it unchecked, as Heroku's Redis requires.`,
  ],
  [
    /alert (certificate required|handshake failure|bad certificate|unknown ca)|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/i,
    'tls',
    (t, detail) =>
      `Redis at ${t.at} rejected the TLS connection (${detail}). It may require a client certificate: add ?ssl_certfile=/path/cert.pem&ssl_keyfile=/path/key.pem.`,
  ],
  [
    /wrong version number|packet length too long|before secure TLS|WRONG_VERSION_NUMBER/i,
    'tls',
    (t, detail) =>
      `The TLS connection to Redis at ${t.at} failed (${detail}). Check that the server supports TLS, or use redis:// without ssl_ options.`,
  ],
  [
    /PEM|KEY_VALUES_MISMATCH|bad decrypt|asn1|no start line|certificate|ERR_SSL|ERR_TLS|ERR_OSSL|SSL routines/i,
    'tls',
    (t, detail) =>
      `The TLS connection to Redis at ${t.at} failed (${detail}). Check rediss:// and the files of ssl_ca_certs, ssl_certfile and ssl_keyfile.`,
  ],
];

/** By Redis's error prefixes and texts (redis 7.0 server.c, acl.c, networking.c), and by the driver's texts. */
const BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /^NOAUTH/,
    'authentication',
    (t) =>
      t.password === undefined
        ? `Redis at ${t.at} requires a password. Write it into the URL, or store it with the connection.`
        : `Wrong user or password for Redis at ${t.at}.`,
  ],
  [
    /^WRONGPASS|invalid password|invalid username/i,
    'authentication',
    (t) => `Wrong user or password for Redis at ${t.at}.`,
  ],
  [
    /^NOPERM.*\bkeys?\b/i,
    'permission',
    (t) => `No permission to read Celery's keys in Redis at ${t.at}. Grant it to this user (ACL SETUSER … %R~*).`,
  ],
  [
    /^NOPERM.*\bchannels?\b/i,
    'permission',
    (t) => `No permission to use Celery's channels in Redis at ${t.at}. Grant it to this user (ACL SETUSER … &*).`,
  ],
  [
    /^NOPERM/i,
    'permission',
    (t, detail) =>
      `No permission to run ${commandIn(detail)} in Redis at ${t.at}. Grant it to this user with ACL SETUSER.`,
  ],
  [
    /^(ERR )?unknown command/i,
    'permission',
    (t, detail) => `Redis at ${t.at} has no ${commandIn(detail)} command. It may be disabled or renamed there.`,
  ],
  [
    /index is out of range|invalid DB index/i,
    'database-missing',
    (t) => `Redis at ${t.at} has no database ${t.db}. Check the number at the end of the URL.`,
  ],
  [
    /SELECT is not allowed/i,
    'database-missing',
    (t) => `Redis at ${t.at} is a cluster, which has only database 0 and can't be Celery's broker. Check the URL.`,
  ],
  [
    /^(CLUSTERDOWN|TRYAGAIN)\b/,
    'unreachable',
    (t, detail) => `The cluster of Redis at ${t.at} isn't serving all keys (${detail}). Check again later.`,
  ],
  [
    /^(MOVED|ASK|CROSSSLOT)\b/,
    'invalid',
    (t) => `Redis at ${t.at} is part of a cluster, which can't be Celery's broker. Check the URL.`,
  ],
  [
    /^LOADING\b/,
    'unreachable',
    (t, detail) => `Redis at ${t.at} is loading its data (${detail}). Check again in a moment.`,
  ],
  [
    /^BUSY\b/,
    'unreachable',
    (t, detail) =>
      `Redis at ${t.at} is busy with a script (${detail}). Wait for it or end it (SCRIPT KILL), then check again.`,
  ],
  [
    /^MASTERDOWN\b/,
    'unreachable',
    (t, detail) =>
      `Redis at ${t.at} is a replica that has lost its primary (${detail}). Use the address of the primary.`,
  ],
  [
    /^OOM\b/,
    'refused',
    (t) =>
      `Redis at ${t.at} has reached maxmemory and accepts no writes. Producers fail there too: free memory or raise the limit.`,
  ],
  [
    /^MISCONF\b/,
    'refused',
    (t) =>
      `Redis at ${t.at} couldn't save its data and accepts no writes. Producers fail there too: check its log and its disk.`,
  ],
  [
    /^NOREPLICAS\b/,
    'refused',
    (t) => `Redis at ${t.at} has too few replicas and accepts no writes. Check min-replicas-to-write.`,
  ],
  [
    /max (daily )?request(s)?( limit| size)? .*exceeded|max requests limit/i,
    'refused',
    (t, detail) =>
      `Redis at ${t.at} has reached a limit of its plan (${detail}). Raise the limit, or wait until it resets.`,
  ],
  [
    /^READONLY\b/,
    'permission',
    (t) => `Redis at ${t.at} is a read-only replica. Use the address of its primary to ask the workers.`,
  ],
  [
    /max number of clients/i,
    'too-many-connections',
    (t) => `Redis at ${t.at} has no free connection. Close some, raise maxclients, or try again later.`,
  ],
  [
    /^DENIED\b/,
    'refused',
    (t) =>
      `Redis at ${t.at} is in protected mode and accepts only clients on its own machine. Check its configuration.`,
  ],
  ...TLS_BY_TEXT,
  [
    /^Unknown RESP type|^Protocol error/i,
    'invalid',
    (t) => `The server at ${t.at} isn't Redis. Check the host and port, and whether the URL must begin with rediss://.`,
  ],
  [/timed? ?out/i, 'timeout', noAnswer],
  [
    /connection is closed|ECONNRESET|EPIPE|aborted due to connection|ECONNABORTED|socket closed/i,
    'connection-lost',
    closed,
  ],
];

/**
 * Puts any error of the driver into one sentence for a person, with no password in it.
 * The error stays as `cause`, without the arguments that were sent: those of AUTH are a password.
 * @param at what people call the server
 * @param opened whether it has answered before on this line
 */
export function toRedisProblem(
  error: unknown,
  target: RedisTarget,
  at = redisAddress(target),
  opened = false,
): Problem {
  if (error instanceof Problem) return error;
  const raw = firstError<DriverError>(error);
  delete raw.command;
  const text = `${raw.message ?? ''} ${raw.code ?? ''}`.trim();
  rememberTarget(target);
  const detail = foreignWords(withReason(raw), [target.user ?? '', target.host]);
  const secrets = redisSecrets(target);
  // A server may repeat what it was sent.
  for (const part of ['message', 'stack'] as const) if (raw[part] !== undefined) raw[part] = redact(raw[part], secrets);
  const [kind, words] = BY_CODE[raw.code ?? ''] ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.slice(1) ?? OTHER;
  return new Problem(kind as ProblemKind, (words as Words)({ ...target, at, opened }, detail), { cause: error });
}

const OTHER: readonly [ProblemKind, Words] = [
  'unknown',
  (t, detail) => `Redis at ${t.at} answered with an error (${detail}).`,
];

/** The server answered, with an error; anything else is about the line. */
export function isErrorReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/** The command that an error reply names: `... to run the 'lrange' command`, `unknown command 'LRANGE', ...`. */
function commandIn(detail: string): string {
  return /['`]([a-z|]{1,40})['`]/i.exec(detail)?.[1]?.toUpperCase() ?? 'one of the read commands';
}

/** OpenSSL's own errors hold the reason in the middle: `80CC…:error:0A00010B:SSL routines:function:reason:file:line:`. */
function withReason(error: DriverError): DriverError {
  const reason = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(error.message ?? '')?.[1];
  return reason === undefined ? error : { message: reason };
}
