import type { JSX } from 'preact';
import type { Verdict } from '../../model/verdict';

const CIRCLE = 'M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9z';

/**
 * Lines of 16 x 16 in the shapes of the icons that the tree has (report/verdictLooks.ts): inbox, debug-pause, play-circle, pass, error,
 * circle-slash, question.
 */
const SHAPES: Readonly<Record<Verdict, string>> = {
  waiting: 'M2.2 9.5 4 3h8l1.8 6.5v3.7H2.2zM2.2 9.5h3.6l.9 1.7h2.6l.9-1.7h3.6',
  held: 'M5 3v10M6.6 3v10M5 3h1.6M5 13h1.6M9.4 3v10M11 3v10M9.4 3H11M9.4 13H11',
  running: `${CIRCLE}M6.5 5.2v5.6L11 8z`,
  finished: `${CIRCLE}M5 8.3l2.1 2.1L11.2 6`,
  failed: `${CIRCLE}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  lost: `${CIRCLE}M3.7 12.3l8.6-8.6`,
  unknown: `${CIRCLE}M6.2 6.4c0-2.4 3.7-2.4 3.7 0C9.9 7.9 8 7.8 8 9.4M8 11.1v.9`,
};

/** The sign of a verdict; the word stands beside it, so it says nothing to screen readers. */
export function VerdictIcon({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <svg class={`verdict-icon verdict-${verdict}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[verdict]} stroke="currentColor" stroke-width="1.3" fill="none" stroke-linejoin="round" />
    </svg>
  );
}

/** Sign and word. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <span class="verdict-mark">
      <VerdictIcon verdict={verdict} />
      <span>{verdict}</span>
    </span>
  );
}
