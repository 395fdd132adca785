/** Brokers that are no Redis. Their folders read the URL themselves; here is what all URLs have in common: servers, a user, a password. */
import type { Broker } from '../brokers/broker';
import { Problem } from '../base/problem';
import { BETWEEN_URLS, credentials, HOST_PART, HOSTS_PART, splitUserInfo } from '../wire/urlParts';

/** A broker by its URL; Celery has several servers with `;` between them. */
export interface OtherBroker {
  readonly open: (url: string, managementUrl?: string) => Promise<Broker>;
  readonly urlWithPassword: string;
  /** That of all servers; absent where the URL has none. */
  readonly password?: string;
  /** Of an API for administrators, as a person wrote it: it may have a password of its own. */
  readonly managementUrlWithPassword?: string;
}

/** @param label what to call the URL in an error @throws Problem `invalid` where it has no host: what is shown of it might be its password */
export function otherBroker(
  url: string,
  label: string,
  open: OtherBroker['open'],
  managementUrl?: string,
): OtherBroker {
  if (servers(url).some(({ place }) => !HOSTS_PART.test(place)))
    throw new Problem('invalid', `${label} has no readable host. Write amqp://user@host:5672/vhost.`);
  const password = servers(url)
    .map((server) => server.password)
    .find((each) => each !== undefined);
  return {
    open,
    urlWithPassword: url,
    ...(password === undefined ? {} : { password }),
    ...(managementUrl === undefined ? {} : { managementUrlWithPassword: managementUrl }),
  };
}

/** `host:5672/vhost`, never with a password; several servers with "or" between them. */
export function otherAddress({ urlWithPassword }: OtherBroker): string {
  return servers(urlWithPassword)
    .map(({ place }) => place.split('?')[0] ?? '')
    .join(' or ');
}

/** The key of a stored password: it belongs to one user of these servers, and to how the connection is protected. */
export function otherSecretKey({ urlWithPassword }: OtherBroker): string {
  return `broker:${JSON.stringify(servers(urlWithPassword).map(({ scheme, user, place }) => [scheme, user, place.toLowerCase()]))}`;
}

/** The broker with a stored password, which is for every server of a list. */
export function withOtherPassword(target: OtherBroker, password: string | undefined): OtherBroker {
  if (password === undefined) return target;
  const urls = servers(target.urlWithPassword).map(written(password));
  return { ...target, urlWithPassword: urls.join(';'), password };
}

/**
 * The key of a stored password of a management URL: it belongs to one user of that server, and to how the connection is protected.
 * @returns undefined where the URL names no user, and so can have no password of its own
 */
export function managementSecretKey(url: string): string | undefined {
  const [server] = servers(url.trim());
  const [, host, port = '', path = ''] = HOST_PART.exec(server?.place ?? '') ?? [];
  if (server === undefined || server.user === '' || host === undefined) return undefined;
  return `management:${JSON.stringify([server.scheme, server.user, host.toLowerCase(), port, path.replace(/\/+$/, '')])}`;
}

/** The password that is written in a management URL. */
export function managementPassword(url: string): string | undefined {
  return servers(url.trim())[0]?.password;
}

/** The broker with a stored password in its management URL. */
export function withManagementPassword(target: OtherBroker, password: string | undefined): OtherBroker {
  const url = target.managementUrlWithPassword;
  if (password === undefined || url === undefined) return target;
  return { ...target, managementUrlWithPassword: servers(url.trim()).map(written(password)).join('') };
}

interface Server {
  readonly scheme: string;
  readonly user: string;
  readonly password: string | undefined;
  /** Host, path and options. */
  readonly place: string;
}

/** A server as a URL, with this password. */
function written(password: string): (server: Server) => string {
  return ({ scheme, user, place }) =>
    `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${place}`;
}

function servers(url: string): Server[] {
  return url.split(BETWEEN_URLS).map((text) => {
    const [scheme = '', rest = ''] = text.split(/:\/\/(.*)/s);
    const { userInfo, rest: place } = splitUserInfo(rest);
    return { scheme: scheme.toLowerCase(), ...credentials(userInfo), place };
  });
}
