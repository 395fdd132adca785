/** Everything that a management API, what stands before it, or the line to it can answer instead of data, each in one sentence. */
import { certificateFailures } from '../certificateProblem';
import { foreignWords } from '../../../base/foreignWords';
import { Problem, type ProblemKind } from '../../../base/problem';
import { isObject } from '../../../base/shape';
import { shellWord } from '../../../base/shellWord';
import { hostAndPort } from '../../../wire/urlParts';
import type { ManagementAddress } from './address';
import { managementText } from './address';

/** What was asked, of whom, in which virtual host. */
export interface Asked {
  readonly address: ManagementAddress;
  /** Below `/api`. */
  readonly path: string;
  readonly vhost: string;
}

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect leads. */
  readonly location?: string;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

type Words = (asked: Asked, reason: string) => string;
/** What puts it right. */
type Commands = (asked: Asked) => readonly string[];

const where = ({ address }: Asked): string => managementText(address);
const api = (asked: Asked): string => `RabbitMQ's management API at ${where(asked)}`;

/** What a new user may be called. */
const READER = 'celery_reader';

/**
 * The commands that make a new user who may read the counts of a virtual host and nothing else. The first asks for a password. A user who
 * is there may be the one of the workers, who would lose the permission to take messages.
 */
export function leastPrivilege(vhost: string): readonly string[] {
  return [`rabbitmqctl add_user ${READER}`, tagCommand(READER), permissionCommand(READER, vhost)];
}

/** The command that lets a user read the counts of a virtual host and nothing else. */
export function permissionCommand(user: string, vhost: string): string {
  return `rabbitmqctl set_permissions -p ${shellWord(vhost)} ${shellWord(user)} '^$' '^$' '^$'`;
}

/** The command that lets a user who has no tag yet use the management API. */
export function tagCommand(user: string): string {
  return `rabbitmqctl set_user_tags ${shellWord(user)} monitoring`;
}

/**
 * By RabbitMQ's own reasons (rabbit_mgmt_util.erl, 3.10 to 4.0), which all come with the status 401. `Login failed` is that of 3.10,
 * `Not_Authorized` that of 4.0.
 */
const BY_REASON: readonly (readonly [RegExp, ProblemKind, Words, Commands?])[] = [
  [
    /only log in via localhost/i,
    'authentication',
    (asked) =>
      `${api(asked)} accepts the user ${asked.address.user} only from its own machine (loopback_users). Use another user.`,
  ],
  [
    /^(login failed|not_authorized|not authorized)$/i,
    'authentication',
    (asked) => `Wrong user or password for ${api(asked)} (user ${asked.address.user}).`,
  ],
  [
    /not management user/i,
    'permission',
    (asked) =>
      `The user ${asked.address.user} has no tag that permits ${api(asked)}. Run ${tagCommand(asked.address.user)} on the server, or make a user for checks alone.`,
    ({ vhost }) => leastPrivilege(vhost),
  ],
  [
    /not authori[sz]ed to access virtual host/i,
    'permission',
    (asked) =>
      `The user ${asked.address.user} has no permission in the virtual host ${asked.vhost} of ${api(asked)}. Check the end of the broker's URL, or run ${permissionCommand(asked.address.user, asked.vhost)} on the server.`,
    ({ address, vhost }) => [permissionCommand(address.user, vhost)],
  ],
  [
    /not monitor user|not administrator user/i,
    'permission',
    (asked) => `${api(asked)} shows ${topic(asked)} only to users with the tag monitoring.`,
  ],
  [/access_refused|access refused/i, 'permission', (asked) => refused(asked)],
  [
    /stats in management ui are disabled/i,
    'permission',
    (asked) => `${api(asked)} doesn't show ${topic(asked)}, because its statistics are disabled.`,
  ],
];

/** The sentence for an answer that is no success, or that is not JSON. */
export function toRefusal(asked: Asked, { status, contentType, location, body }: Refusal): Problem {
  const reason = reasonOf(body);
  if (status >= 300 && status < 400)
    return new Problem(
      'invalid',
      `${where(asked)} redirects to another address${location === undefined ? '' : ` (${foreignWords({ message: location })})`}. It isn't followed, because the request carries a password: use the address of the management API.`,
    );
  const known = body === undefined ? undefined : BY_REASON.find(([pattern]) => pattern.test(reason));
  if (known && status >= 400 && status < 500) {
    const [, kind, say, commands] = known;
    return new Problem(kind, say(asked, reason), { commands: commands?.(asked) ?? [] });
  }
  if (status === 401 || status === 407)
    return new Problem(
      'authentication',
      `${where(asked)} rejected the user ${asked.address.user}${body === undefined ? '. A proxy in front of RabbitMQ may require a login of its own' : ` (${words(reason)})`}.`,
    );
  // RabbitMQ 3.10 answers a path that it does not have with 406 and nothing else.
  if ((status === 404 && body !== undefined) || ([404, 406].includes(status) && isOfServer(asked)))
    return notFound(asked);
  if (body === undefined) return new Problem('invalid', notTheApi(asked, contentType));
  if (status === 403) return new Problem('permission', refused(asked));
  return new Problem(
    status >= 500 ? 'unreachable' : 'unknown',
    `${api(asked)} answered with an error (HTTP ${String(status)}: ${words(reason)}).`,
  );
}

/** LavinMQ gives no reason for what RabbitMQ tells apart. */
function refused(asked: Asked): string {
  return `${api(asked)} doesn't show ${topic(asked)} to the user ${asked.address.user}. Check the user's tags, and the permissions in the virtual host ${asked.vhost}.`;
}

/** A path that is there on every server is missing only where no API is; one of a virtual host, where that is missing. */
function notFound(asked: Asked): Problem {
  if (isOfServer(asked))
    return new Problem(
      'invalid',
      `No management API was found at ${where(asked)}/api. Check the path in its URL, which a proxy may have changed.`,
    );
  return new Problem(
    'database-missing',
    `${api(asked)} has no virtual host ${asked.vhost}. Check the end of the broker's URL.`,
  );
}

function isOfServer({ path }: Pick<Asked, 'path'>): boolean {
  return path.startsWith('/whoami') || path.startsWith('/overview');
}

function notTheApi(asked: Asked, contentType: string): string {
  const sent = /html/i.test(contentType) ? 'an HTML page' : 'something that is not JSON';
  return `${where(asked)} answered with ${sent} instead of data, so it is not RabbitMQ's management API. Check the host, the port and the path.`;
}

/** By the codes of Node's sockets, of its HTTP parser and of OpenSSL. */
const BY_CODE: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /^ECONNREFUSED/,
    'refused',
    (asked) =>
      `Connection refused at ${where(asked)}. Check the port, and that the management plugin is enabled (rabbitmq-plugins enable rabbitmq_management).`,
  ],
  [
    /^ENOTFOUND/,
    'host-not-found',
    (asked) => `Can't resolve the host ${asked.address.host}. Check its spelling, the VPN and DNS.`,
  ],
  [
    /^EAI_AGAIN/,
    'host-not-found',
    (asked) => `Can't look up the host ${asked.address.host}. Check the network, the VPN and DNS.`,
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH)/,
    'unreachable',
    (asked) => `No route to ${where(asked)}. Check the network, the VPN and the firewall.`,
  ],
  [
    /^ETIMEDOUT/,
    'timeout',
    (asked) => `${where(asked)} didn't answer in time. Check the host, the port and the firewall.`,
  ],
  [
    /^HPE_/,
    'invalid',
    (asked) =>
      `The server at ${hostAndPort(asked.address)} doesn't answer in HTTP, so it is not the management API. That mostly has port 15672, or 15671 with TLS.`,
  ],
  ...certificateFailures(where),
  [
    /wrong version number|packet length too long|WRONG_VERSION_NUMBER/i,
    'tls',
    (asked) =>
      `The server at ${hostAndPort(asked.address)} doesn't answer in TLS. Check the port, and whether its URL begins with http://.`,
  ],
  [
    /ERR_TLS|ERR_SSL|ERR_OSSL|SSL routines|EPROTO/i,
    'tls',
    (asked, reason) => `The TLS connection to ${where(asked)} failed (${reason}).`,
  ],
  [
    /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|aborted/i,
    'connection-lost',
    (asked) =>
      `${where(asked)} closed the connection. Check that it is the management API, and ${asked.address.tls ? 'that the server is running' : 'whether it requires TLS (https://)'}.`,
  ],
];

/** The sentence for a failure of the line. */
export function toLineProblem(asked: Asked, error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code = '', message = '', rawPacket } = firstOf(error);
  const other = code.startsWith('HPE_') && rawPacket ? otherProtocol(asked, rawPacket) : undefined;
  if (other) return other;
  const text = `${code} ${message}`.trim();
  const [, kind, say] = BY_CODE.find(([pattern]) => pattern.test(text)) ?? OTHER;
  return new Problem(kind, say(asked, foreignWords({ message }, [asked.address.host])), { cause: error });
}

/** What answers in no HTTP, by its first bytes: https://www.rabbitmq.com/docs/specification (AMQP 0-9-1, 4.2.2), RFC 8446 (5.1). */
function otherProtocol(asked: Asked, first: Uint8Array): Problem | undefined {
  const bytes = Buffer.from(first);
  const at = hostAndPort(asked.address);
  if (bytes.subarray(0, 4).toString('latin1') === 'AMQP')
    return new Problem(
      'invalid',
      `The server at ${at} answers in AMQP: this is the broker's own port. The management API mostly has port 15672, or 15671 with TLS.`,
    );
  // An alert or a handshake of TLS, for a request that was not encrypted.
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 0x03)
    return new Problem(
      'tls',
      `The server at ${at} requires TLS. Use https:// for the management API, and amqps:// for the broker if its port requires TLS too.`,
    );
  return undefined;
}

const OTHER: readonly [RegExp, ProblemKind, Words] = [
  /./,
  'unknown',
  (asked, reason) => `The connection to ${where(asked)} failed (${reason}).`,
];

/** The same for an answer that does not come to its end in time. @param seconds that were waited */
export function tooSlow(asked: Asked, seconds: number): Problem {
  return new Problem(
    'timeout',
    `${api(asked)} didn't answer within ${String(seconds)} seconds when asked for ${topic(asked)}. A busy queue delays its numbers: check again later.`,
  );
}

/** The same where each answer comes, and all of them take too long. */
export function tooSlowInAll(asked: Asked, seconds: number): Problem {
  return new Problem(
    'timeout',
    `${api(asked)} is too slow: its answers took longer than ${String(seconds)} seconds in all. Check again when the server is less busy.`,
  );
}

/** The same for one that does not come to its end at all. @param bytes that were read */
export function tooLarge(asked: Asked, bytes: number): Problem {
  return new Problem(
    'unknown',
    `The list of ${topic(asked)} from ${api(asked)} is larger than ${String(Math.round(bytes / 1_000_000))} MB, so it wasn't read.`,
  );
}

/** What a path is about, as people call it. */
function topic({ path }: Pick<Asked, 'path'>): string {
  const [, first = '', , queue] = path.split('?')[0]?.split('/') ?? [];
  if (first === 'health') return 'alarms';
  if (first === 'queues' && queue !== undefined) return `the queue ${decodeURIComponent(queue).slice(0, 80)}`;
  return first === 'whoami' || first === 'overview' ? 'the server' : first.replace('-', ' ');
}

function reasonOf(body: unknown): string {
  if (!isObject(body)) return '';
  const said = body.reason ?? body.error;
  return typeof said === 'string' ? said : '';
}

function words(reason: string): string {
  return foreignWords({ message: reason });
}

interface NodeError {
  readonly code?: string;
  readonly message?: string;
  /** What Node's HTTP parser could not read. */
  readonly rawPacket?: Uint8Array;
  readonly errors?: readonly NodeError[];
}

/** A name with several addresses fails with one error for each. */
function firstOf(error: unknown): NodeError {
  if (typeof error !== 'object' || error === null) return {};
  const failure = error as NodeError;
  return failure.errors?.[0] ?? failure;
}
