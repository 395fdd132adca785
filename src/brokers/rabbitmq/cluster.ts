import { Problem } from '../../base/problem';
import type { LookRun } from '../broker';
import { AmqpLine } from './amqp/line';
import type { AmqpServer } from './amqpUrl';
import type { ManagementAddress } from './management/address';
import { ManagementApi } from './management/client';
import { fieldsOf, textOf } from './state/fields';

/** A server of Celery's list, and where its API may be. */
export interface Place {
  readonly server: AmqpServer;
  readonly addresses: readonly ManagementAddress[];
}

/** A server that may be down is not waited for: seconds. */
const SOON = { seconds: 5, bytes: 1_000_000 };
/** What RabbitMQ calls a cluster that nobody named: its first node. Two servers of their own may have the same. */
const DEFAULT_NAME = /^[\w-]+@/;

/** The names that a server has; '' where it does not say. */
interface Node {
  readonly cluster: string;
  readonly node: string;
}

/**
 * The servers of a failover list that may be another broker than the one that was read. Nodes of one cluster are one broker, where they are
 * about the same virtual host. Only connects, and reads one page of the API.
 * @param node of the server that was read
 * @throws Problem `cancelled`
 */
export async function otherBrokers(
  read: AmqpServer,
  node: Node,
  others: readonly Place[],
  run: Pick<LookRun, 'signal' | 'meter'>,
): Promise<readonly AmqpServer[]> {
  const same = await Promise.all(
    others.map(async (place) => place.server.vhost === read.vhost && isSame(node, await nodeOf(place, run))),
  );
  return others.filter((_place, index) => !same[index]).map(({ server }) => server);
}

function isSame(read: Node, other: Node): boolean {
  if (read.cluster === '' || read.cluster !== other.cluster) return false;
  return !DEFAULT_NAME.test(read.cluster) || (read.node !== '' && other.node !== '' && read.node !== other.node);
}

/** @throws Problem `cancelled` */
async function nodeOf({ server, addresses }: Place, run: Pick<LookRun, 'signal' | 'meter'>): Promise<Node> {
  for (const address of addresses) {
    const api = new ManagementApi(address, server.vhost, run.signal, run.meter);
    try {
      return nodeIn(await api.get('/overview', SOON));
    } catch (error) {
      throwIfCancelled(error);
    } finally {
      api.close();
    }
  }
  try {
    const line = await AmqpLine.open(server, run.signal, run.meter);
    const { cluster } = line.greeting;
    await line.close();
    return { cluster, node: '' };
  } catch (error) {
    throwIfCancelled(error);
    return { cluster: '', node: '' };
  }
}

/** @param overview body of `/overview` */
function nodeIn(overview: unknown): Node {
  const fields = fieldsOf(overview);
  return { cluster: textOf(fields, 'cluster_name'), node: textOf(fields, 'node') };
}

function throwIfCancelled(error: unknown): void {
  if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
}
