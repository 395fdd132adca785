import { Problem } from '../diagnosis/problem';
import { bareHost, readPort } from './urlParts';

/** One server of a connection. */
export interface PostgresHost {
  /** A name, an address, or a folder (beginning with `/`) that holds the server's socket. */
  readonly host: string;
  readonly port: number;
}

const STANDARD_PORT = 5432;

/**
 * Reads libpq's lists of hosts and ports (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS):
 * as many ports as hosts, or one for all of them.
 * @param hosts with commas between them; empty means this machine
 * @param ports with commas between them; an empty one is 5432
 * @throws Problem `invalid`, one sentence
 */
export function readHosts(hosts: string, ports: string, label: string): [PostgresHost, ...PostgresHost[]] {
  const [first = '', ...others] = hosts.split(',');
  const portList = ports.split(',');
  if (portList.length > 1 && portList.length !== others.length + 1) {
    throw new Problem(
      'invalid',
      `${label} names ${String(others.length + 1)} hosts and ${String(portList.length)} ports: give one port for each host, or one for all.`,
    );
  }
  const at = (host: string, index: number): PostgresHost => ({
    host: bareHost(host.trim()),
    port: readPort((portList.length > 1 ? portList[index] : portList[0])?.trim(), STANDARD_PORT, label),
  });
  return [at(first, 0), ...others.map((host, index) => at(host, index + 1))];
}

/** Splits `host1:5432,[::1]:5433,host3` into libpq's two lists; a host keeps its brackets and percent signs. */
export function splitHostList(text: string): { hosts: string; ports: string } {
  const pairs = text.split(',').map((one) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(one) ?? ['', one, '']);
  const ports = pairs.map(([, , port]) => port ?? '');
  return { hosts: pairs.map(([, host]) => host ?? '').join(','), ports: ports.join(',') };
}
