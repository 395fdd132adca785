import { check } from '../lib/check';
import type { Bench } from '../lib/context';
import { short } from '../lib/measured';
import { TARGET_ROWS } from '../lib/options';

/**
 * When a check says something for the first time, and how long it is silent at most. The tree shows what it says with the elapsed
 * time at once; that drawing is VS Code's and not in the number.
 */
export const firstContent: Bench = {
  name: 'firstContent',
  run: async ({ options, incident }) => {
    const rows = options.rows.at(-1) ?? 0;
    const data = await incident(options.postgres[0] ?? 18, { rows });
    const times: number[] = [];
    let firstTypes: number | undefined;
    const began = performance.now();
    const { ms } = await check({
      databaseUrl: data.databaseUrl,
      hours: data.hours(),
      onProgress: ({ counts }) => {
        const at = performance.now() - began;
        times.push(at);
        if (counts?.taskTypes !== undefined) firstTypes ??= at;
      },
    });
    const silent = times.map((at, index) => (times[index + 1] ?? ms) - at);
    return [
      {
        key: 'firstContent',
        what: `first step and elapsed time after "Check", ${short(rows)} rows`,
        ours: `${(times[0] ?? NaN).toFixed(0)} ms`,
        value: times[0] ?? NaN,
        atTarget: rows === TARGET_ROWS.large,
        details: [
          `task types are known after ${firstTypes === undefined ? 'the end' : `${firstTypes.toFixed(0)} ms`} of ${ms.toFixed(0)} ms; the longest time with no new step ${Math.max(...silent).toFixed(0)} ms`,
          'taken at `diagnose()`; the settings and the drawing of the tree are not in it',
        ],
      },
    ];
  },
};
