import type { JSX } from 'preact';
import type { Verdict } from '../../model/verdict';

/** A shape of its own for each verdict (16 x 16, drawn with the current colour), so that nothing depends on seeing colours. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  waiting: 'M3 3h10v2L9 8l4 3v2H3v-2l4-3-4-3z',
  held: 'M4 3h3v10H4zM9 3h3v10H9z',
  running: 'M4 3l9 5-9 5z',
  finished: 'M3 8.5L4.5 7 7 9.5 11.5 4 13 5.3 7 12.5z',
  failed: 'M4.4 3L8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.4L8 9.4 4.4 13 3 11.6 6.6 8 3 4.4z',
  lost: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2c.8 0 1.6.2 2.2.7L4.7 10.2A4 4 0 0 1 8 4zm0 8c-.8 0-1.6-.2-2.2-.7l5.5-5.5A4 4 0 0 1 8 12z',
  unknown:
    'M5 5.8C5 4.1 6.3 3 8 3s3 1.1 3 2.7c0 2-2.1 2.2-2.1 4H7.1C7.1 7 9.2 7.2 9.2 5.8c0-.7-.5-1.2-1.2-1.2s-1.2.5-1.2 1.2zM7.1 11h1.8v1.9H7.1z',
};

/** The sign of a verdict; the word stands beside it, so it says nothing to screen readers. */
export function VerdictIcon({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <svg class={`verdict-icon verdict-${verdict}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[verdict]} fill="currentColor" />
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
