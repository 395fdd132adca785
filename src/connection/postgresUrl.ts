import { Problem } from '../diagnosis/problem';
import { escapeUnsafe } from '../diagnosis/unsafeText';
import { bareHost, credentials, decode, HOST_PART, hostAndPort, readPort, splitUserInfo, urlText } from './urlParts';

/** libpq's meanings: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** Where a PostgreSQL database is and who asks. */
export interface PostgresTarget {
  /** A name, an address, or a folder (beginning with `/`) that holds the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent: the driver looks at PGPASSWORD and the password file, as libpq does. */
  readonly password?: string;
  readonly sslMode: SslMode;
  /** Path of a file with root certificates, or `system`. */
  readonly sslRootCert?: string;
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
  const parts = HOST_PART.exec(rest);
  if (!parts) {
    throw new Problem(
      'invalid',
      `${label} has no readable host: it must look like postgresql://user@host:5432/database.`,
    );
  }
  // In libpq's URLs a + is a +, not a space.
  const options = new URLSearchParams((parts[4] ?? '').replaceAll('+', '%2B'));
  const written = credentials(userInfo);
  const user = options.get('user') ?? written.user;
  const password = options.get('password') ?? written.password;
  const database = options.get('dbname') ?? decode(parts[3] ?? '');
  const rootCert = options.get('sslrootcert');
  return {
    host: options.get('host') ?? bareHost(parts[1] ?? ''),
    port: readPort(options.get('port') ?? parts[2], 5432, label),
    database: database || user || 'postgres',
    user: user || 'postgres',
    ...(password === undefined ? {} : { password }),
    sslMode: readSslMode(options.get('sslmode'), label),
    ...(rootCert === null ? {} : { sslRootCert: rootCert }),
  };
}

/** `host:port/database`: what people and errors call the connection. */
export function postgresAddress(target: PostgresTarget): string {
  return `${hostAndPort(target)}/${target.database}`;
}

/** The key of a stored password: it belongs to one user of one server and is sent nowhere else. */
export function postgresSecretKey(target: PostgresTarget): string {
  return `postgres:${JSON.stringify([target.host.toLowerCase(), target.port, target.user])}`;
}

function readSslMode(text: string | null, label: string): SslMode {
  if (text === null) return 'prefer';
  const mode = SSL_MODES.find((known) => known === text.toLowerCase());
  if (mode) return mode;
  throw new Problem(
    'invalid',
    `${label} has sslmode=${escapeUnsafe(text.slice(0, 20))}: choose one of ${SSL_MODES.join(', ')}.`,
  );
}
