/** A RabbitMQ of a test's own (tools/servers/rabbitmq.mjs), and what a tester sees of it as its administrator. */
import assert from 'node:assert/strict';
import type * as Servers from '../../tools/servers/index.mjs' with { 'resolution-mode': 'import' };
import type { ShopBroker } from './celery';
import { until } from './database';

export type RabbitServer = NonNullable<Awaited<ReturnType<typeof Servers.startRabbitmq>>>;

/** Starts it before the tests of this block and stops it after them. */
export function useRabbit(options: Parameters<typeof Servers.startRabbitmq>[0] = {}): () => RabbitServer {
  let server: RabbitServer | undefined;
  before('starts a RabbitMQ', async () => {
    server = await startRabbit(options);
  });
  after('stops the RabbitMQ', async () => {
    await server?.stop();
  });
  return () => {
    assert.ok(server, 'RabbitMQ was not started');
    return server;
  };
}

/** @throws Error that says what to install */
export async function startRabbit(options: Parameters<typeof Servers.startRabbitmq>[0] = {}): Promise<RabbitServer> {
  const { startRabbitmq } = await import('../../tools/servers/index.mjs');
  let said = '';
  const server = await startRabbitmq({ log: (line) => (said = line), ...options });
  if (server === undefined) throw new Error(said);
  return server;
}

/** A virtual host as a tester sees it. */
export class Vhost {
  readonly path: string;

  constructor(
    private readonly server: RabbitServer,
    readonly name: string,
  ) {
    this.path = encodeURIComponent(name);
  }

  /** Makes a virtual host in which the administrator may do everything. */
  static async create(server: RabbitServer, name: string): Promise<Vhost> {
    const vhost = new Vhost(server, name);
    await server.api('PUT', `vhosts/${vhost.path}`);
    await server.api('PUT', `permissions/${vhost.path}/${server.user}`, { configure: '.*', write: '.*', read: '.*' });
    return vhost;
  }

  /** Where Celery and the check connect. */
  get broker(): ShopBroker {
    return this.brokerOf(this.server.user);
  }

  /** The same as another user. */
  brokerOf(user: string): ShopBroker {
    return { url: this.server.urlOf(user, this.name), managementUrl: this.server.managementUrl };
  }

  /** Ready and unacknowledged messages of a queue, of this moment; undefined: there is no such queue. */
  async counts(queue: string): Promise<readonly [ready: number, unacked: number] | undefined> {
    const found = (await this.queues()).find(({ name }) => name === queue);
    return found && [found.messages_ready ?? 0, found.messages_unacknowledged ?? 0];
  }

  async queues(): Promise<readonly LiveQueue[]> {
    const path = `queues/${this.path}?disable_stats=true&enable_queue_totals=true`;
    return (await this.server.api('GET', path)) as readonly LiveQueue[];
  }

  /** Waits until a queue holds so many messages. */
  async until(queue: string, ready: number, unacked: number): Promise<void> {
    let seen: unknown;
    const same = async (): Promise<true | undefined> => {
      const found = await this.counts(queue);
      seen = found;
      return found?.[0] === ready && found[1] === unacked ? true : undefined;
    };
    await until(same, PATIENCE_MS).catch((error: unknown) => {
      const wanted = `${String(ready)} ready and ${String(unacked)} unacknowledged messages in ${queue} of ${this.name}`;
      throw new Error(`Waited in vain for ${wanted}, saw ${JSON.stringify(seen)}.`, { cause: error });
    });
  }

  /** Waits until the API lists so many consumers of a queue: it does some seconds after they came. */
  async untilConsumers(queue: string, count: number): Promise<void> {
    await until(async () => {
      const all = (await this.server.api('GET', `consumers/${this.path}`)) as { queue: { name: string } }[];
      return all.filter((one) => one.queue.name === queue).length === count ? true : undefined;
    }, PATIENCE_MS);
  }

  /** Empties a queue, where there is one. */
  async purge(queue: string): Promise<void> {
    if ((await this.counts(queue)) === undefined) return;
    await this.server.api('DELETE', `queues/${this.path}/${encodeURIComponent(queue)}/contents`);
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.server.api('DELETE', `queues/${this.path}/${encodeURIComponent(queue)}`);
  }
}

export interface LiveQueue {
  readonly name: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

const PATIENCE_MS = 30_000;
