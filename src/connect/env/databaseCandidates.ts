import { bareUrl } from '../postgres/bareUrl';
import { ATTACHMENT, CLOUD_SQL, KINDS, OTHER_URLS, PARTS, PREFIXES, ROOT_CERT, SSL_MODE, URLS } from './databaseNames';
import type { PostgresTarget } from '../postgres/postgresUrl';

type Variables = Readonly<Record<string, string | undefined>>;

/** A part of an address, and the variable that it is in. */
export interface Field {
  readonly value: string;
  readonly variable: string;
}

/** What one group of names says of a database. */
export interface Candidate {
  /** `DB_*`, or the variable of a URL. */
  readonly by: string;
  readonly host?: Field | undefined;
  readonly port?: Field | undefined;
  readonly database?: Field | undefined;
  readonly user?: Field | undefined;
  readonly password?: Field | undefined;
  /** Of a whole URL. */
  readonly target?: PostgresTarget;
  readonly options: { readonly sslmode?: string | undefined; readonly sslrootcert?: string | undefined };
  /** Filled variables that look like a host under a name which is not read. */
  readonly hostLike: readonly string[];
}

const POSTGRES_KIND = /postg|psycopg|pgsql|timescale|^pg$/i;
const KIND_WORD = /^(postgres(ql)?|pgsql|mysql|mariadb|sqlite3?|oracle|mssql|sqlserver|mongodb)$/i;
/** What begins a URL of PostgreSQL, also Java's. */
export const POSTGRES_URL =
  /^(?:jdbc:)?(?:postgres|postgresql|postgis|pgsql|psql|timescale|timescalegis)(?:\+[a-z0-9_]+)?:\/\//i;
const FILE_NAME = /\.(sqlite3?|db3?)$|[\\/]|^:memory:$/i;
/** Ports at which other kinds of databases listen. */
const OTHER_PORTS = new Set(['3306', '3307', '33060', '1433', '1521', '27017', '6379', '9042', '50000']);
const HOST_LIKE =
  /_(?:HOSTS?|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS|SOCKET_DIR|WRITER|FQDN)(?:_(?:PROD|PRODUCTION|PRIMARY|WRITER|RW|LOCAL|DEV|INTERNAL|EXTERNAL|PUBLIC|PRIVATE))?$/;
const YES = /^(true|1|yes|on|y|t|required)$/i;
const NO = /^(false|0|no|off|n|f|none)$/i;

/**
 * Every database that variables name, but for DATABASE_URL. Those that say to be of another kind than PostgreSQL are left out. Values are
 * asked for only under names that may be of a database.
 * @param parse reads a URL, or `host=… dbname=…` as libpq and Azure's service connector have it
 * @throws what `parse` and the values throw
 */
export function databasesOf(
  variables: Variables,
  parse: (name: string, url: string) => PostgresTarget,
): readonly Candidate[] {
  const urls = [
    ...OTHER_URLS,
    ...Object.keys(variables)
      .filter((name) => ATTACHMENT.test(name))
      .map((name) => [name]),
  ];
  return [
    ...PREFIXES.map((prefix) => urlOf(urlNames(prefix), variables, parse) ?? partsOf(prefix, variables)),
    ...urls.map((names) => urlOf(names, variables, parse)),
    libpqParts(variables),
    cloudSql(variables),
  ].filter((candidate) => candidate !== undefined);
}

/** Names under which a value is read, or belongs to what is read. */
export function isDatabaseName(name: string): boolean {
  return (
    ATTACHMENT.test(name) ||
    OTHER_URLS.some((names) => (names as readonly string[]).includes(name)) ||
    PREFIXES.some((prefix) => urlNames(prefix).includes(name))
  );
}

function urlNames(prefix: string): string[] {
  return URLS.map((part) => `${prefix}_${part}`);
}

function urlOf(
  names: readonly string[],
  variables: Variables,
  parse: (name: string, url: string) => PostgresTarget,
): Candidate | undefined {
  for (const name of names) {
    const url = bareUrl(filled(variables[name]) ?? '');
    if (!POSTGRES_URL.test(url) && !isKeywords(url)) continue;
    const target = parse(name, url);
    const field = (value: string): Field => ({ value, variable: name });
    const { host, port, database, user, password } = target;
    return {
      by: name,
      host: field(host),
      port: field(String(port)),
      database: field(database),
      // One that the URL does not name is the driver's business.
      ...(/@|[?&\s]user\s*=/.test(url) ? { user: field(user) } : {}),
      ...(password === undefined ? {} : { password: field(password) }),
      target,
      options: {},
      hostLike: [],
    };
  }
  return undefined;
}

/** Whether a text is `host=… dbname=… user='…'`. */
function isKeywords(text: string): boolean {
  return /(?:^|\s)host\s*=/i.test(text) && /(?:^|\s)dbname\s*=/i.test(text) && !text.includes('://');
}

function partsOf(prefix: string, variables: Variables): Candidate | undefined {
  const first = (parts: readonly string[]): Field | undefined => {
    for (const part of parts) {
      const variable = `${prefix}_${part}`;
      const value = filled(variables[variable]);
      if (value !== undefined) return { value, variable };
    }
    return undefined;
  };
  if (isOtherKind(prefix, variables)) return undefined;
  const {
    host: written,
    port: ownPort,
    ...fields
  } = {
    host: first(PARTS.host),
    port: first(PARTS.port),
    database: first(PARTS.database),
    user: first(PARTS.user),
    // White space may belong to a password.
    password: first(PARTS.password),
  };
  const { host, port = ownPort } = hostAndPort(written);
  if (![host, port, ...Object.values(fields)].some((field) => field)) return undefined;
  const password = fields.password && { ...fields.password, value: variables[fields.password.variable] ?? '' };
  return {
    by: `${prefix}_*`,
    host,
    port,
    ...fields,
    password,
    options: { sslmode: sslMode(first(SSL_MODE)?.value), sslrootcert: first(ROOT_CERT)?.value },
    hostLike: Object.keys(variables).filter(
      (name) =>
        name.startsWith(`${prefix}_`) &&
        HOST_LIKE.test(name.slice(prefix.length)) &&
        filled(variables[name]) !== undefined,
    ),
  };
}

/** `host:port` in the variable of a host. */
function hostAndPort(host: Field | undefined): { host?: Field | undefined; port?: Field } {
  const [, name, port] = /^([^:/[\]]+):(\d{1,5})$/.exec(host?.value ?? '') ?? [];
  if (!host || name === undefined || port === undefined) return { host };
  const { variable } = host;
  return { host: { value: name, variable }, port: { value: port, variable } };
}

/** libpq's own, as far as other names may need them. */
function libpqParts(variables: Variables): Candidate | undefined {
  const field = (variable: string): Field | undefined => {
    const value = filled(variables[variable]);
    return value === undefined ? undefined : { value, variable };
  };
  const host = field('PGHOST') ?? field('PGHOSTADDR');
  const [port, database, user, password] = ['PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'].map(field);
  if (![host, port, database, user, password].some((one) => one)) return undefined;
  return { by: 'PG*', host, port, database, user, password, options: {}, hostLike: [] };
}

/** In Google's containers the socket of an instance is in a folder of this name (https://cloud.google.com/sql/docs/postgres/connect-run). */
function cloudSql(variables: Variables): Candidate | undefined {
  const find = (names: readonly string[]): Field | undefined => {
    const variable = names.find((name) => filled(variables[name]) !== undefined);
    return variable === undefined ? undefined : { value: filled(variables[variable]) ?? '', variable };
  };
  const instance = find(CLOUD_SQL.instance);
  const host = find(CLOUD_SQL.host) ?? (instance && { ...instance, value: `/cloudsql/${instance.value}` });
  return host && { by: host.variable, host, options: {}, hostLike: [] };
}

/** Whether names with this prefix are of another kind of database: by what they say, by a port, by the name of a file. */
export function isOtherKind(prefix: string, variables: Variables): boolean {
  const has = (parts: readonly string[], what: (value: string) => boolean): boolean =>
    parts.some((part) => what(filled(variables[`${prefix}_${part}`]) ?? ''));
  if (has(PARTS.port, (port) => OTHER_PORTS.has(port)) || has(PARTS.database, (name) => FILE_NAME.test(name)))
    return true;
  if (prefix.includes('POSTGRES')) return false;
  const kinds = KINDS.map((part) => filled(variables[`${prefix}_${part}`]));
  // `DATABASE=postgres` beside SQL_*, as in a widely used template; elsewhere the name of a database may be there.
  const word = filled(variables.DATABASE);
  if (word !== undefined && KIND_WORD.test(word)) kinds.push(word);
  const kind = kinds.find((one) => one !== undefined);
  if (kind !== undefined) return !POSTGRES_KIND.test(kind);
  // Microsoft's name for its own.
  return prefix === 'SQL' && filled(variables.SQL_SERVER) !== undefined;
}

/** A switch asks for TLS; a mode is one of libpq's. */
function sslMode(text: string | undefined): string | undefined {
  if (text === undefined || NO.test(text)) return undefined;
  return YES.test(text) ? 'require' : text;
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
