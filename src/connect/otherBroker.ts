/** Brokers that are no Redis. Their folders read the URL themselves; here is what all URLs have in common: servers, a user, a password. */
import type { Broker } from '../brokers/broker';
import { BETWEEN_URLS, credentials, HOST_PART, splitUserInfo } from '../wire/urlParts';

/** A broker by its URL; Celery has several servers with `;` between them. */
export interface OtherBroker {
  readonly open: (url: string, managementUrl?: string) => Promise<Broker>;
  readonly url: string;
  /** That of all servers; absent where the URL has none. */
  readonly password?: string;
  /** Of an API for administrators, as a person wrote it: it may have a password of its own. */
  readonly managementUrl?: string;
}

export function otherBroker(url: string, open: OtherBroker['open'], managementUrl?: string): OtherBroker {
  const password = servers(url)
    .map((server) => server.password)
    .find((each) => each !== undefined);
  return {
    open,
    url,
    ...(password === undefined ? {} : { password }),
    ...(managementUrl === undefined ? {} : { managementUrl }),
  };
}

/** `host:5672/vhost`, never with a password; several servers with "or" between them. */
export function otherAddress({ url }: OtherBroker): string {
  return servers(url)
    .map(({ place }) => place.split('?')[0] ?? '')
    .join(' or ');
}

/** The key of a stored password: it belongs to one user of these servers, and to how the connection is protected. */
export function otherSecretKey({ url }: OtherBroker): string {
  return `broker:${JSON.stringify(servers(url).map(({ scheme, user, place }) => [scheme, user, place.toLowerCase()]))}`;
}

/** The broker with a stored password, which is for every server of a list. */
export function withOtherPassword(target: OtherBroker, password: string | undefined): OtherBroker {
  if (password === undefined) return target;
  return { ...target, url: servers(target.url).map(written(password)).join(';'), password };
}

/**
 * The key of a stored password of the management URL: it belongs to one user of that server, and to how the connection is protected.
 * @returns undefined where the URL names no user, and so can have no password of its own
 */
export function managementSecretKey({ managementUrl }: Pick<OtherBroker, 'managementUrl'>): string | undefined {
  const [server] = managementUrl === undefined ? [] : servers(managementUrl.trim());
  if (server === undefined || server.user === '') return undefined;
  const [, host = '', port = '', path = ''] = HOST_PART.exec(server.place) ?? [];
  const place = [host.toLowerCase(), port, path.replace(/\/+$/, '')];
  return `management:${JSON.stringify([server.scheme, server.user, ...place])}`;
}

/** The password that is written in the management URL, which goes before a stored one. */
export function managementPassword({ managementUrl }: Pick<OtherBroker, 'managementUrl'>): string | undefined {
  return managementUrl === undefined ? undefined : servers(managementUrl.trim())[0]?.password;
}

/** The broker with a stored password in its management URL. */
export function withManagementPassword(target: OtherBroker, password: string | undefined): OtherBroker {
  const { managementUrl } = target;
  if (password === undefined || managementUrl === undefined) return target;
  return { ...target, managementUrl: servers(managementUrl.trim()).map(written(password)).join('') };
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
