import { check, type Checked } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { short } from '../lib/measured';
import { fillRabbit } from '../lib/rabbitContent';
import { fillRedis } from '../lib/redisContent';
import { interleaved, milliseconds, spread, timed } from '../lib/spread';

const QUEUES = 1000;
const VHOST = 'bench';

/** What a large RabbitMQ adds to a check: the same rows with no broker, with a Redis, and with a RabbitMQ, in turn. */
export const rabbitmq: Bench = {
  name: 'rabbitmq',
  run: async ({ options, incident, servers, runs, say }) => {
    const rows = options.rows[0] ?? 0;
    const data = await incident(options.postgres[0] ?? 18, { rows });
    const redis = await servers.redis();
    await fillRedis(redis.url, data.databaseUrl, data.hours(), { messages: options.messages, results: 0 });
    const rabbit = await servers.rabbitmq(VHOST);
    say(`Filling RabbitMQ with ${short(QUEUES)} queues and ${short(options.queue)} messages...`);
    const close = await fillRabbit(rabbit.url, { queues: QUEUES, messages: options.queue });
    let last: Checked | undefined;
    const request = { databaseUrl: data.databaseUrl, redisUrl: redis.url };
    // Of each check only the steps of the broker: what the verdicts cost depends on what can be known.
    const added: number[] = [];
    const takes = await interleaved(Math.min(runs(rows), 5), {
      redis: () => timed(() => check({ ...request, hours: data.hours() })),
      rabbitmq: async () => {
        last = await check({ ...request, rabbit, hours: data.hours() });
        added.push(brokerSteps(last));
        return last.ms;
      },
    });
    await close();
    await rabbit.stop();
    await redis.stop();
    if (last === undefined) return [];
    const cost = last.diagnosis.cost?.rabbitmq;
    const own = spread(added.slice(1));
    const queued = last.diagnosis.infrastructure.queues?.length ?? 0;
    return [
      {
        key: 'rabbitmq',
        what: `what a RabbitMQ of ${short(QUEUES)} queues, one with ${short(options.queue)} messages, adds to a check`,
        floor: `the whole check of the same rows with Redis ${milliseconds(spread(takes.redis))}`,
        ours: milliseconds(own),
        value: own.median,
        atTarget: options.queue === 1_000_000,
        details: [
          `the whole check with RabbitMQ ${milliseconds(spread(takes.rabbitmq))}; ${short(queued)} queues were counted twice`,
          `${String(cost?.commands ?? 0)} requests with ${((cost?.receivedBytes ?? 0) / 1000).toFixed(0)} kB, ` +
            `waited ${String(cost?.waitedMs ?? 0)} ms in all, at most ${String(cost?.longestWaitMs ?? 0)} ms for one`,
        ],
      },
    ];
  },
};

/** Milliseconds of a check in which nothing but the broker was read. */
function brokerSteps({ steps }: Checked): number {
  return steps
    .filter(({ label }) => /^(Searching the queues|Looking for workers|Counting the messages)/.test(label))
    .reduce((sum, { ms }) => sum + ms, 0);
}
