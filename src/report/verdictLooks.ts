import type { Verdict } from '../model/verdict';

/** A codicon and the theme's color for it, by their names in VS Code. */
export interface Look {
  readonly icon: string;
  readonly color: string;
}

/** One look for each verdict, in the tree, on the page and above the code. The word stands beside it, so nothing depends on seeing the color. */
export const VERDICT_LOOKS: Readonly<Record<Verdict, Look>> = {
  waiting: { icon: 'inbox', color: 'charts.blue' },
  held: { icon: 'debug-pause', color: 'charts.purple' },
  running: { icon: 'play-circle', color: 'charts.blue' },
  finished: { icon: 'pass', color: 'charts.green' },
  failed: { icon: 'error', color: 'charts.red' },
  lost: { icon: 'circle-slash', color: 'charts.yellow' },
  unknown: { icon: 'question', color: 'descriptionForeground' },
};
