import { Problem, type ProblemKind } from '../diagnosis/problem';
import { foreignWords } from '../diagnosis/foreignWords';
import { redisAddress, type RedisTarget } from './redisUrl';
import { rememberTarget } from './rememberSecrets';

/** What ioredis and Node's sockets throw; for an error reply `message` is Redis's own text and `command` holds what was sent. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly DriverError[];
  command?: unknown;
}

type Words = (where: RedisTarget, detail: string) => string;
const at = redisAddress;

const closed: Words = (t) =>
  `Redis at ${at(t)} closed the connection: check that the server is up, and run the check again.`;
const noWay: Words = (t) => `There is no way to Redis at ${at(t)}: check the network, VPN or firewall.`;
const noAnswer: Words = (t) =>
  `Redis at ${at(t)} did not answer in time: check host, firewall and VPN${t.tls ? ', and that it speaks TLS as rediss:// says' : ''}.`;

/** By errno. */
const BY_CODE: Readonly<Record<string, readonly [ProblemKind, Words]>> = {
  ECONNREFUSED: ['refused', (t) => `Nothing listens at ${at(t)}: check host and port, and that Redis is running.`],
  ENOTFOUND: [
    'host-not-found',
    (t) => `The host name of Redis at ${at(t)} is not known: check its spelling, and VPN or DNS.`,
  ],
  EAI_AGAIN: [
    'host-not-found',
    (t) => `The host name of Redis at ${at(t)} could not be looked up: check the network, VPN or DNS.`,
  ],
  EHOSTUNREACH: ['unreachable', noWay],
  ENETUNREACH: ['unreachable', noWay],
  ETIMEDOUT: ['timeout', noAnswer],
};

/** By Redis's error prefixes and texts (redis 7.0 server.c, acl.c, networking.c), and by the driver's texts. */
const BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /^(WRONGPASS|NOAUTH)|invalid password|invalid username/i,
    'authentication',
    (t) => `Redis at ${at(t)} refused the user or password: enter the right one.`,
  ],
  [
    /^NOPERM.*\bkeys?\b/i,
    'permission',
    (t) => `Redis at ${at(t)} does not let this user read the keys of Celery: its ACL needs them (ACL SETUSER … %R~*).`,
  ],
  [
    /^NOPERM.*\bchannels?\b/i,
    'permission',
    (t) =>
      `Redis at ${at(t)} does not let this user use the channels of Celery: its ACL needs them (ACL SETUSER … &*).`,
  ],
  [
    /^NOPERM/i,
    'permission',
    (t, detail) => `Redis at ${at(t)} does not let this user run ${commandIn(detail)}: its ACL needs it.`,
  ],
  [
    /^(ERR )?unknown command/i,
    'permission',
    (t, detail) => `Redis at ${at(t)} does not know ${commandIn(detail)}: it may have been disabled or renamed there.`,
  ],
  [
    /index is out of range|invalid DB index/i,
    'database-missing',
    (t) => `Redis at ${at(t)} has no database ${t.db}: check the number at the end of the URL.`,
  ],
  [
    /SELECT is not allowed/i,
    'database-missing',
    (t) => `Redis at ${at(t)} is a cluster, which has only database 0 and cannot be Celery's broker: check the URL.`,
  ],
  [
    /^(MOVED|ASK|CLUSTERDOWN|CROSSSLOT)\b/,
    'invalid',
    (t) => `Redis at ${at(t)} is a part of a cluster, which cannot be Celery's broker: check the URL.`,
  ],
  [
    /^(LOADING|MASTERDOWN|BUSY)\b/,
    'unreachable',
    (t, detail) => `Redis at ${at(t)} is busy (${detail}): run the check again in a moment.`,
  ],
  [
    /^READONLY\b/,
    'permission',
    (t) => `Redis at ${at(t)} is a read-only replica: give the address of its primary to ask the workers.`,
  ],
  [
    /max number of clients/i,
    'too-many-connections',
    (t) => `Redis at ${at(t)} has no connection left: close some, raise maxclients, or try again later.`,
  ],
  [
    /^DENIED\b/,
    'refused',
    (t) => `Redis at ${at(t)} is in protected mode and takes only clients of its own machine: see its configuration.`,
  ],
  [
    /certificate|self.signed|altname|ERR_SSL|ERR_TLS|SSL routines|before secure TLS/i,
    'tls',
    (t, detail) =>
      `The TLS connection to Redis at ${at(t)} failed (${detail}): check that the URL's rediss:// is right.`,
  ],
  [
    /^Unknown RESP type|^Protocol error/i,
    'invalid',
    (t) =>
      `What listens at ${at(t)} does not speak Redis's protocol: check host and port, and whether the URL must begin with rediss://.`,
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
 */
export function toRedisProblem(error: unknown, target: RedisTarget): Problem {
  if (error instanceof Problem) return error;
  const raw = firstError(error);
  delete raw.command;
  const text = `${raw.message ?? ''} ${raw.code ?? ''}`.trim();
  rememberTarget(target);
  const detail = foreignWords(raw, [target.user ?? '', target.host]);
  const [kind, words] = BY_CODE[raw.code ?? ''] ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.slice(1) ?? OTHER;
  return new Problem(kind as ProblemKind, (words as Words)(target, detail), { cause: error });
}

const OTHER: readonly [ProblemKind, Words] = [
  'unknown',
  (t, detail) => `Redis at ${at(t)} answered with an error (${detail}).`,
];

/** The command that an error reply names: `... to run the 'lrange' command`, `unknown command 'LRANGE', ...`. */
function commandIn(detail: string): string {
  return /['`]([a-z|]{1,40})['`]/i.exec(detail)?.[1]?.toUpperCase() ?? 'one of the read commands';
}

/** A name with several addresses fails with an AggregateError whose own message is empty. */
function firstError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return { message: typeof error === 'string' ? error : '' };
  const driver = error as DriverError;
  return driver.errors?.[0] ?? driver;
}
