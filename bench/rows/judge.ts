import { totalStuck } from '../../src/model/diagnosis';
import { check, type Checked, type Step } from '../../tools/measure/check';
import type { Bench, Context } from '../lib/context';
import type { Incident } from '../lib/incident';
import { readKeys, readRows } from '../lib/floor';
import { short } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';
import { fillRedis } from '../lib/redisContent';
import { interleaved, milliseconds, ratio, spread, timed } from '../lib/spread';
import { ofVerification, sendAgain } from '../lib/sameStatements';
import { byStatement } from '../../tools/measure/watch';

/** The incident's stuck rows are of these. */
export const STATUSES = ['SCHEDULED', 'PENDING', 'PAUSED'];

/** Judging every stuck row against reading the same keys and rows and doing nothing with them. */
export const judge: Bench = {
  name: 'judge',
  run: async (context) => {
    const { options, incident, servers, runs } = context;
    const rows = options.rows[0] ?? 0;
    const data = await incident(options.postgres[0] ?? 18, { rows });
    const redis = await servers.redis();
    await fill(context, redis.url, data.databaseUrl, data.hours());
    let last: Checked | undefined;
    let read = { messages: 0, results: 0 };
    const takes = await interleaved(Math.min(runs(rows), 5), {
      floor: () => timed(async () => (read = await readKeys(redis.url, await readRows(data, STATUSES)))),
      ours: async () => {
        last = await check({
          ...{ databaseUrl: data.databaseUrl, redisUrl: redis.url, hours: data.hours(), statuses: STATUSES },
        });
        return sum(parts(last.steps).judging);
      },
    });
    const again = last && (await sameStatements(last, data, redis.url, takes.floor.length));
    await redis.stop();
    if (last === undefined || again === undefined) return [];
    const { scanning, listening, judging } = parts(last.steps);
    const stuck = totalStuck(last.diagnosis);
    const { median, min, max } = ratio(takes.ours, takes.floor);
    return [
      {
        key: 'judge',
        what: `judging ${short(stuck)} stuck rows, queue of ${short(read.messages)} messages, ${short(read.results)} results`,
        floor: milliseconds(spread(takes.floor)),
        ours: milliseconds(spread(takes.ours)),
        value: median,
        atTarget:
          rows === TARGET_ROWS.small && stuck === 250_000 && read.messages === 100_000 && read.results === 50_000,
        details: [
          `ratios of single rounds ${min.toFixed(2)}-${max.toFixed(2)}; ours is the verification without the scan and without listening for workers`,
          `the whole check ${last.ms.toFixed(0)} ms: scan ${sum(scanning).toFixed(0)} ms, listening for workers ${sum(listening).toFixed(0)} ms ` +
            `(a fixed wait for their heartbeats), ${judging.map(({ label, ms }) => `"${label}" ${ms.toFixed(0)} ms`).join(', ')}`,
          again,
          ...byStatement(last.watch.statements, last.ms),
        ],
      },
    ];
  },
};

/**
 * A second floor, which is no target: what our questions cost when nothing is computed from their answers.
 * @returns in words
 */
async function sameStatements(
  { watch: { statements } }: Checked,
  data: Incident,
  redisUrl: string,
  runs: number,
): Promise<string> {
  const ofOurs = ofVerification(statements);
  const ids = await readRows(data, STATUSES);
  const takes = await interleaved(runs, {
    postgres: () => sendAgain(data.databaseUrl, ofOurs),
    redis: () => timed(() => readKeys(redisUrl, ids)),
  });
  return (
    `the same statements sent raw: the ${String(ofOurs.length)} statements of the verification one after the other by \`pg\` ${milliseconds(spread(takes.postgres))}, ` +
    `the queue and the result keys by pipelined \`ioredis\` ${milliseconds(spread(takes.redis))}, with nothing computed; not at the same time`
  );
}

async function fill({ options, say }: Context, redisUrl: string, databaseUrl: string, hours: number): Promise<void> {
  say(`Filling Redis with ${short(options.messages)} messages and ${short(options.results)} results...`);
  await fillRedis(redisUrl, databaseUrl, hours, options);
}

/** The steps of a check by what they are for, told by their labels. */
function parts(steps: readonly Step[]): { scanning: Step[]; listening: Step[]; judging: Step[] } {
  const scanning = steps.filter(({ label }) => /^(Starting|Looking up|Querying|Reading sample|Writing)/.test(label));
  const listening = steps.filter(({ label }) => /^(Looking for|Asking the) workers/.test(label));
  return {
    scanning,
    listening,
    judging: steps.filter((step) => !scanning.includes(step) && !listening.includes(step)),
  };
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((all, { ms }) => all + ms, 0);
}
