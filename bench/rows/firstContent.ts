import { join } from 'node:path';
import { check } from '../../tools/measure/check';
import type { Bench } from '../lib/context';
import { short } from '../lib/measured';
import { checksOnScreen, type Seen } from '../lib/onScreen';
import { TARGET_ROWS } from '../lib/options';
import { milliseconds, spread } from '../lib/spread';

const TAKES = 5;
const PICTURE = join('test-artifacts', 'bench', 'running-check.png');

/**
 * When a check shows step and elapsed time for the first time, on the screen of a real VS Code: in the message over the tree or in the
 * notification, whichever is first. Beside it, what of this is the check's own, and how long it names no new step at most.
 */
export const firstContent: Bench = {
  name: 'firstContent',
  run: async ({ options, incident, say }) => {
    const rows = options.rows.at(-1) ?? 0;
    const data = await incident(options.postgres[0] ?? 18, { rows });
    const { databaseUrl } = data;
    const inside = await atDiagnose(databaseUrl, data.hours());
    const takes = Math.max(options.runs ?? TAKES, 1);
    const { first, later, vscode } = await checksOnScreen({
      ...{ databaseUrl, hours: data.hours(), takes, picture: PICTURE, say },
    });
    const shown = spread(later.map(stepAndTime));
    return [
      {
        key: 'firstContent',
        what: `step and elapsed time on screen after "Check", ${short(rows)} rows`,
        ours: milliseconds(shown),
        value: shown.median,
        atTarget: rows === TARGET_ROWS.large,
        details: [
          `${String(takes)} × "Refresh" in VS Code ${vscode} in Chromium, from the press of the mouse until the frame is drawn: ${parts(later)}`,
          `the first check in the window, which also loads the driver: ${parts([first])}`,
          inside,
        ],
      },
    ];
  },
};

/** Wherever it stands first; a notification counts when it has faded in. */
function stepAndTime({ messageTime, toastDone }: Seen): number {
  return Math.min(messageTime ?? Infinity, toastDone ?? Infinity);
}

function parts(seen: readonly Seen[]): string {
  const of = (name: keyof Seen): string => {
    const moments = seen.flatMap((each) => each[name] ?? []);
    return moments.length === seen.length ? milliseconds(spread(moments)) : 'not in every take';
  };
  return (
    `the message over the tree ${of('message')}, with step and time ${of('messageTime')}; ` +
    `the notification begins to appear ${of('toast')}, with step and time ${of('toastTime')}, and stands ${of('toastDone')}`
  );
}

/** What the same check says without an editor around it. */
async function atDiagnose(databaseUrl: string, hours: number): Promise<string> {
  const times: number[] = [];
  let firstTypes: number | undefined;
  const began = performance.now();
  const { ms } = await check({
    databaseUrl,
    hours,
    onProgress: ({ counts }) => {
      const at = performance.now() - began;
      times.push(at);
      if (counts?.taskTypes !== undefined) firstTypes ??= at;
    },
  });
  const silent = times.map((at, index) => (times[index + 1] ?? ms) - at);
  return (
    `\`diagnose()\` alone names its first step after ${(times[0] ?? NaN).toFixed(0)} ms; ` +
    `task types are known after ${firstTypes === undefined ? 'the end' : `${firstTypes.toFixed(0)} ms`} of ${ms.toFixed(0)} ms; ` +
    `the longest time with no new step ${Math.max(...silent).toFixed(0)} ms`
  );
}
