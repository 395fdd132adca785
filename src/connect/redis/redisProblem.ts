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
  const hint = t.opened || isSocket(t) ? '' : `, that it does not ask for ${wants} (${cure})`;
  return `Redis at ${t.at} closed the connection: check that the server is up${hint}, and run the check again.`;
};
const noWay: Words = (t) => `There is no way to Redis at ${t.at}: check the network, VPN or firewall.`;
const noAnswer: Words = (t) =>
  `Redis at ${t.at} did not answer in time: check host, firewall and VPN, and ${t.tls ? 'that it speaks TLS as the URL says' : 'whether it wants TLS (rediss://)'}.`;

/** By errno. */
const BY_CODE: Readonly<Record<string, readonly [ProblemKind, Words]>> = {
  ECONNREFUSED: [
    'refused',
    (t) =>
      `Nothing listens at ${t.at}: check ${isSocket(t) ? 'the path' : 'host and port'}, and that Redis is running.`,
  ],
  ENOENT: ['refused', (t) => `There is no socket file ${t.host}: check the path, and that Redis is running.`],
  EACCES: ['permission', (t) => `You may not open the socket file ${t.host}: its unixsocketperm decides who may.`],
  ENOTFOUND: [
    'host-not-found',
    (t) => `The host name of Redis at ${t.at} is not known: check its spelling, and VPN or DNS.`,
  ],
  EAI_AGAIN: [
    'host-not-found',
    (t) => `The host name of Redis at ${t.at} could not be looked up: check the network, VPN or DNS.`,
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
      `The TLS certificate of Redis at ${t.at} is out of date (${detail}): have it renewed, or write ?ssl_cert_reqs=none to trust it unchecked.`,
  ],
  [
    /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    'tls',
    (t, detail) =>
      `The TLS certificate of Redis at ${t.at} is for another name (${detail}): write the host that it is for, or ?ssl_check_hostname=false to accept it under any name.`,
  ],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_(GET_ISSUER|VERIFY)|unable to (get|verify)/i,
    'tls',
    (t, detail) =>
      `The TLS certificate of Redis at ${t.at} is of no authority that is known here (${detail}): name its authority by ?ssl_ca_certs=/path/ca.pem, or write ?ssl_cert_reqs=none to trust it unchecked, as Heroku's Redis needs it.`,
  ],
  [
    /alert (certificate required|handshake failure|bad certificate|unknown ca)|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/i,
    'tls',
    (t, detail) =>
      `Redis at ${t.at} did not accept our side of TLS (${detail}): it may ask for a client certificate, named by ?ssl_certfile=/path/cert.pem&ssl_keyfile=/path/key.pem.`,
  ],
  [
    /wrong version number|packet length too long|before secure TLS|WRONG_VERSION_NUMBER/i,
    'tls',
    (t, detail) =>
      `The TLS connection to Redis at ${t.at} failed (${detail}): check that the server speaks TLS, or write redis:// without ssl_ options.`,
  ],
  [
    /PEM|KEY_VALUES_MISMATCH|bad decrypt|asn1|no start line|certificate|ERR_SSL|ERR_TLS|ERR_OSSL|SSL routines/i,
    'tls',
    (t, detail) =>
      `The TLS connection to Redis at ${t.at} failed (${detail}): check rediss:// and the files of ssl_ca_certs, ssl_certfile and ssl_keyfile.`,
  ],
];

/** By Redis's error prefixes and texts (redis 7.0 server.c, acl.c, networking.c), and by the driver's texts. */
const BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /^NOAUTH/,
    'authentication',
    (t) =>
      t.password === undefined
        ? `Redis at ${t.at} asks for a password, and none is given: write it into the URL, or store it with the connection.`
        : `Redis at ${t.at} refused the user or password: enter the right one.`,
  ],
  [
    /^WRONGPASS|invalid password|invalid username/i,
    'authentication',
    (t) => `Redis at ${t.at} refused the user or password: enter the right one.`,
  ],
  [
    /^NOPERM.*\bkeys?\b/i,
    'permission',
    (t) => `Redis at ${t.at} does not let this user read the keys of Celery: its ACL needs them (ACL SETUSER … %R~*).`,
  ],
  [
    /^NOPERM.*\bchannels?\b/i,
    'permission',
    (t) => `Redis at ${t.at} does not let this user use the channels of Celery: its ACL needs them (ACL SETUSER … &*).`,
  ],
  [
    /^NOPERM/i,
    'permission',
    (t, detail) => `Redis at ${t.at} does not let this user run ${commandIn(detail)}: its ACL needs it.`,
  ],
  [
    /^(ERR )?unknown command/i,
    'permission',
    (t, detail) => `Redis at ${t.at} does not know ${commandIn(detail)}: it may have been disabled or renamed there.`,
  ],
  [
    /index is out of range|invalid DB index/i,
    'database-missing',
    (t) => `Redis at ${t.at} has no database ${t.db}: check the number at the end of the URL.`,
  ],
  [
    /SELECT is not allowed/i,
    'database-missing',
    (t) => `Redis at ${t.at} is a cluster, which has only database 0 and cannot be Celery's broker: check the URL.`,
  ],
  [
    /^(CLUSTERDOWN|TRYAGAIN)\b/,
    'unreachable',
    (t, detail) =>
      `The cluster of Redis at ${t.at} does not serve all keys now (${detail}): run the check again later.`,
  ],
  [
    /^(MOVED|ASK|CROSSSLOT)\b/,
    'invalid',
    (t) => `Redis at ${t.at} is a part of a cluster, which cannot be Celery's broker: check the URL.`,
  ],
  [
    /^LOADING\b/,
    'unreachable',
    (t, detail) => `Redis at ${t.at} is loading its data (${detail}): run the check again in a moment.`,
  ],
  [
    /^BUSY\b/,
    'unreachable',
    (t, detail) =>
      `Redis at ${t.at} is busy with a script (${detail}): wait for it, or end it (SCRIPT KILL), and run the check again.`,
  ],
  [
    /^MASTERDOWN\b/,
    'unreachable',
    (t, detail) =>
      `Redis at ${t.at} is a replica that has lost its primary (${detail}): give the address of the primary.`,
  ],
  [
    /^OOM\b/,
    'refused',
    (t) =>
      `Redis at ${t.at} has used up its memory (maxmemory) and takes no writes: producers fail there too, so free memory or raise the limit.`,
  ],
  [
    /^MISCONF\b/,
    'refused',
    (t) =>
      `Redis at ${t.at} takes no writes because it could not save its data: producers fail there too, so see its log and its disk.`,
  ],
  [
    /^NOREPLICAS\b/,
    'refused',
    (t) => `Redis at ${t.at} takes no writes because too few replicas are connected: see min-replicas-to-write.`,
  ],
  [
    /max (daily )?request(s)?( limit| size)? .*exceeded|max requests limit/i,
    'refused',
    (t, detail) =>
      `Redis at ${t.at} has reached a limit of its plan (${detail}): raise it, or wait until it begins anew.`,
  ],
  [
    /^READONLY\b/,
    'permission',
    (t) => `Redis at ${t.at} is a read-only replica: give the address of its primary to ask the workers.`,
  ],
  [
    /max number of clients/i,
    'too-many-connections',
    (t) => `Redis at ${t.at} has no connection left: close some, raise maxclients, or try again later.`,
  ],
  [
    /^DENIED\b/,
    'refused',
    (t) => `Redis at ${t.at} is in protected mode and takes only clients of its own machine: see its configuration.`,
  ],
  ...TLS_BY_TEXT,
  [
    /^Unknown RESP type|^Protocol error/i,
    'invalid',
    (t) =>
      `What listens at ${t.at} does not speak Redis's protocol: check host and port, and whether the URL must begin with rediss://.`,
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
