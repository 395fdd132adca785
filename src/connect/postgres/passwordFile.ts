/** PostgreSQL's password file by libpq's rules: https://www.postgresql.org/docs/current/libpq-pgpass.html (fe-connect.c, 16). */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { homeFolder } from '../../base/home';

/** Whose password is looked for. */
export interface PasswordFor {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where the server's socket is when no folder is named; the file calls it `localhost`. */
const DEFAULT_SOCKET_FOLDERS = ['/tmp', '/var/run/postgresql', '/run/postgresql'];
const READABLE_BY_OTHERS = 0o077;
/** A password file has lines, not megabytes: what is bigger is something else. */
const MAX_BYTES = 1_000_000;

/** The file that the environment names, or the one in the home folder; undefined where there is no such folder. */
export function passwordFilePath(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  if (environment.PGPASSFILE) return environment.PGPASSFILE;
  const windows = process.platform === 'win32';
  const folder = (windows ? environment.APPDATA : undefined) ?? homeFolder();
  return folder && (windows ? join(folder, 'postgresql', 'pgpass.conf') : join(folder, '.pgpass'));
}

/**
 * Reads a password file. Never throws: one that is not there, is no plain file, or that others may read (outside Windows), is
 * left aside as libpq does.
 */
export async function readPasswordFile(path: string): Promise<string> {
  try {
    const file = await stat(path);
    const open = process.platform !== 'win32' && (file.mode & READABLE_BY_OTHERS) !== 0;
    return !file.isFile() || open || file.size > MAX_BYTES ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The password of the first line that matches; it may be empty.
 * @param text of a password file
 * @param anyHost whether a line whose host is `*` counts, and one of `localhost` for a socket that anybody can have made
 */
export function passwordInFile(text: string, wanted: PasswordFor, anyHost: boolean): string | undefined {
  // Anybody on this machine can make a socket in /tmp.
  const folders = anyHost ? DEFAULT_SOCKET_FOLDERS : DEFAULT_SOCKET_FOLDERS.filter((folder) => folder !== '/tmp');
  const host = folders.includes(wanted.host) ? 'localhost' : wanted.host;
  const values = [host, String(wanted.port), wanted.database, wanted.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const [fields, password] = readLine(line);
    const matches = values.every(
      (value, index) => fields[index]?.text === value || (fields[index]?.any === true && (index > 0 || anyHost)),
    );
    if (matches) return password;
  }
  return undefined;
}

interface Field {
  readonly text: string;
  /** A `*` alone and not escaped. */
  readonly any: boolean;
}

/** `host:port:database:user:password`; a backslash before `:` or `\` takes away its meaning. */
function readLine(line: string): [fields: readonly Field[], password: string | undefined] {
  const parts = /^((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:]|\\$)*)/.exec(
    line,
  );
  if (!parts) return [[], undefined];
  const plain = (text: string): string => text.replace(/\\(.)/g, '$1');
  const fields = parts.slice(1, 5).map((text) => ({ text: plain(text), any: text === '*' }));
  return [fields, plain(parts[5] ?? '')];
}
