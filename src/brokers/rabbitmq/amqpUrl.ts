import { Problem } from '../../base/problem';
import {
  BETWEEN_URLS,
  bareHost,
  credentials,
  decode,
  filledOption,
  hasOddPort,
  HOST_PART,
  hostAndPort,
  NO_NUMBER,
  readPort,
  splitUserInfo,
} from '../../wire/urlParts';

/** How the certificate of an encrypted line is checked. */
export interface TlsChecks {
  /** Whether the certificate must come from a known authority, be in date and be for the host that was named. */
  readonly verify: boolean;
  /** PEM file of the authorities that are trusted instead of those that Node knows, as it was written. */
  readonly caFile?: string;
}

/** One RabbitMQ as a URL of Celery names it. */
export interface AmqpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  /** Absent where the line is not encrypted. */
  readonly tls?: TlsChecks;
}

const PORT = 5672;
const TLS_PORT = 5671;
/** What kombu takes where the URL says nothing (5.5 transport/pyamqp.py `default_connection_params`). */
const GUEST = 'guest';

/**
 * Reads Celery's URL of a broker that is RabbitMQ, as kombu 5.5 `utils/url.py` does: several servers stand with `;` between them.
 * @param label what to call the URL in an error
 * @throws Problem `invalid`, one sentence without the password
 */
export function parseAmqpUrl(url: string, label: string): readonly AmqpServer[] {
  return url.split(BETWEEN_URLS).map((text) => parseServer(text.trim(), label));
}

/** `host:port/vhost` for people, never with a password. */
export function amqpAddress({ host, port, vhost }: AmqpServer): string {
  return `${hostAndPort({ host, port })}/${vhost === '/' ? '' : encodeURIComponent(vhost)}`;
}

function parseServer(text: string, label: string): AmqpServer {
  const [scheme = '', rest = ''] = text.split(/:\/\/(.*)/s);
  const { userInfo, rest: place } = splitUserInfo(rest);
  const found = HOST_PART.exec(place);
  // kombu takes no list of hosts in one URL.
  if (!found || found[1]?.includes(',')) {
    if (hasOddPort(rest)) throw new Problem('invalid', `${label} ${NO_NUMBER}.`);
    throw new Problem('invalid', `${label} has no readable host. Write amqp://user@host:5672/vhost.`);
  }
  const [, host = '', port, path = '', optionText = ''] = found;
  const options = new URLSearchParams(optionText);
  const secure = scheme.toLowerCase() === 'amqps' || options.get('ssl')?.toLowerCase() === 'true';
  const { user, password } = credentials(userInfo);
  return {
    host: bareHost(host),
    port: readPort(port, secure ? TLS_PORT : PORT, label),
    user: user === '' ? GUEST : user,
    password: password === undefined || password === '' ? GUEST : password,
    vhost: path === '' ? '/' : decode(path),
    ...(secure ? { tls: checksOf(options) } : {}),
  };
}

/** The names are those of Python's ssl, which kombu takes in a URL; without them everything is checked. */
function checksOf(options: URLSearchParams): TlsChecks {
  const caFile = filledOption(options, 'ssl_ca_certs');
  const verify = !/^(cert_)?none$/i.test(options.get('ssl_cert_reqs') ?? '');
  return { verify, ...(caFile === undefined ? {} : { caFile }) };
}
