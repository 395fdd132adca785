import { Problem } from '../../base/problem';
import { UNMETERED } from '../../ports/meter';
import { pathOf } from './management/paths';
import { ifShown } from './management/lists';
import type { ManagementApi } from './management/client';
import { managementText, isHosted } from './management/address';
import { leastPrivilege, tagCommand } from './management/problem';
import { amqpAddress, type AmqpServer } from './amqpUrl';
import { readServer } from './read';
import type { BrokerAccess } from '../broker';

/**
 * What this user can read through the management API, for a person who tests a connection.
 * @param ownAccount the management URL has an account of its own, and doesn't use the broker's
 * @throws Problem where the queues of the virtual host are not shown
 */
export async function accessOf(api: ManagementApi, server: AmqpServer, ownAccount: boolean): Promise<BrokerAccess> {
  const { product, version, user, tag, statsDisabled } = await readServer(api);
  await api.get(pathOf(['queues', api.vhost], { disable_stats: true, page: 1, page_size: 1 }));
  const alarms = await ifShown(() => api.check(pathOf(['health', 'checks', 'alarms'])));
  const name = `${product}${version === null ? '' : ` ${version}`} at ${amqpAddress(server)}`;
  const says = [
    `${name} answers through its management API at ${managementText(api.address)}, as the user ${user} with the tag ${tag}.`,
    RIGHTS[tag],
    ...(statsDisabled ? ['Its statistics are disabled, so it shows neither consumers nor channels.'] : []),
    ...(alarms === undefined && tag === 'management'
      ? [
          "It doesn't show alarms either, so it stays unknown whether publishers are blocked, and no task is called lost.",
        ]
      : []),
  ];
  if (ownAccount && tag === 'monitoring') return { says: says.join(' ') };
  // A provider's console has no such commands, and LavinMQ has others.
  if (isHosted(server.host) || product !== 'RabbitMQ') return { says: says.join(' ') };
  return {
    says: `${says.join(' ')} ${LESS}`,
    commands: ownAccount && tag === 'management' ? [tagCommand(user)] : leastPrivilege(server.vhost),
  };
}

/**
 * The same where no management API was found: whether the broker answers over AMQP.
 * @param why no API was found, and whether a person wrote its address: then that is what has to be put right
 * @throws Problem of the first server, where none lets us in
 */
export async function amqpAccess(
  servers: readonly AmqpServer[],
  { why, own }: { readonly why: Problem; readonly own: boolean },
  signal: AbortSignal,
): Promise<BrokerAccess> {
  const { AmqpLine } = await import('./amqp/line');
  const tried = why.tried ?? [];
  let first: Problem | undefined;
  for (const server of servers) {
    try {
      const line = await AmqpLine.open(server, signal, UNMETERED);
      const { product, version } = line.greeting;
      await line.close();
      const name = `${product}${version === '' ? '' : ` ${version}`} at ${amqpAddress(server)}`;
      return {
        says: `${name} answers over AMQP alone, as the user ${server.user}, because its management API was not found. ${why.message} Over AMQP, unacknowledged messages can't be counted, so no task is called lost.`,
        tried,
      };
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
      first ??= error;
    }
  }
  throw first ? neither({ why, own }, first) : why;
}

/**
 * What to say of a broker that answers in neither way: what has to be put right first.
 * @param why no API was found, and whether a person wrote its address @param amqp why AMQP was no way
 */
export function neither({ why, own }: { readonly why: Problem; readonly own: boolean }, amqp: Problem): Problem {
  if (own) return why;
  const tried = why.tried ?? [];
  const also = tried.length === 0 ? '' : ` Its management API didn't answer either, at ${tried.join(' and ')}.`;
  return new Problem(amqp.kind, `${amqp.message}${also}`, { cause: amqp, tried });
}

const RIGHTS = {
  administrator: 'It shows all that a check reads. This user may also change the server, which a check never needs.',
  monitoring: 'It shows all that a check reads.',
  management:
    "It shows the queues of this virtual host and who consumes them. It doesn't show nodes, nor the connections and channels of other users: what each worker holds stays unknown, and so does a node that is down.",
} as const;

const LESS = 'A user of its own with the tag monitoring and no other right is enough for a check.';
