/** Variables as a process or a file has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * libpq's options and the variables that stand for them (https://www.postgresql.org/docs/current/libpq-envars.html). PGPASSWORD and
 * PGPASSFILE are not among them: a password goes to a server by rules of its own (postgresPassword.ts).
 */
export const LIBPQ_VARIABLES = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  service: 'PGSERVICE',
  sslmode: 'PGSSLMODE',
  requiressl: 'PGREQUIRESSL',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcrl: 'PGSSLCRL',
  sslcrldir: 'PGSSLCRLDIR',
  sslcertmode: 'PGSSLCERTMODE',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  gssencmode: 'PGGSSENCMODE',
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  requirepeer: 'PGREQUIREPEER',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  options: 'PGOPTIONS',
} as const;

/** A variable that is set to nothing says nothing. */
export function filledVariable(variables: Variables, name: string): string | undefined {
  const value = variables[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/**
 * libpq's variables where a file of variables has a part of them: django-environ and python-dotenv put the file's into the environment,
 * so the rest comes from there. Each is looked up only when it is asked for.
 * @param first what counts
 * @param beneath for what `first` does not have
 */
export function layeredVariables(first: Variables, beneath: Variables = process.env): Variables {
  const layered: Variables = {};
  for (const name of Object.values(LIBPQ_VARIABLES))
    Object.defineProperty(layered, name, { get: () => filledVariable(first, name) ?? beneath[name] });
  return layered;
}
