import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { filledVariable, LIBPQ_VARIABLES, type Variables } from './libpqVariables';
import { readRequiredAuth, type AuthMethod } from './requiredAuth';
import { readHosts, splitHostList, type PostgresHost } from './postgresHosts';
import { readLine, type LineWish } from './postgresLine';
import { unusedOptions } from './postgresOptions';
import { completePlace } from './postgresPlace';
import { readServerOptions, type ServerOptions } from './serverOptions';
import {
  credentials,
  decode,
  hasOddPort,
  hostAndPort,
  HOSTS_PART,
  NO_NUMBER,
  splitUserInfo,
} from '../../wire/urlParts';
import { urlText } from '../urlText';
import { WrittenOptions } from '../writtenOptions';

/**
 * Which of several servers will do. For a reader `read-write` is `primary` and `read-only` is `standby`: libpq also asks for the
 * session's default_transaction_read_only, which is always on in ours.
 */
const SESSION_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
type SessionKind = (typeof SESSION_KINDS)[number];
const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Where a PostgreSQL database is and who asks. */
export interface PostgresTarget extends PostgresHost, LineWish {
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
  /** Path of a file with root certificates, or `system`. */
  readonly sslRootCert?: string;
  /** Paths of the client's certificate and key, and the key's passphrase. */
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslPassword?: string;
  /** `sslcertmode=disable`: no certificate of ours is shown, not even one of the home folder. */
  readonly noClientCertificate?: true;
  readonly minTlsVersion?: TlsVersion;
  readonly maxTlsVersion?: TlsVersion;
  /** `require_auth`: the ways in which the server may ask for a password. */
  readonly requireAuth?: readonly AuthMethod[];
  /** `requirepeer`: the system's user that a socket must belong to. */
  readonly requirePeer?: string;
  /** `connect_timeout` in milliseconds, for each server. */
  readonly connectTimeoutMs?: number;
  /** The schemas in which a table without a schema is looked for: `currentSchema`, or `options=-c search_path=…`. */
  readonly searchPath?: string;
  /** Further settings that decide what is read (`role`), made in the transaction. */
  readonly settings?: ServerOptions['settings'];
  /** Settings of an application, sent in the start-up message. */
  readonly applicationSettings?: ServerOptions['applicationSettings'];
  /** Words of `options` by which a proxy routes, sent on as they are. */
  readonly routing?: readonly string[];
  /** Names of what was written for this connection and has no effect here. */
  readonly unused?: readonly string[];
}

/** Django and SQLAlchemy name the driver in the scheme: `postgresql+psycopg2`, `postgis`, `timescalegis`; django-environ has `psql`. */
const SCHEME = /^(postgres|postgresql|postgis|pgsql|psql|timescale|timescalegis)(\+[a-z0-9_]+)?:\/\//i;
const NO_HOST = 'has no readable host. Write it like postgresql://user@host:5432/database';
/** What Django projects have in the same variable, by the scheme, with or without a driver: `mysql+pymysql://`. */
const OTHERS: readonly (readonly [scheme: RegExp, called: string])[] = [
  [/^(mysql2?|mysqlgis)(\+\w+)?:/i, 'MySQL'],
  [/^mariadb(\+\w+)?:/i, 'MariaDB'],
  [/^(sqlite3?|spatialite)(\+\w+)?:/i, 'SQLite'],
  [/^oracle(gis)?(\+\w+)?:/i, 'Oracle'],
  [/^(mssql|mssqlms|sqlserver)(\+\w+)?:/i, 'SQL Server'],
  [/^mongodb(\+\w+)?:/i, 'MongoDB'],
];

/** `host=db dbname=shop` of libpq, `Host=db;Database=shop` of .NET. */
const KEY_AND_VALUE = /^[a-z][a-z _]{0,30}=/i;

/**
 * Reads a database URL as Django projects have it. Passwords with reserved characters that were never percent-encoded
 * are accepted: the last `@` that leaves a readable host ends the user part. What the URL leaves open is what libpq makes of it.
 * @param label what to call the value in an error, for example `DATABASE_URL`
 * @param variables where libpq's variables are looked up; never PGPASSWORD, which is given to a server by postgresPassword.ts
 * @throws Problem `invalid`, one sentence without the URL's password
 */
export function parsePostgresUrl(url: string, label: string, variables: Variables = process.env): PostgresTarget {
  const text = urlText(url, label);
  const scheme = SCHEME.exec(text);
  if (!scheme) {
    const other = otherDatabase(text);
    if (other !== undefined)
      throw new Problem(
        'invalid',
        `${label} isn't a PostgreSQL URL: it names ${other}, and only PostgreSQL is supported.`,
      );
    const what = KEY_AND_VALUE.test(text) ? 'is a list of options, not a URL' : "isn't a PostgreSQL URL";
    throw new Problem('invalid', `${label} ${what}. Write it like postgresql://user@host:5432/database.`);
  }
  const { userInfo, rest } = splitUserInfo(text.slice(scheme[0].length));
  const parts = HOSTS_PART.exec(rest);
  if (!parts) {
    throw new Problem('invalid', `${label} ${hasOddPort(rest) ? NO_NUMBER : NO_HOST}.`);
  }
  const { hosts, ports } = splitHostList(parts[1] ?? '');
  const { user, password } = credentials(userInfo);
  const written = new WrittenOptions([
    ...Object.entries({ host: hosts, port: ports, user, password }),
    ...Object.entries(databaseOf(parts[2] ?? '', hosts, label)),
    ...(/^\+(ssl|tls)$/i.test(scheme[2] ?? '') ? ([['ssl', 'true']] as const) : []),
    ...optionsOf(parts[3] ?? ''),
  ]);
  const place = completePlace(written, variables, label);
  return targetOf(written, place, variables, label);
}

function otherDatabase(url: string): string | undefined {
  return OTHERS.find(([scheme]) => scheme.test(url))?.[1];
}

/**
 * The database of a URL's path. As in django-environ, a path that begins with a second slash names the folder of a socket:
 * `postgres://app@//cloudsql/project:region:instance/shop`, which goes before a host.
 * @throws Problem `invalid` for a folder whose second slash was forgotten, and for options without a `?`: libpq would take all of it for
 * the database's name
 */
function databaseOf(path: string, hosts: string, label: string): { readonly dbname: string; readonly host?: string } {
  if (/&[a-z_]+=/i.test(path)) {
    throw new Problem(
      'invalid',
      `${label} has options without a question mark. Put a ? between the database and the first option.`,
    );
  }
  const decoded = decode(path);
  const [, folder, database] = /^(\/.*)\/(.*)$/s.exec(decoded) ?? [];
  if (folder !== undefined && database !== undefined && (hosts === '' || path.startsWith('/')))
    return { host: folder, dbname: database };
  if (decoded.startsWith('/') && hosts === '') return { dbname: decoded.slice(1) };
  if (hosts === '' && path.replace(/\/$/, '').includes('/')) {
    throw new Problem(
      'invalid',
      `${label} has a path but no host. For a socket, write its folder as an option: postgresql://user@/database?host=/folder.`,
    );
  }
  return { dbname: decoded };
}

/** In libpq's URLs a + is a +, not a space; only in `options` it is never meant as one, and Python reads it as a space. */
function optionsOf(query: string): [name: string, value: string][] {
  const options = [...new URLSearchParams(query.replaceAll('+', '%2B'))];
  return options.map(([name, value]) =>
    name === 'options' && /(^|\+)-(c\+|-)/.test(value) ? [name, value.replaceAll('+', ' ')] : [name, value],
  );
}

/**
 * Makes a target of libpq's connection options by their names
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). A host that is not named is `localhost`, and a user
 * `postgres`.
 * @param variables where libpq's variables for the line and the session are looked up
 * @throws Problem `invalid`, one sentence without a password
 */
export function postgresTarget(
  options: Readonly<Record<string, string | undefined>>,
  label: string,
  variables: Variables = process.env,
): PostgresTarget {
  const written = new WrittenOptions(Object.entries(options));
  const user = written.last('user') ?? 'postgres';
  const dbname = written.last('dbname');
  const place = { host: written.last('host') ?? '', hostaddr: written.last('hostaddr') ?? '', user };
  const port = written.last('port');
  return targetOf(
    written,
    { ...place, ...(port === undefined ? {} : { port }), ...(dbname === undefined ? {} : { dbname }) },
    variables,
    label,
  );
}

function targetOf(
  written: WrittenOptions,
  place: ReturnType<typeof completePlace>,
  variables: Variables,
  label: string,
): PostgresTarget {
  const said = (option: keyof typeof LIBPQ_VARIABLES): string | undefined =>
    written.last(option) ?? filledVariable(variables, LIBPQ_VARIABLES[option]);
  const [first, ...otherHosts] = readHosts(place, label);
  const server = readServerOptions(said('options'));
  const unused = unusedOptions(written, server, variables);
  const searchPath = schemaOf(written) ?? new Map(server.settings).get('search_path');
  const settings = server.settings.filter(([name]) => name !== 'search_path');
  const certMode = said('sslcertmode');
  return {
    ...first,
    ...(otherHosts.length === 0 ? {} : { otherHosts }),
    database: place.dbname ?? place.user,
    user: place.user,
    ...present('password', written.last('password') ?? written.lastWritten('password')),
    ...present('passwordFile', written.last('passfile')),
    ...present('sessionKind', oneOf(SESSION_KINDS, 'target_session_attrs', said('target_session_attrs'), label)),
    ...readLine(written, variables, label),
    ...present('sslRootCert', said('sslrootcert')),
    ...present('sslCert', said('sslcert')),
    ...present('sslKey', said('sslkey')),
    ...present('sslPassword', written.last('sslpassword')),
    ...(certMode?.toLowerCase() === 'disable' ? { noClientCertificate: true } : {}),
    ...present('minTlsVersion', tlsVersion('ssl_min_protocol_version', said, label)),
    ...present('maxTlsVersion', tlsVersion('ssl_max_protocol_version', said, label)),
    ...present('requireAuth', readRequiredAuth(said('require_auth'), label)),
    ...present('requirePeer', said('requirepeer')),
    ...present('connectTimeoutMs', readConnectTimeout(said('connect_timeout'))),
    ...present('searchPath', searchPath === '' ? undefined : searchPath),
    ...(settings.length === 0 ? {} : { settings }),
    ...(server.applicationSettings.length === 0 ? {} : { applicationSettings: server.applicationSettings }),
    ...(server.routing.length === 0 ? {} : { routing: server.routing }),
    ...(unused.length === 0 ? {} : { unused }),
  };
}

/** Every server of a target, in the order in which they are tried. */
export function postgresHosts(target: PostgresTarget): readonly PostgresHost[] {
  const { host, port, address } = target;
  return [{ host, port, ...present('address', address) }, ...(target.otherHosts ?? [])];
}

/** The same target with one of its servers alone. */
export function atServer(target: PostgresTarget, server: PostgresHost): PostgresTarget {
  const one: PostgresTarget & { address?: string } = { ...target, ...server, otherHosts: [] };
  // The address of the first server is none of another's.
  if (server.address === undefined) delete one.address;
  return one;
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
  const [first, ...others] = postgresHosts(target).map(({ host, port, address }) => [
    host.toLowerCase(),
    port,
    ...(address === undefined ? [] : [address]),
  ]);
  return `postgres:${JSON.stringify([...(first ?? []), target.user, ...others, ...protection(target)])}`;
}

/** Nothing for the modes that promise nothing. */
function protection({ sslMode, sslRootCert, channelBinding, requireAuth }: PostgresTarget): unknown[] {
  const auth = requireAuth === undefined ? [] : [{ requireAuth }];
  if (sslMode === 'disable' || sslMode === 'allow' || sslMode === 'prefer') return auth;
  const bound = channelBinding === 'require' ? { channelBinding } : {};
  return [{ sslMode, ...(sslRootCert === undefined ? {} : { sslRootCert }), ...bound }, ...auth];
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

function tlsVersion(
  option: 'ssl_min_protocol_version' | 'ssl_max_protocol_version',
  said: (option: keyof typeof LIBPQ_VARIABLES) => string | undefined,
  label: string,
): TlsVersion | undefined {
  return oneOf(TLS_VERSIONS, option, said(option), label);
}

/** One of some words in any case. @throws Problem `invalid` for another */
function oneOf<Word extends string>(
  words: readonly Word[],
  option: string,
  text: string | undefined,
  label: string,
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((known) => known.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return word;
  throw new Problem('invalid', `${label} has ${option}=${echo(text)}. Use one of ${words.join(', ')}.`);
}

/** libpq: seconds; 1 is taken for 2, and 0 or less means no limit, for which our own stays. */
function readConnectTimeout(text: string | undefined): number | undefined {
  const seconds = Number(text ?? '');
  return Number.isInteger(seconds) && seconds > 0 ? Math.min(Math.max(seconds, 2), MAX_CONNECT_S) * 1000 : undefined;
}

const MAX_CONNECT_S = 600;

/**
 * The schemas that a URL names in an option of their own: `currentSchema` of JDBC and dj-database-url, `search_path` of Go's drivers,
 * and `schema` of Prisma, which is one name.
 */
function schemaOf(written: WrittenOptions): string | undefined {
  const path = written.last('currentSchema') ?? written.last('search_path');
  if (path !== undefined) return path;
  const schema = written.last('schema');
  return schema === undefined || /^[a-z_][a-z0-9_$]*$/.test(schema) ? schema : `"${schema.replaceAll('"', '""')}"`;
}
