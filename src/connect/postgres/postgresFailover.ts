import { cancelled, Problem } from '../../base/problem';
import { toPostgresProblem } from './postgresProblem';
import type { PostgresHost } from './postgresHosts';
import { atServer, postgresHosts, type PostgresTarget } from './postgresUrl';
import { hostAndPort } from '../../wire/urlParts';

/** A server that has let us in. */
interface Reached<Client> {
  readonly client: Client;
  /** Whether it replays another server's changes. */
  readonly standby: () => Promise<boolean>;
  readonly leave: () => Promise<void>;
}

/**
 * Kinds of failure after which libpq goes on to the next server: nobody answered, or the server is not ready. A server that
 * refuses the user has answered, and so would the others.
 */
const NEXT_AFTER: readonly string[] = ['refused', 'host-not-found', 'unreachable', 'timeout', 'connection-lost'];

/**
 * Tries the servers of a target in their order, as libpq does with `target_session_attrs`
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS).
 * @param reach connects to one server
 * @throws Problem of the one server, or one that names the last failure of several; what `reach` threw when cancelled
 */
export async function firstUsable<Client>(
  target: PostgresTarget,
  signal: AbortSignal,
  reach: (host: PostgresHost) => Promise<Reached<Client>>,
): Promise<Client> {
  const hosts = postgresHosts(target);
  const { sessionKind = 'any' } = target;
  // First for a standby, then for any.
  const rounds = sessionKind === 'prefer-standby' && hosts.length > 1 ? (['standby', 'any'] as const) : [sessionKind];
  let last: Problem | undefined;
  for (const kind of rounds) {
    for (const host of hosts) {
      try {
        return await use(await reach(host), host, kind);
      } catch (error) {
        if (signal.aborted) throw cancelled();
        last = toPostgresProblem(error, atServer(target, host));
        if (!NEXT_AFTER.includes(last.kind)) throw last;
      }
    }
  }
  if (last === undefined) throw new Error('a target has a server');
  if (hosts.length === 1) throw last;
  const names = hosts.map(hostAndPort).join(', ');
  throw new Problem(last.kind, `None of ${names} can be used. The last one: ${last.message}`, { cause: last });
}

/** Takes a server that answered, or leaves it. @throws Problem that says why it will not do */
async function use<Client>(
  server: Reached<Client>,
  host: PostgresHost,
  kind: NonNullable<PostgresTarget['sessionKind']>,
): Promise<Client> {
  try {
    const problem = await refusal(host, kind, server.standby);
    if (problem) throw problem;
    return server.client;
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** What is wrong with a server that answered; undefined when it will do. */
async function refusal(
  host: PostgresHost,
  kind: NonNullable<PostgresTarget['sessionKind']>,
  standby: () => Promise<boolean>,
): Promise<Problem | undefined> {
  if (kind === 'any' || kind === 'prefer-standby') return undefined;
  const wantsStandby = kind === 'standby' || kind === 'read-only';
  const isStandby = await standby();
  if (isStandby === wantsStandby) return undefined;
  return new Problem(
    'refused',
    `${hostAndPort(host)} is a ${isStandby ? 'standby' : 'primary'}, but target_session_attrs=${kind} needs the other. Name the other server, or change target_session_attrs.`,
  );
}
