/** Everything that an AMQP connection can end in, each in one sentence. */
import { certificateFailures } from '../certificateProblem';
import { foreignWords } from '../../../base/foreignWords';
import { Problem, type ProblemKind } from '../../../base/problem';
import { hostAndPort } from '../../../wire/urlParts';
import type { AmqpServer } from '../amqpUrl';
import { shellWord } from '../../../base/shellWord';

type Words = (server: AmqpServer, reason: string) => string;

const where = (server: AmqpServer): string => `RabbitMQ at ${hostAndPort(server)}`;

/** The commands for a user of the checks alone, who asks workers and can do nothing else. `set_permissions` replaces what a user had. */
export function askCommand({ vhost }: Pick<AmqpServer, 'vhost'>, user: string): string {
  return `rabbitmqctl set_permissions -p ${shellWord(vhost)} ${shellWord(user)} '^$' '^(celery\\.pidbox|amq\\.default)$' '^$'`;
}

/** The code of AMQP that amqplib puts on an error; undefined where it has none. */
export function codeOf(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** By amqplib's own sentences (2.3.1), AMQP's codes in them, and the codes of Node's sockets and of OpenSSL. */
const BY_TEXT: readonly (readonly [RegExp, ProblemKind, Words])[] = [
  [
    /only log in via localhost|loopback/i,
    'authentication',
    (server) =>
      `${where(server)} accepts the user ${server.user} only from its own machine (loopback_users). Use another user.`,
  ],
  [
    /403 \(ACCESS.REFUSED\).*login was refused|Handshake terminated by server: 403/i,
    'authentication',
    (server) => `Wrong user or password for ${where(server)} (user ${server.user}).`,
  ],
  [
    // The reason is in the frame, which amqplib 2.3.1 does not print.
    /Expected ConnectionOpenOk; got <?ConnectionClose/i,
    'database-missing',
    (server) =>
      `${where(server)} has no virtual host ${server.vhost}, or doesn't let the user ${server.user} use it. Check the end of the broker's URL and the user's permissions.`,
  ],
  [
    /^ECONNREFUSED/,
    'refused',
    (server) => `Connection refused at ${hostAndPort(server)}. Check the port, and that RabbitMQ is running.`,
  ],
  [
    /^ENOTFOUND/,
    'host-not-found',
    (server) => `Can't resolve the host ${server.host}. Check its spelling, the VPN and DNS.`,
  ],
  [
    /^EAI_AGAIN/,
    'host-not-found',
    (server) => `Can't look up the host ${server.host}. Check the network, the VPN and DNS.`,
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH)/,
    'unreachable',
    (server) => `No route to ${hostAndPort(server)}. Check the network, the VPN and the firewall.`,
  ],
  [
    /^ETIMEDOUT/,
    'timeout',
    (server) => `${where(server)} didn't answer in time. Check the host, the port and the firewall.`,
  ],
  ...certificateFailures(where),
  [
    /wrong version number|packet length too long|WRONG_VERSION_NUMBER/i,
    'tls',
    (server) =>
      `The server at ${hostAndPort(server)} doesn't answer in TLS. Check the port, and whether the broker's URL should begin with amqp://.`,
  ],
  [
    /ERR_TLS|ERR_SSL|ERR_OSSL|SSL routines|EPROTO/i,
    'tls',
    (server, reason) => `The TLS connection to ${where(server)} failed (${reason}).`,
  ],
  [
    /Invalid frame|Frame size|frame on channel|Expected ConnectionStart|Unknown frame|Frame of type/i,
    'invalid',
    (server) =>
      `The server at ${hostAndPort(server)} doesn't answer in AMQP. Its port for AMQP is mostly 5672, or 5671 with TLS.`,
  ],
  [
    /Socket closed abruptly|ECONNRESET|EPIPE|ECONNABORTED|Unexpected close|CONNECTION_FORCED/i,
    'connection-lost',
    (server) =>
      `${hostAndPort(server)} closed the connection. Check that it is RabbitMQ's port for AMQP, and ${server.tls ? 'that the server is running' : 'whether it requires TLS (amqps://)'}.`,
  ],
];

/** The sentence for a connection that could not be made, or that ended. */
export function lineProblem(server: AmqpServer, error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = partsOf(error);
  const text = `${code} ${message}`.trim();
  const reason = foreignWords({ message }, [server.host, server.user, server.vhost]);
  const [, kind, say] = BY_TEXT.find(([pattern]) => pattern.test(text)) ?? OTHER;
  return new Problem(kind, say(server, reason), { cause: error });
}

const OTHER: readonly [RegExp, ProblemKind, Words] = [
  /./,
  'unknown',
  (server, reason) => `The AMQP connection to ${where(server)} failed (${reason}).`,
];

/** For a user who may not ask. */
export function notPermitted(server: AmqpServer, error: unknown): Problem {
  const exchange = /exchange '([^']{1,80})'/.exec(partsOf(error).message)?.[1];
  const what =
    exchange === undefined ? 'ask the workers' : `write to the exchange ${exchange}, which asking the workers needs`;
  return new Problem(
    'permission',
    `${where(server)} doesn't let the user ${server.user} ${what}. For a user of its own, run: ${askCommand(server, 'CHECKS_USER')}.`,
    { cause: error },
  );
}

/** For a server that takes no messages now. @param reason as the server gives it: `low on memory` */
export function blockedBy(server: AmqpServer, reason: string): Problem {
  return new Problem(
    'unreachable',
    `${where(server)} accepts no messages now (${foreignWords({ message: reason })}), so the workers could not be asked.`,
  );
}

/** For a message that does not come back. @param blocked why the server takes none; undefined: it did not say */
export function noAddress(server: AmqpServer, blocked: string | undefined): Problem {
  if (blocked !== undefined) return blockedBy(server, blocked);
  return new Problem(
    'timeout',
    `${where(server)} didn't return a message that leads nowhere, so the workers could not be asked. An alarm may block publishers.`,
  );
}

function partsOf(error: unknown): { readonly code: string; readonly message: string } {
  const first = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error;
  if (!(first instanceof Error)) return { code: '', message: '' };
  const { code } = first as { readonly code?: unknown };
  return { code: typeof code === 'string' ? code : '', message: first.message };
}
