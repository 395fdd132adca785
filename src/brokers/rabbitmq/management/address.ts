import { Problem } from '../../../base/problem';
import { bareHost, credentials, HOST_PART, hostAndPort, readPort, splitUserInfo } from '../../../wire/urlParts';
import { parseAmqpUrl, type AmqpServer, type TlsChecks } from '../amqpUrl';

/** Where a management API may be, and the account to use there. */
export interface ManagementAddress {
  readonly host: string;
  readonly port: number;
  /** What a proxy puts before `/api`: `/rabbit`; '' mostly. */
  readonly prefix: string;
  readonly user: string;
  readonly password: string;
  /** Absent: plain HTTP. */
  readonly tls?: TlsChecks;
}

/** Hosts whose API is on the port of HTTPS (https://www.cloudamqp.com/docs/http.html; Amazon MQ for RabbitMQ, "Web console"). */
const HOSTED = /\.cloudamqp\.com$|\.mq\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/i;
const HTTPS_PORT = 443;
const TLS_API_PORT = 15671;
/** RabbitMQ's API is 10,000 above its AMQP: 15672 and 5672, also where Docker publishes both with an offset. */
const ABOVE_AMQP = 10_000;
const AMQP_PORTS: readonly number[] = [5671, 5672];
/** What people copy along from the browser or from a script: `/api`, `/#/queues`. */
const NOT_PREFIX = /\/+$|\/api\/?$/;

/**
 * Where the management API of a broker may be, the likeliest first. The broker's password goes nowhere but to the broker's own host, and
 * over an encrypted line where the broker's URL asks for one.
 * @param own a URL that a person wrote for it; then there is only this one
 * @param label what to call that URL in an error
 * @throws Problem `invalid`, one sentence without a password
 */
export function managementAddresses(
  server: AmqpServer,
  own?: string,
  label = 'The management URL',
): readonly ManagementAddress[] {
  if (own !== undefined) return [ownAddress(server, own.trim(), label)];
  const { host, port, user, password, tls } = server;
  const account = { host, prefix: '', user, password };
  if (HOSTED.test(host)) return [{ ...account, port: HTTPS_PORT, tls: tls ?? { verify: true } }];
  if (tls)
    return [
      { ...account, port: TLS_API_PORT, tls },
      { ...account, port: HTTPS_PORT, tls },
    ];
  const above = port + ABOVE_AMQP;
  return above > 65_535 ? [] : [{ ...account, port: above }];
}

/**
 * @param url Celery's, of one server or several @param own of the management API; its password may be held elsewhere
 * @throws Problem `invalid` where the two don't go together
 */
export function checkManagementUrl(url: string, own: string, label: string): void {
  const [, scheme = '', behind = ''] = /^([a-z]+:\/\/)?(.*)$/is.exec(own.trim()) ?? [];
  const { userInfo, rest } = splitUserInfo(behind);
  const { user, password } = credentials(userInfo);
  const whole = user !== '' && password === undefined ? `${scheme}${userInfo}:held@${rest}` : own;
  for (const server of parseAmqpUrl(url, "The broker's URL")) managementAddresses(server, whole, label);
}

/** Whether a provider runs this server, so that nobody has `rabbitmqctl` there. */
export function isHosted(host: string): boolean {
  return HOSTED.test(host);
}

/** `https://host:15671/prefix` for people, never with a password. */
export function managementText({ tls, prefix, ...place }: ManagementAddress): string {
  return `${tls ? 'https' : 'http'}://${hostAndPort(place)}${prefix}`;
}

function ownAddress(server: AmqpServer, text: string, label: string): ManagementAddress {
  const scheme = /^(https?):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw new Problem(
      'invalid',
      `${label} must be the address of RabbitMQ's management API, such as https://host:15671.`,
    );
  const { userInfo, rest } = splitUserInfo(text.slice(scheme.length + '://'.length));
  const [, hostText = '', portText, path = ''] = HOST_PART.exec(rest) ?? [];
  if (hostText === '') throw new Problem('invalid', `${label} has no readable host. Write https://host:15671.`);
  const secure = scheme === 'https';
  const host = bareHost(hostText);
  const port = readPort(portText, secure ? HTTPS_PORT : 80, label);
  if (AMQP_PORTS.includes(port) || (port === server.port && sameHost(host, server.host)))
    throw new Problem(
      'invalid',
      `${label} names port ${String(port)}, which is for AMQP. The management API has a port of its own, mostly 15672, or 15671 with TLS.`,
    );
  if (server.tls && !secure)
    throw new Problem(
      'invalid',
      `${label} begins with http://, although the broker's URL asks for TLS. Use https://, so that the password is never sent unencrypted.`,
    );
  return {
    host,
    port,
    prefix: prefixOf(path),
    ...accountOf(userInfo, host, server, label),
    // What the broker's URL says of certificates is about the broker's own host.
    ...(secure ? { tls: (sameHost(host, server.host) ? server.tls : undefined) ?? { verify: true } } : {}),
  };
}

function accountOf(
  userInfo: string,
  host: string,
  server: AmqpServer,
  label: string,
): Pick<ManagementAddress, 'user' | 'password'> {
  const { user, password } = credentials(userInfo);
  if (user !== '' && password !== undefined) return { user, password };
  if (user !== '' && user !== server.user)
    throw new Problem('invalid', `${label} has a user but no password. Enter it again with its password.`);
  if (sameHost(host, server.host)) return { user: server.user, password: server.password };
  throw new Problem(
    'invalid',
    `${label} names another host than the broker's URL, so the broker's password isn't sent there. Give it a user and a password of its own.`,
  );
}

function prefixOf(path: string): string {
  const bare = path.replace(NOT_PREFIX, '').replace(NOT_PREFIX, '').replace(/^\/+/, '');
  return bare === '' || bare === 'api' ? '' : `/${bare}`;
}

function sameHost(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
