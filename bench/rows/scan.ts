import { check, inSteps, postgres, type Checked } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { countFloor } from '../lib/floor';
import { short, type Measured } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';
import { interleaved, milliseconds, ratio, spread, timed } from '../lib/spread';
import { worthOfSettings } from '../lib/settings';
import { byStatement, explainLongest } from '../../tools/measure/watch';

const SETTINGS_TAKES = 5;

/** The whole scan without verification against one pass that only counts. */
export const scan: Bench = {
  name: 'scan',
  run: async ({ options, incident, runs }) => {
    const measured: Measured[] = [];
    for (const major of options.postgres) {
      for (const rows of options.rows) {
        const data = await incident(major, { rows });
        const floor = await countFloor(data);
        let last: Checked | undefined;
        let stuck = 0;
        const takes = await interleaved(runs(rows), {
          floor: () => timed(async () => (stuck = await floor.count())),
          ours: async () => {
            last = await check({ databaseUrl: data.databaseUrl, hours: data.hours() });
            return last.ms;
          },
        });
        await floor.close();
        const { median, min, max } = ratio(takes.ours, takes.floor);
        measured.push({
          key: `scan/${String(major)}/${short(rows)}`,
          what: `whole scan, PostgreSQL ${data.version}, ${short(rows)} rows, ${short(stuck)} stuck`,
          floor: milliseconds(spread(takes.floor)),
          ours: milliseconds(spread(takes.ours)),
          value: median,
          atTarget: Object.values(TARGET_ROWS).includes(rows) && options.stuckShare === 0.25,
          details: [
            `ratios of single rounds ${min.toFixed(2)}-${max.toFixed(2)}; the floor counts in ${String(floor.processes)} processes; table ${(data.bytes / 1e6).toFixed(0)} MB`,
            ...(last ? [inSteps(last), ...byStatement(last.watch.statements, last.ms)] : []),
            ...(last ? await explainLongest(last.watch, postgres(data.databaseUrl)) : []),
            ...(rows <= TARGET_ROWS.small
              ? [
                  `the pass with the server's own settings in place of ours: ${await worthOfSettings(postgres(data.databaseUrl), data.hours(), SETTINGS_TAKES)}`,
                ]
              : []),
          ],
        });
      }
    }
    return measured;
  },
};
