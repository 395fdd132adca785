import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { MemoryRequest, MemoryUsed } from '../../tools/measure/memory';
import type { Bench } from '../lib/context';
import { short, type Measured } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';
import { fillRedis } from '../lib/redisContent';
import { STATUSES } from './judge';

const MB = 1e6;

/** What one check with verification needs in our process, at sizes ten times apart: flat, whatever the table holds. */
export const memory: Bench = {
  name: 'memory',
  run: async ({ options, incident, servers, say }) => {
    const sizes = [...new Set([Math.ceil((options.rows[0] ?? 0) / 10), ...options.rows])];
    // The broker is there and empty: what grows with its queues is not what this row is about.
    const redis = await servers.redis();
    const found: { rows: number; used: MemoryUsed }[] = [];
    for (const rows of sizes) {
      const data = await incident(options.postgres[0] ?? 18, { rows });
      if (found.length === 0) await fillRedis(redis.url, data.databaseUrl, data.hours(), { messages: 0, results: 0 });
      say(`memory: ${short(rows)} rows`);
      const request: MemoryRequest = {
        ...{
          databaseUrl: data.databaseUrl,
          redisUrl: redis.url,
          hours: data.hours(),
          statuses: STATUSES,
          everyMs: 500,
        },
      };
      found.push({ rows, used: inChild(request) });
    }
    await redis.stop();
    return found.map(({ rows, used }): Measured => ({
      key: `memory/${short(rows)}`,
      what: `our memory above idle, ${short(rows)} rows, ${short(Math.round(rows * options.stuckShare))} stuck and verified`,
      ours: `${(used.peakAboveIdle / MB).toFixed(0)} MB`,
      value: used.peakAboveIdle / MB,
      atTarget: Object.values(TARGET_ROWS).includes(rows) && options.stuckShare === 0.25,
      details: [
        `alive at most ${(used.aliveAboveIdle / MB).toFixed(1)} MB, left at the end ${(used.leftAboveIdle / MB).toFixed(1)} MB, ` +
          `idle ${(used.idle / MB).toFixed(0)} MB, ${(used.ms / 1000).toFixed(1)} s with the looks`,
        `other sizes: ${found.map((each) => `${short(each.rows)} rows ${(each.used.peakAboveIdle / MB).toFixed(0)} MB (alive ${(each.used.aliveAboveIdle / MB).toFixed(1)})`).join(', ')}`,
      ],
    }));
  },
};

function inChild(request: MemoryRequest): MemoryUsed {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', join('dist-bench', 'children', 'memory.js'), JSON.stringify(request)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The check whose memory is measured failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as MemoryUsed;
}
