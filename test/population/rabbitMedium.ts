import type { Redis } from 'ioredis';
import type { Random } from '../support/random';
import { startRabbit, Vhost, type RabbitServer } from '../support/rabbitServer';
import type { OwnRedis } from '../support/redisServers';
import { makeResultsOlder } from './agingRedis';
import type { Medium } from './medium';
import { rowOf, type Found } from './places';
import { openRedis } from './redisMedium';
import type { Remembered } from './trace';
import type { Place } from './truth';

const VHOST = 'market';
/** Queues of workers' mailboxes and events hold no tasks. */
const NO_TASKS = /pidbox$|^celeryev/;

/** A RabbitMQ for messages and a Redis for results. */
export class RabbitMedium implements Medium {
  private constructor(
    private readonly server: RabbitServer,
    private readonly vhost: Vhost,
    private readonly results: OwnRedis,
    private readonly redis: Redis,
    private readonly resultsUrl: string,
  ) {}

  static async open(): Promise<RabbitMedium> {
    const server = await startRabbit();
    const { server: results, redis, url } = await openRedis();
    return new RabbitMedium(server, await Vhost.create(server, VHOST), results, redis, url);
  }

  get port(): number {
    return this.server.port;
  }

  get checked(): Readonly<Record<string, string>> {
    const { url, managementUrl } = this.vhost.broker;
    return {
      CELERY_BROKER_URL: url,
      CELERY_BROKER_MANAGEMENT_URL: managementUrl,
      CELERY_RESULT_BACKEND: this.resultsUrl,
    };
  }

  settings(port: number): Readonly<Record<string, unknown>> {
    const url = new URL(this.vhost.broker.url);
    url.port = String(port);
    return { broker_url: url.href, result_backend: this.resultsUrl };
  }

  /**
   * Reads every message, which leaves it where it is and marks it as redelivered. That is what no check may do; here the world stands
   * still, and nothing looks at the mark.
   */
  async places(memory: readonly Remembered[]): Promise<Map<number, Place[]>> {
    const places = new Map<number, Place[]>();
    const add = ({ row, id }: Found, where: Place['where']): void => {
      if (row !== null) places.set(row, [...(places.get(row) ?? []), { id, where }]);
    };
    for (const queue of await this.waiting())
      for (const message of await this.get(queue, 10_000, 'ack_requeue_true')) add(rowOf(message), 'queue');
    for (const { id, task, row, where } of memory)
      add(rowOf({ id, task, args: [], row }), where === 'active' ? 'starting' : 'memory');
    return places;
  }

  async idle(): Promise<boolean> {
    return (await this.waiting()).every((queue) => queue.startsWith('depot'));
  }

  async flush(): Promise<void> {
    for (const queue of await this.waiting()) await this.vhost.purge(queue);
  }

  /** The next of a queue. */
  async deleteMessage(random: Random): Promise<void> {
    const queues = (await this.waiting()).filter((queue) => !queue.startsWith('first'));
    if (queues.length > 0) await this.get(random.pick(queues), 1, 'ack_requeue_false');
  }

  async cutClient(random: Random): Promise<void> {
    const connections = (await this.server.api('GET', `vhosts/${this.vhost.path}/connections`)) as { name: string }[];
    if (connections.length === 0) return;
    const { name } = random.pick(connections);
    await this.server.api('DELETE', `connections/${encodeURIComponent(name)}`).catch(() => undefined);
  }

  /** Messages cannot be changed: those with a time keep it. */
  makeOlder(seconds: number): Promise<void> {
    return makeResultsOlder(this.redis, seconds);
  }

  openStaging(): ReturnType<Medium['openStaging']> {
    throw new Error('No world with a RabbitMQ has a staging.');
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await Promise.all([this.results.stop(), this.server.stop()]);
  }

  /** Queues in which messages of tasks wait, in an order that is always the same. */
  private async waiting(): Promise<string[]> {
    const queues = await this.vhost.queues();
    return queues
      .filter(({ name, messages_ready: ready = 0 }) => ready > 0 && !NO_TASKS.test(name))
      .map(({ name }) => name)
      .sort();
  }

  private async get(queue: string, count: number, ackmode: string): Promise<ReturnType<typeof decoded>[]> {
    const path = `queues/${this.vhost.path}/${encodeURIComponent(queue)}/get`;
    const taken = (await this.server.api('POST', path, { count, ackmode, encoding: 'auto' })) as readonly Taken[];
    return taken.map(decoded);
  }
}

interface Taken {
  readonly payload: string;
  readonly properties: { readonly headers: { readonly id: string; readonly task: string } };
}

function decoded({ payload, properties: { headers } }: Taken): Parameters<typeof rowOf>[0] {
  const [args, kwargs] = JSON.parse(payload) as [readonly unknown[], { task_manager_id?: number }];
  return { id: headers.id, task: headers.task, args, row: kwargs.task_manager_id };
}
