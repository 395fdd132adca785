/**
 * What poolers, proxies and hosts of PostgreSQL say in its place. They have few codes, and these agree with no one else's, so their words
 * decide. Each kind has one cure; the sources are beside the words.
 */
import type { ProblemKind } from '../../base/problem';
import { postgresAddress as at, type PostgresTarget } from './postgresUrl';
import { hostAndPort } from '../../wire/urlParts';
import { withoutFullStop } from '../../base/sentences';

/** @param detail the server's own words, bounded */
type Words = (where: PostgresTarget, detail: string) => string;

interface Known {
  readonly kind: ProblemKind;
  /** Any of these, in the message without what is in double quotes: names may hold any word. */
  readonly says: readonly RegExp[];
  readonly words: Words;
}

/** In the order in which they are looked for: the shortest, which others contain too, come last. */
const KNOWN: readonly Known[] = [
  {
    // Neon (proxy/src/auth), CockroachDB Cloud (pkg/ccl/sqlproxyccl).
    kind: 'authentication',
    says: [
      /endpoint id is not specified|inconsistent project name inferred|common name inferred from sni/i,
      /missing cluster (identifier|name)|codeParamsRoutingFailed|\bSNI\b.*(missing|required|not (set|supported|provided))/i,
    ],
    words: (t, detail) =>
      `The proxy at ${at(t)} can't tell which database you mean (${detail}). Connect with TLS to the provider's host name, or add options=endpoint%3D<endpoint-id> to the URL, the first part of that host name (CockroachDB: options=--cluster%3D<cluster>).`,
  },
  {
    // Supavisor (lib/supavisor), Odyssey (sources/router.c), PgCat (src/client.rs), Azure single server, Neon, PgDog.
    kind: 'authentication',
    says: [
      /tenant or user not found|tenant\/user .*not found|no tenant identifier|failed to subscribe to tenant/i,
      /\((ENOTFOUND|ETENANTNOTFOUND|ENOIDENTIFIER|EINVALIDUSERINFO)\)/,
      /invalid format for user or db_?name|^authentication error, reason: ""|invalid username specified|username should be in/i,
      /route for .* is not found|no pool configured for|endpoint could not be found|branch .*(does not exist|not found)/i,
      /server name you (tried|specified) cannot be found|unknown (tenant|endpoint)\b/i,
    ],
    words: (t, detail) =>
      `The pooler or host at ${hostAndPort(t)} doesn't know user ${t.user} with database ${t.database} (${detail}). Check the database, the user, which contains the project or server there (postgres.<project>, <user>@<server>), and that this host belongs to that project and region.`,
  },
  {
    // Supavisor, PgBouncer (src/client.c, src/janitor.c), Odyssey, PgCat, RDS Proxy, Neon.
    kind: 'too-many-connections',
    says: [
      /max ?clients ?in ?session ?mode|max (client connections|clients|pools count) reached|\(EMAX[A-Z]+\)/i,
      /no more connections allowed|client connections exceeded|query_wait_timeout|too many servers in the pool|bouncer resources exhaustion/i,
      /\(ECHECKOUT[A-Z]*\)|unable to check ?out|check ?out .*time(d )?out|checkout timeout/i,
      /timed[- ]?out waiting to acquire|(get|getting) (a )?connection from the pool/i,
      /too many (tcp |database |open )?connections?\b|too many (active )?clients|connection attempts are (currently )?ongoing/i,
      /failed to acquire permit|acquiring resource permit|connections? limit exceeded|max(imum)? .*connections .*(exceeded|reached)/i,
      /limit of concurrently active endpoints|pool (is )?(exhausted|full)\b/i,
    ],
    words: (t, detail) =>
      `The pooler at ${at(t)} has no free connection (${detail}). Close some, raise its pool size, use its port for transaction mode if it has one, or try again later.`,
  },
  {
    // Supabase, Neon, Aiven, Azure, PgBouncer.
    kind: 'refused',
    says: [
      /\b(is|been|was|currently) (paused|suspended|stopped|hibernated|archived|deactivated|disabled|powered off)\b/i,
      /\b(server|database|project|instance|cluster|compute|endpoint) (paused|suspended|stopped|disabled)\b/i,
      /\b(compute|transfer|usage|storage|prepaid)\b.*\b(quota|limit|credits?)\b|exceeded .*\bquota\b|upgrade your plan/i,
      /scheduled for deletion|payment required|database does not allow connections/i,
    ],
    words: (t, detail) =>
      `The provider has paused or stopped the database at ${at(t)} (${detail}). Resume it in the provider's dashboard, and check there whether a quota is used up.`,
  },
  {
    // Supavisor, Neon, Azure, Cloud SQL.
    kind: 'refused',
    says: [
      /ip address .*not allowed|address not in .*allow|\(EADDRNOTALLOWED\)|not allowed to connect to this endpoint/i,
      /blocked network|client (with ip )?address .*not allowed|not in .*(allow|white)[ _-]?list|network restriction/i,
    ],
    words: (t, detail) =>
      `The provider of ${at(t)} doesn't allow this machine's address (${detail}). Add it to the allowed addresses, or use a network that is allowed.`,
  },
  {
    // Render, Azure, Supavisor, Odyssey, RDS Proxy, PgBouncer, Neon, CockroachDB.
    kind: 'tls',
    says: [
      /\b(ssl|tls)\b( connections?| encryption)? (is |are )?required|\(ESSLREQUIRED\)|\brequires? (an? )?(ssl|tls|encrypted|secure)\b/i,
      /connection is insecure|without (ssl|tls|encryption) (is|are) not (allowed|permitted)/i,
    ],
    words: (t, detail) => `${at(t)} requires TLS for user ${t.user} (${detail}). Use sslmode=require.`,
  },
  {
    // Supavisor, Odyssey.
    kind: 'authentication',
    says: [
      /\(ECIRCUITBREAKER\)|circuit ?breaker open|too many (authentication|login|failed) (failures|attempts)|temporarily blocked|user blocked/i,
    ],
    words: (t, detail) =>
      `${at(t)} blocks sign-ins after too many failures (${detail}). Correct the password of ${t.user}, wait some minutes, then try once.`,
  },
  {
    // RDS Proxy.
    kind: 'authentication',
    says: [/has no credentials for the (role|user)/i],
    words: (t, detail) =>
      `The proxy at ${at(t)} has no password for user ${t.user} (${detail}). Add the user to the proxy's secrets, or use another user.`,
  },
  {
    // PgBouncer (src/objects.c), Supavisor, Neon, Odyssey, PgCat, Pgpool-II. The pooler's own password may be what is wrong.
    kind: 'connection-lost',
    says: [
      /cannot connect to server|server_login_retry|server login (has been failing|failed)|server conn crashed|client_login_timeout|server dns lookup failed|^connect failed/i,
      /dbhandler exited|\(EDBHANDLER[A-Z]*\)|connection to database (not available|closed)|failed to connect to database|\(EAUTHQUERY\)|auth(entication)?[_ ]query (failed|error)/i,
      /couldn.t connect to compute|(control plane|console) request failed|console responded|could not be authorized due to an internal error/i,
      /allserversdown|all backend nodes are down|failed to (create|get|connect).*(backend|remote server)/i,
      /connection (failure|closed) (during|when state was) authentication|pooler is shutting down/i,
      /no (available|healthy) (targets?|backends?|servers?)|no target (group|available)/i,
    ],
    words: (t, detail) =>
      `The pooler at ${at(t)} can't reach its server (${detail}). Check that PostgreSQL is running, the database's name, and the password that the pooler uses.`,
  },
  {
    // PostgreSQL's auth_failed (src/backend/libpq/auth.c), and managed hosts that take a token for a password.
    kind: 'authentication',
    says: [
      /\b(pam|ldap|radius|gssapi|sspi|bsd|oauth( bearer)?) authentication failed/i,
      /\biam\b.*authentication failed|(azure active directory|entra|access token|security token|auth token).*(fail|expired|invalid|not valid)/i,
    ],
    words: (t, detail) =>
      `Wrong password for ${t.user} at ${at(t)} (${detail}). A sign-in token (IAM, Entra ID) expires: enter a fresh one.`,
  },
  {
    kind: 'authentication',
    says: [/\b(peer|ident) authentication failed/i],
    words: (t, detail) =>
      `${at(t)} accepts user ${t.user} only from the system user of that name, without a password (${detail}). Connect to localhost with a password, run this as that user, or change pg_hba.conf.`,
  },
  {
    // PgBouncer, Odyssey, PgCat, PgDog, Pgpool-II, RDS Proxy, CockroachDB.
    kind: 'authentication',
    says: [
      /^(pooler error: |unauthenticated: |odyssey: \w+: )*((SASL|password|md5|scram[\w-]*|client|incorrect password)( authentication)? failed|auth failed|login (failed|rejected))\b/i,
      /^(pooler error: )?no such user|^invalid password|^wrong password|incorrect password|password .*\bis wrong\b/i,
      /supports only .*authentication/i,
    ],
    words: (t) => `Wrong password for ${t.user} at ${hostAndPort(t)}, or no such user.`,
  },
  {
    kind: 'authentication',
    says: [/^role ("" )?does not exist$|^role .*is not permitted to log in/i],
    words: (t, detail) =>
      `${at(t)} has no user ${t.user} that may log in (${detail}). Check the user's name and its LOGIN attribute.`,
  },
  {
    kind: 'database-missing',
    says: [/^(pooler error: )?no such database|^database ("" )?does not exist$/i],
    words: (t) => `No database "${t.database}" at ${hostAndPort(t)}. Check its name.`,
  },
  {
    kind: 'refused',
    says: [/is not currently accepting connections|cannot connect to invalid database/i],
    words: (t, detail) =>
      `The database ${t.database} at ${hostAndPort(t)} accepts no connections (${detail}). Ask its administrator to open it again.`,
  },
];

const QUOTED = /["“”„«»][^"“”„«»]*["“”„«»]/g;

/**
 * What a message of a pooler, a proxy or a host means.
 * @returns undefined for words that none of them is known to say
 */
export function poolerWords(message: string): { readonly kind: ProblemKind; readonly words: Words } | undefined {
  // The first line: behind it may be what the server's own log has.
  const [line = ''] = message.split('\n', 1);
  const plain = withoutFullStop(line.replace(QUOTED, '""').trim());
  return KNOWN.find(({ says }) => says.some((pattern) => pattern.test(plain)));
}
