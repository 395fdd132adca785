import { count as inWords } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { splitSocket, standardHost } from './postgresPlace';
import { bareHost, readPort } from '../../wire/urlParts';

/** One server of a connection. */
export interface PostgresHost {
  /** A name, an address, or a folder (beginning with `/`) that holds the server's socket. */
  readonly host: string;
  readonly port: number;
  /** `hostaddr`: where the server with this name is, instead of what the name is looked up as. */
  readonly address?: string;
}

const STANDARD_PORT = 5432;

/**
 * Reads libpq's lists of hosts, addresses and ports (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS):
 * as many addresses as hosts, and as many ports as hosts, or one for all of them. asyncpg takes a socket's whole path for a host.
 * @param place hosts, addresses and ports with commas between them; an empty port is 5432, and no host at all means this machine
 * @throws Problem `invalid`, one sentence
 */
export function readHosts(
  place: { readonly host: string; readonly hostaddr?: string; readonly port?: string },
  label: string,
): [PostgresHost, ...PostgresHost[]] {
  const named = place.host === '' ? (place.hostaddr ?? '') : place.host;
  const [first = '', ...others] = named.split(',');
  const count = others.length + 1;
  const ports = (place.port ?? '').split(',');
  const addresses = place.host === '' || !place.hostaddr ? [] : place.hostaddr.split(',');
  if (ports.length > 1 && ports.length !== count) {
    throw new Problem(
      'invalid',
      `${label} names ${inWords(count, 'host')} but ${inWords(ports.length, 'port')}. Give one port per host, or one for all.`,
    );
  }
  if (addresses.length > 0 && addresses.length !== count) {
    throw new Problem(
      'invalid',
      `${label} names ${inWords(count, 'host')} but ${inWords(addresses.length, 'address', 'addresses')} (hostaddr). Give one address per host.`,
    );
  }
  const at = (text: string, index: number): PostgresHost => {
    const port = (ports.length > 1 ? ports[index] : ports[0])?.trim();
    // In a list, libpq takes its standard for a host that is left empty.
    const written = text.trim() === '' && count > 1 ? standardHost(port) : bareHost(text.trim());
    const socket = written.startsWith('/') ? splitSocket(written) : { folder: written };
    const address = addresses[index]?.trim();
    const host = address !== undefined && socket.folder.startsWith('/') ? address : socket.folder;
    return {
      host,
      port: readPort(socket.port ?? port, STANDARD_PORT, label),
      ...(address === undefined || address === '' || address === host ? {} : { address: bareHost(address) }),
    };
  };
  return [at(first, 0), ...others.map((host, index) => at(host, index + 1))];
}

/** Splits `host1:5432,[::1]:5433,host3` into libpq's two lists; a host keeps its brackets and percent signs. */
export function splitHostList(text: string): { hosts: string; ports: string } {
  const pairs = text.split(',').map((one) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(one) ?? ['', one, '']);
  const ports = pairs.map(([, , port]) => port ?? '');
  return { hosts: pairs.map(([, host]) => host ?? '').join(','), ports: ports.join(',') };
}
