/** Brokers that are no Redis. Their folders read the URL themselves; here is what all URLs have in common: servers, a user, a password. */
import type { Broker } from '../brokers/broker';
import { Problem } from '../base/problem';
import { BETWEEN_URLS, credentials, HOSTS_PART, splitUserInfo } from '../wire/urlParts';

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
    throw new Problem('invalid', `${label} has no readable host. Write amqp://user:password@host:5672/vhost.`);
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
  const urls = servers(target.urlWithPassword).map(
    ({ scheme, user, place }) => `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${place}`,
  );
  return { ...target, urlWithPassword: urls.join(';'), password };
}

interface Server {
  readonly scheme: string;
  readonly user: string;
  readonly password: string | undefined;
  /** Host, path and options. */
  readonly place: string;
}

function servers(url: string): Server[] {
  return url.split(BETWEEN_URLS).map((text) => {
    const [scheme = '', rest = ''] = text.split(/:\/\/(.*)/s);
    const { userInfo, rest: place } = splitUserInfo(rest);
    return { scheme: scheme.toLowerCase(), ...credentials(userInfo), place };
  });
}
