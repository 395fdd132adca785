import { Redis } from 'ioredis';
import { CLIENT_NAME } from '../../src/base/clientName';
import { check } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { short } from '../lib/measured';
import { fillRedis } from '../lib/redisContent';

/** How long Redis, which does one thing at a time, is kept from its work by any one command of ours. */
export const slowlog: Bench = {
  name: 'slowlog',
  run: async ({ options, incident, servers, say }) => {
    const rows = options.rows[0] ?? 0;
    const data = await incident(options.postgres[0] ?? 18, { rows });
    const redis = await servers.redis();
    say(`slowlog: filling a queue with ${short(options.queue)} messages...`);
    await fillRedis(redis.url, data.databaseUrl, data.hours(), { messages: options.queue, results: 0 });
    const admin = new Redis(redis.url);
    await admin.config('SET', 'slowlog-max-len', '1000000');
    await admin.config('SET', 'slowlog-log-slower-than', '0');
    await admin.slowlog('RESET');
    const { ms } = await check({ databaseUrl: data.databaseUrl, redisUrl: redis.url, hours: data.hours() });
    await admin.config('SET', 'slowlog-log-slower-than', '-1');
    const commands = ourCommands(await admin.slowlog('GET', -1));
    admin.disconnect();
    await redis.stop();
    const [longest] = commands;
    if (longest === undefined) throw new Error('Redis has none of our commands in its slow log.');
    const sum = commands.reduce((all, { us }) => all + us, 0);
    return [
      {
        key: 'slowlog',
        what: `longest single Redis command, queue of ${short(options.queue)} messages`,
        ours: `${(longest.us / 1000).toFixed(2)} ms`,
        value: longest.us / 1000,
        atTarget: options.queue === 1_000_000,
        details: [
          `all ${commands.length.toLocaleString('en-US')} commands together ${(sum / 1000).toFixed(0)} ms of Redis's time, in a check of ${(ms / 1000).toFixed(1)} s`,
          `the longest: ${commands
            .slice(0, 5)
            .map(({ us, text }) => `${text} ${(us / 1000).toFixed(2)} ms`)
            .join(', ')}`,
        ],
      },
    ];
  },
};

interface Logged {
  readonly us: number;
  readonly text: string;
}

/** Those of our clients, longest first. An entry: id, time, microseconds, arguments, address, client name (redis.io, SLOWLOG GET). */
function ourCommands(entries: unknown): Logged[] {
  return (entries as [number, number, number, string[], string, string][])
    .filter(([, , , , , name]) => name === CLIENT_NAME)
    .map(([, , us, words]) => ({ us, text: `\`${words.slice(0, 4).join(' ').slice(0, 60)}\`` }))
    .sort((a, b) => b.us - a.us);
}
