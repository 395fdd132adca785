import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { redisResults } from '../../src/results/redisResults';
import type { Bench } from '../lib/context';
import { short } from '../lib/measured';
import { fillRedis, taskIds } from '../lib/redisContent';
import { interleaved, milliseconds, ratio, spread } from '../lib/spread';

/** The states of many results against Celery's own way to ask for them. */
export const celery: Bench = {
  name: 'celery',
  run: async ({ options, incident, servers, say }) => {
    const { findCeleryPython } = await import('../../tools/servers/index.mjs');
    const python = await findCeleryPython(say);
    const data = await incident(options.postgres[0] ?? 18, { rows: options.rows[0] ?? 0 });
    const redis = await servers.redis();
    await fillRedis(redis.url, data.databaseUrl, data.hours(), { messages: 0, results: options.ids / 2 });
    const ids = await taskIds(data.databaseUrl, data.hours(), options.ids);
    let found = 0;
    const takes = await interleaved(3, {
      celery: () => Promise.resolve(askCelery(python, redis.url, ids).ms),
      ours: async () => {
        const source = redisSource(parseRedisUrl(redis.url, 'the bench'));
        return await source.read(async (reader) => {
          await reader.call('PING');
          const began = performance.now();
          const records = await redisResults(reader, ['']).find(ids);
          found = records.size;
          return performance.now() - began;
        }, new AbortController().signal);
      },
    });
    const theirs = askCelery(python, redis.url, ids);
    await redis.stop();
    if (theirs.found !== found)
      throw new Error(`Celery found ${String(theirs.found)} results and we ${String(found)}: they must agree.`);
    const { median, min, max } = ratio(takes.celery, takes.ours);
    return [
      {
        key: 'celery',
        what: `the state of ${short(ids.length)} ids, of which ${short(found)} have a result`,
        floor: `Celery ${milliseconds(spread(takes.celery))}`,
        ours: milliseconds(spread(takes.ours)),
        value: median,
        atTarget: ids.length === 10_000,
        details: [
          `single rounds ${min.toFixed(0)}-${max.toFixed(0)} ×; \`AsyncResult(id).state\` one by one in ${python}; both sides are connected before the clock starts`,
        ],
      },
    ];
  },
};

function askCelery(python: string, redisUrl: string, ids: readonly string[]): { ms: number; found: number } {
  const { status, stdout, stderr } = spawnSync(python, [join('bench', 'children', 'celery_state.py'), redisUrl], {
    input: ids.join('\n'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Celery could not be asked: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return JSON.parse(stdout) as { ms: number; found: number };
}
