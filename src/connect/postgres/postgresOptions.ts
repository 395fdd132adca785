import { filledVariable, LIBPQ_VARIABLES, type Variables } from './libpqVariables';
import { isOfLine } from './postgresLine';
import type { ServerOptions } from './serverOptions';
import { canonicalName, type WrittenOptions } from '../writtenOptions';

/** What is acted on, besides libpq's options that have variables and those of the line. */
const USED =
  'password passfile sslpassword currentSchema search_path schema unix_sock unix_socket unixsocketpath socket';
/** What changes neither which server answers nor what it is asked: names of ours, pools, drivers, caches, keep-alive. */
const WITHOUT_EFFECT = `application_name fallback_application_name client_encoding charset encoding
  keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout tcp_keepalive load_balance_hosts
  sslcompression sslsni krbsrvname gsslib gssdelegation min_protocol_version max_protocol_version uselibpqcompat
  statement_timeout lock_timeout idle_in_transaction_session_timeout login_timeout socket_timeout command_timeout timeout
  conn_max_age conn_health_checks atomic_requests autocommit disable_server_side_cursors engine time_zone
  pgbouncer connection_limit pool pool_size pool_timeout max_overflow min_size max_size statement_cache_size
  prepared_statement_cache_size prepare_threshold supa`;
const KNOWN: ReadonlySet<string> = new Set(
  [...USED.split(/\s+/), ...WITHOUT_EFFECT.split(/\s+/), ...Object.keys(LIBPQ_VARIABLES)].map(canonicalName),
);
/** Of libpq's options those that are read and cannot be done, or only in part. */
const NOT_DONE: ReadonlySet<string> = new Set(['sslcrl', 'sslcrldir']);

/** Names of what was written for a connection and has no effect, and may be missed. Never a value, which may be a secret. */
export function unusedOptions(written: WrittenOptions, server: ServerOptions, variables: Variables): string[] {
  const names = written.all().flatMap(({ name, written: as, value }) => {
    const known = (KNOWN.has(name) && !NOT_DONE.has(name)) || isOfLine(name);
    const wantsCertificate = name === 'sslcertmode' && value.toLowerCase() === 'require';
    if (value === '' || (known && !wantsCertificate)) return [];
    return [/^[A-Za-z][\w.-]{0,40}$/.test(as) ? as : 'an option without a readable name'];
  });
  const lent = ([...NOT_DONE, 'service'] as const)
    .map((option) => LIBPQ_VARIABLES[option as keyof typeof LIBPQ_VARIABLES])
    .filter((name) => filledVariable(variables, name) !== undefined);
  return [...new Set([...names, ...server.unused.map((name) => `options=${name}`), ...lent])];
}

/** A sentence about what has no effect; undefined where there is nothing to say. */
export function unusedNote(unused: readonly string[] | undefined): string | undefined {
  if (unused === undefined || unused.length === 0) return undefined;
  return `The connection has options that the check does not use: ${unused.join(', ')}.`;
}
