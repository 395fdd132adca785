import { totalStuck } from '../../src/model/diagnosis';
import { check, inSteps, type Checked } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { withClient } from '../lib/incident';
import { short } from '../lib/measured';
import { interleaved, milliseconds, ratio, spread } from '../lib/spread';
import { STATUSES } from './judge';

/** What the incident's story calls stuck. */
const HOURS = 906;
const ROWS = 200_000;

/** A verified check of the incident that `npm start` shows, with the tests of its effect rules against without. */
export const ruleTests: Bench = {
  name: 'ruleTests',
  run: async ({ options, servers, runs, say }) => {
    const { createIncident } = await import('../../tools/demo/index.mjs');
    const server = await servers.postgres(options.postgres[0] ?? 18);
    const redis = await servers.redis();
    const name = 'bench_rule_tests';
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    // Its messages and results belong to its rows, so it is made anew with them.
    await withClient(server.url, async (client) => {
      await client.query(`drop database if exists ${name}`);
      await client.query(`create database ${name}`);
    });
    await createIncident({ databaseUrl: url.href, redisUrl: redis.url, rows: ROWS, log: say });
    const request = { databaseUrl: url.href, redisUrl: redis.url, hours: HOURS, statuses: STATUSES };
    let last: Checked | undefined;
    const takes = await interleaved(runs(ROWS), {
      floor: async () => (await check({ ...request, testsRules: false })).ms,
      ours: async () => (last = await check(request)).ms,
    });
    await redis.stop();
    if (last === undefined) return [];
    const stuck = totalStuck(last.diagnosis);
    const { rules = [] } = last.diagnosis;
    const { median, min, max } = ratio(takes.ours, takes.floor);
    const looked = rules.reduce((sum, { finished, notRun }) => sum + finished.looked + notRun.looked, 0);
    return [
      {
        key: 'ruleTests',
        what: `a verified check with tests of its effect rules, ${short(stuck)} stuck rows`,
        floor: `without ${milliseconds(spread(takes.floor))}`,
        ours: milliseconds(spread(takes.ours)),
        value: median,
        atTarget: true,
        details: [
          `ratios of single rounds ${min.toFixed(2)}-${max.toFixed(2)}; ${String(rules.length)} rules were tested on ${short(looked)} rows whose outcome is known`,
          inSteps(last),
        ],
      },
    ];
  },
};
