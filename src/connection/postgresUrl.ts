import { echo } from '../diagnosis/echo';
import { Problem } from '../diagnosis/problem';
import { readHosts, splitHostList, type PostgresHost } from './postgresHosts';
import { credentials, decode, hostAndPort, HOSTS_PART, splitUserInfo, urlText } from './urlParts';

/** libpq's meanings: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/**
 * Which of several servers will do. For a reader `read-write` is `primary` and `read-only` is `standby`: libpq also asks for the
 * session's default_transaction_read_only, which is always on in ours.
 */
const SESSION_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
type SessionKind = (typeof SESSION_KINDS)[number];

/** Where a PostgreSQL database is and who asks. */
export interface PostgresTarget extends PostgresHost {
  /** Further servers of the same database, tried in this order when those before cannot be used. */
  readonly otherHosts?: readonly PostgresHost[];
  /** `target_session_attrs`; absent is `any`. */
  readonly sessionKind?: SessionKind;
  readonly database: string;
  readonly user: string;
  /** Absent: it is looked for in PGPASSWORD and the password file (postgresPassword.ts). */
  readonly password?: string;
  /** `passfile`: the password file, where it is not PGPASSFILE or `~/.pgpass`. */
  readonly passwordFile?: string;
  readonly sslMode: SslMode;
  /** Path of a file with root certificates, or `system`. */
  readonly sslRootCert?: string;
  /** Paths of the client's certificate and key, and the key's passphrase. */
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslPassword?: string;
  /** `connect_timeout` in milliseconds, for each server. */
  readonly connectTimeoutMs?: number;
  /** The schemas in which a table without a schema is looked for: `options=-c search_path=…`. */
  readonly searchPath?: string;
}

/** Django and SQLAlchemy name the driver in the scheme: `postgresql+psycopg2`, `postgis`, `timescalegis`; django-environ has `psql`. */
const SCHEME = /^(postgres|postgresql|postgis|pgsql|psql|timescale|timescalegis)(\+[a-z0-9_]+)?:\/\//i;

/**
 * Reads a database URL as Django projects have it. Passwords with reserved characters that were never percent-encoded
 * are accepted: the last `@` that leaves a readable host ends the user part.
 * @param label what to call the value in an error, for example `DATABASE_URL`
 * @throws Problem `invalid`, one sentence without the URL's password
 */
export function parsePostgresUrl(url: string, label: string): PostgresTarget {
  const text = urlText(url, label);
  const scheme = SCHEME.exec(text);
  if (!scheme) {
    throw new Problem(
      'invalid',
      `${label} is not a PostgreSQL URL: it must look like postgresql://user@host:5432/database.`,
    );
  }
  const { userInfo, rest } = splitUserInfo(text.slice(scheme[0].length));
  const parts = HOSTS_PART.exec(rest);
  if (!parts) {
    throw new Problem(
      'invalid',
      `${label} has no readable host: it must look like postgresql://user@host:5432/database.`,
    );
  }
  // In libpq's URLs a + is a +, not a space.
  const options = new URLSearchParams((parts[3] ?? '').replaceAll('+', '%2B'));
  const { hosts, ports } = splitHostList(parts[1] ?? '');
  const { user, password } = credentials(userInfo);
  const written = { host: hosts, port: ports, user, password, dbname: decode(parts[2] ?? '') };
  return postgresTarget({ ...written, ...Object.fromEntries(options) }, label);
}

/**
 * Makes a target of libpq's connection options by their names
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). Options that are not in `PostgresTarget` are
 * left out. `hostaddr` counts only where no host is named: an address beside a host could lead a password of that host elsewhere.
 * @throws Problem `invalid`, one sentence without a password
 */
export function postgresTarget(options: Readonly<Record<string, string | undefined>>, label: string): PostgresTarget {
  const [{ host, port }, ...otherHosts] = readHosts(
    filled(options.host) ?? options.hostaddr ?? '',
    options.port ?? '',
    label,
  );
  const user = filled(options.user) ?? 'postgres';
  const sslRootCert = filled(options.sslrootcert);
  return {
    host,
    port,
    ...(otherHosts.length === 0 ? {} : { otherHosts }),
    database: filled(options.dbname) ?? user,
    user,
    ...present('password', options.password),
    ...present('passwordFile', filled(options.passfile)),
    ...present('sessionKind', readSessionKind(options.target_session_attrs, label)),
    sslMode: readSslMode(options.sslmode, sslRootCert, label),
    ...present('sslRootCert', sslRootCert),
    ...present('sslCert', filled(options.sslcert)),
    ...present('sslKey', filled(options.sslkey)),
    ...present('sslPassword', filled(options.sslpassword)),
    ...present('connectTimeoutMs', readConnectTimeout(options.connect_timeout)),
    ...present('searchPath', readSearchPath(options.options)),
  };
}

/** Every server of a target, in the order in which they are tried. */
export function postgresHosts(target: PostgresTarget): readonly PostgresHost[] {
  return [{ host: target.host, port: target.port }, ...(target.otherHosts ?? [])];
}

/** `host:port/database`: what people and errors call the connection. */
export function postgresAddress(target: PostgresTarget): string {
  return `${postgresHosts(target).map(hostAndPort).join(',')}/${target.database}`;
}

/**
 * The key of a stored password: it belongs to one user of these servers and is sent to no other. All of them are in it, so that
 * nobody can add a server to a list and have the password sent there; and so is how the line is protected, so that nobody can have it sent
 * over an open one.
 */
export function postgresSecretKey(target: PostgresTarget): string {
  const [first, ...others] = postgresHosts(target).map(({ host, port }) => [host.toLowerCase(), port]);
  return `postgres:${JSON.stringify([...(first ?? []), target.user, ...others, ...protection(target)])}`;
}

/** Nothing for the modes that promise nothing. */
function protection({ sslMode, sslRootCert }: PostgresTarget): unknown[] {
  if (sslMode === 'disable' || sslMode === 'allow' || sslMode === 'prefer') return [];
  return [{ sslMode, ...(sslRootCert === undefined ? {} : { sslRootCert }) }];
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function readSslMode(text: string | undefined, rootCert: string | undefined, label: string): SslMode {
  const system = rootCert === 'system';
  if (text === undefined || text === '') return system ? 'verify-full' : 'prefer';
  const mode = oneOf(SSL_MODES, 'sslmode', text, label);
  if (!system || mode === 'verify-full') return mode;
  // As in libpq: anyone can have a certificate of a public authority, so without the name it proves nothing.
  throw new Problem(
    'invalid',
    `${label} has sslrootcert=system with sslmode=${mode}: use sslmode=verify-full with it.`,
  );
}

function readSessionKind(text: string | undefined, label: string): SessionKind | undefined {
  if (text === undefined || text === '') return undefined;
  return oneOf(SESSION_KINDS, 'target_session_attrs', text, label);
}

function oneOf<Word extends string>(words: readonly Word[], option: string, text: string, label: string): Word {
  const word = words.find((known) => known === text.toLowerCase());
  if (word !== undefined) return word;
  throw new Problem('invalid', `${label} has ${option}=${echo(text)}: choose one of ${words.join(', ')}.`);
}

/** libpq: seconds; 1 is taken for 2, and 0 or less means no limit, for which our own stays. */
function readConnectTimeout(text: string | undefined): number | undefined {
  const seconds = Number(text ?? '');
  return Number.isInteger(seconds) && seconds > 0 ? Math.min(Math.max(seconds, 2), MAX_CONNECT_S) * 1000 : undefined;
}

const MAX_CONNECT_S = 600;

/** Of the command-line options for the server, the one that decides which table is meant; a backslash keeps a space. */
function readSearchPath(text: string | undefined): string | undefined {
  const found = [...(text ?? '').matchAll(/(?:^|\s)(?:-c\s*|--)search[_-]path=((?:\\.|[^\s\\])*)/g)].at(-1)?.[1];
  return filled(found?.replace(/\\(.)/g, '$1'));
}
