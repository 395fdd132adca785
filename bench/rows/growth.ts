import { check } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { countFloor } from '../lib/floor';
import { short, type Measured } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';
import { interleaved, milliseconds, ratio, spread, timed } from '../lib/spread';

/** What the scan costs more when the table is ten times as large. */
export const growth: Bench = {
  name: 'growth',
  run: async ({ options, incident, runs, say }) => {
    const small = options.rows[0] ?? 0;
    const large = options.rows.at(-1) ?? 0;
    if (small === large) {
      say('growth: needs two sizes (--full, or --rows N,N)');
      return [];
    }
    const measured: Measured[] = [];
    for (const major of options.postgres) {
      const [few, many] = [await incident(major, { rows: small }), await incident(major, { rows: large })];
      const [fewFloor, manyFloor] = [await countFloor(few), await countFloor(many)];
      const ours = (data: typeof few) => async () =>
        (await check({ databaseUrl: data.databaseUrl, hours: data.hours() })).ms;
      const takes = await interleaved(runs(large), {
        small: ours(few),
        large: ours(many),
        smallFloor: () => timed(fewFloor.count),
        largeFloor: () => timed(manyFloor.count),
      });
      await Promise.all([fewFloor.close(), manyFloor.close()]);
      const grown = ratio(takes.large, takes.small);
      const floorGrown = ratio(takes.largeFloor, takes.smallFloor);
      measured.push({
        key: `growth/${String(major)}`,
        what: `the scan as the table grows ${short(small)} → ${short(large)}, PostgreSQL ${few.version}`,
        floor: `${(large / small).toFixed(1)} × the rows`,
        ours: `${milliseconds(spread(takes.small))} → ${milliseconds(spread(takes.large))}`,
        value: grown.median,
        atTarget: small === TARGET_ROWS.small && large === TARGET_ROWS.large,
        details: [
          `single rounds ${grown.min.toFixed(2)}-${grown.max.toFixed(2)}; the pass that only counts grows ${floorGrown.median.toFixed(2)} × ` +
            `(${milliseconds(spread(takes.smallFloor))} → ${milliseconds(spread(takes.largeFloor))})`,
        ],
      });
    }
    return measured;
  },
};
