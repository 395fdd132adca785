import { existsSync } from 'node:fs';
import { Problem } from '../../base/problem';
import { systemUser } from '../../base/home';
import { filledVariable, LIBPQ_VARIABLES, type Variables } from './libpqVariables';
import { readPort } from '../../wire/urlParts';
import type { WrittenOptions } from '../writtenOptions';

/** Where the database is and who asks, as libpq's options of these names. */
export interface PostgresPlace {
  readonly host: string;
  readonly hostaddr?: string;
  readonly port?: string;
  readonly dbname?: string;
  readonly user: string;
}

/** Where servers have their socket: Debian's folder, and PostgreSQL's own standard. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/run/postgresql', '/tmp'];
/** `unix_sock` of pg8000 names the socket itself; the others are names of the same in other drivers. */
const SOCKET_NAMES = ['unix_sock', 'unix_socket', 'unixsocketpath', 'socket'];
/** What other drivers and tools call a server, or what leads to one. Nobody may end at the standard server because of such a name. */
const OTHER_SERVER_NAMES: ReadonlySet<string> = new Set(
  'hostname hostspec server servername socketfactory cloudsqlinstance instanceconnectionname servicefile'.split(' '),
);
const SOCKET_FILE = /^(\/.*)\/\.s\.PGSQL\.(\d+)$/;
const STANDARD_PORT = 5432;

/**
 * Fills in what a URL leaves to libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS): PGHOST, PGPORT,
 * PGUSER and PGDATABASE, else the system's user and the socket that is there, else `localhost`. PGHOSTADDR counts only with PGHOST or
 * alone: beside a host of the URL it would lead to another server than the one that is named.
 * @param label what to call the options in an error
 * @throws Problem `invalid`, one sentence, where a service file would have to be read or nobody is named
 */
export function completePlace(options: WrittenOptions, variables: Variables, label: string): PostgresPlace {
  const lent = (option: 'port' | 'user' | 'dbname' | 'host' | 'hostaddr' | 'service'): string | undefined =>
    filledVariable(variables, LIBPQ_VARIABLES[option])?.trim();
  const socket = socketOf(options, label);
  const port = socket?.port ?? options.last('port') ?? checkedPort(lent('port'));
  const named = socket ? { host: socket.folder } : addressOf(options.last('host'), options.last('hostaddr'));
  refuseOtherServers(options, label);
  const found = named ?? addressOf(lent('host'), lent('hostaddr'));
  if (!found && lent('service') !== undefined) throw serviceProblem('PGSERVICE', 'the environment');
  const user = options.last('user') ?? lent('user') ?? systemUser();
  if (user === undefined) {
    throw new Problem(
      'invalid',
      `${label} names no user, and the system's user has no name. Write the user, or set PGUSER.`,
    );
  }
  const dbname = options.last('dbname') ?? lent('dbname');
  return {
    ...(found ?? { host: standardHost(port) }),
    ...(port === undefined ? {} : { port }),
    ...(dbname === undefined ? {} : { dbname }),
    user,
  };
}

/** Service files are not read: what they say of the server must not be replaced by a guess. */
function serviceProblem(name: string, label: string): Problem {
  return new Problem(
    'invalid',
    `Service files are not read (${name} in ${label}). Write host, port, user and database into the URL.`,
  );
}

function refuseOtherServers(options: WrittenOptions, label: string): void {
  if (options.last('service') !== undefined) throw serviceProblem('service', label);
  const other = options.all().find(({ name, value }) => OTHER_SERVER_NAMES.has(name) && value !== '');
  if (!other) return;
  throw new Problem(
    'invalid',
    `${label} has ${other.written}, an unknown option that may name another server. Write the server's name or the folder of its socket as the host.`,
  );
}

function addressOf(
  host: string | undefined,
  hostaddr: string | undefined,
): { readonly host: string; readonly hostaddr?: string } | undefined {
  if (host === undefined) return hostaddr === undefined ? undefined : { host: hostaddr };
  return { host, ...(hostaddr === undefined ? {} : { hostaddr }) };
}

/** The socket that an option names, as its folder and port. @throws Problem `invalid` where that is no whole path */
function socketOf(options: WrittenOptions, label: string): { folder: string; port?: string } | undefined {
  for (const name of SOCKET_NAMES) {
    const path = options.last(name);
    if (path === undefined) continue;
    if (!path.startsWith('/'))
      throw new Problem(
        'invalid',
        `${label} has ${name} without a full path. Write it like /run/postgresql/.s.PGSQL.5432.`,
      );
    return splitSocket(path);
  }
  return undefined;
}

/** `/folder/.s.PGSQL.5433` as folder and port; any other path is a folder. */
export function splitSocket(path: string): { readonly folder: string; readonly port?: string } {
  const [, folder, port] = SOCKET_FILE.exec(path) ?? [];
  return folder === undefined || port === undefined ? { folder: path.replace(/(?<=.)\/$/, '') } : { folder, port };
}

/** The folder of a socket for this port; a Windows machine has none. */
export function standardHost(port: string | undefined): string {
  if (process.platform === 'win32') return 'localhost';
  const first = port?.split(',', 1)[0]?.trim();
  const file = `.s.PGSQL.${first === undefined || first === '' ? String(STANDARD_PORT) : first}`;
  return SOCKET_FOLDERS.find((folder) => existsSync(`${folder}/${file}`)) ?? 'localhost';
}

/** PGPORT may be a list. @throws Problem that names the variable, and not the URL beside it */
function checkedPort(ports: string | undefined): string | undefined {
  for (const port of ports?.split(',') ?? []) readPort(port.trim(), STANDARD_PORT, LIBPQ_VARIABLES.port);
  return ports;
}
