import type { JSX } from 'preact';
import { VERDICTS, type Verdict } from '../../../model/verdict';
import { filter } from '../../store';

/** What is drawn over each verdict's colour (8 x 8), so that neighbours differ without it. `finished` is plain. */
const MARKS: Readonly<Record<Verdict, string>> = {
  waiting: 'M0 2h8M0 6h8',
  held: 'M2 0v8M6 0v8',
  running: 'M-2 6l4 4M-2 -2l12 12M6 -2l4 4',
  finished: '',
  failed: 'M0 0l8 8M8 0l-8 8',
  lost: 'M-2 2l4-4M-2 10L10-2M6 10l4-4',
  unknown: 'M2 2h.01M6 6h.01',
};

/** The patterns that all pictures fill with; drawn once a page. */
export function Patterns(): JSX.Element {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {VERDICTS.map((verdict) => (
          <pattern key={verdict} id={`fill-${verdict}`} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect class={`verdict-${verdict}`} width="8" height="8" fill="currentColor" />
            <path class={`pattern-mark pattern-${verdict}`} d={MARKS[verdict]} />
          </pattern>
        ))}
        <pattern id="fill-no-message" class="no-message" width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M-1.5 1.5l3-3M-1.5 7.5l9-9M4.5 7.5l3-3" />
        </pattern>
      </defs>
    </svg>
  );
}

/** How a verdict is filled; rows that were not judged are plain. */
export function fillOf(verdict: Verdict | null): string {
  return verdict === null ? 'currentColor' : `url(#fill-${verdict})`;
}

/** How tasks without a message are filled: hatched, in no verdict's colour. */
export const NO_MESSAGE = 'url(#fill-no-message)';

interface LegendProps {
  readonly verdicts: readonly Verdict[];
  readonly chosen: Verdict | null;
}

/** The key of a picture: a swatch of each fill with its word, which narrows the report down to it. */
export function Legend({ verdicts, chosen }: LegendProps): JSX.Element | null {
  if (verdicts.length === 0) return null;
  return (
    <ul class="legend" aria-label="Key">
      {verdicts.map((verdict) => (
        <li key={verdict}>
          <button
            type="button"
            class="legend-button"
            aria-pressed={chosen === verdict}
            onClick={() => {
              filter({ verdict: chosen === verdict ? null : verdict });
            }}
          >
            <svg class="swatch" width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" fill={fillOf(verdict)} />
            </svg>
            {verdict}
          </button>
        </li>
      ))}
    </ul>
  );
}
