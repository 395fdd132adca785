import { check, inSteps, type Checked } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { countFloor } from '../lib/floor';
import { short, type Measured } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';
import { interleaved, milliseconds, ratio, spread, timed } from '../lib/spread';
import { byStatement } from '../../tools/measure/watch';

const FEW = 20;
const MANY = 2000;

/** What the scan costs more when the rows are of many types. */
export const types: Bench = {
  name: 'types',
  run: async ({ options, incident, runs }) => {
    const rows = options.rows[0] ?? 0;
    const measured: Measured[] = [];
    for (const major of options.postgres) {
      const few = await incident(major, { rows, types: FEW });
      const many = await incident(major, { rows, types: MANY });
      const floors = [await countFloor(few), await countFloor(many)] as const;
      let last: Checked | undefined;
      const takes = await interleaved(runs(rows), {
        few: async () => (await check({ databaseUrl: few.databaseUrl, hours: few.hours() })).ms,
        many: async () => {
          last = await check({ databaseUrl: many.databaseUrl, hours: many.hours() });
          return last.ms;
        },
        fewFloor: () => timed(floors[0].count),
        manyFloor: () => timed(floors[1].count),
      });
      await Promise.all(floors.map((floor) => floor.close()));
      const grown = ratio(takes.many, takes.few);
      measured.push({
        key: `types/${String(major)}`,
        what: `the scan as types grow ${String(FEW)} → ${MANY.toLocaleString('en-US')} at ${short(rows)} rows, PostgreSQL ${few.version}`,
        floor: '1 ×',
        ours: `${milliseconds(spread(takes.few))} → ${milliseconds(spread(takes.many))}`,
        value: grown.median,
        atTarget: rows === TARGET_ROWS.small,
        details: [
          `single rounds ${grown.min.toFixed(2)}-${grown.max.toFixed(2)}; the pass that only counts: ${milliseconds(spread(takes.fewFloor))} → ${milliseconds(spread(takes.manyFloor))}, its rows are a little wider`,
          ...(last ? [`many types: ${inSteps(last)}`, ...byStatement(last.watch.statements, last.ms)] : []),
        ],
      });
    }
    return measured;
  },
};
