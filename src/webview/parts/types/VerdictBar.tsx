import type { JSX } from 'preact';
import type { VerdictShare } from '../../../report/verdictText';

const WIDTH = 100;
/** What is there can be seen. */
const LEAST = 1.5;

/** How the rows of one type are split; the words stand beside it. */
export function VerdictBar({ shares }: { readonly shares: readonly VerdictShare[] }): JSX.Element {
  let left = 0;
  const widths = shares.map(({ share }) => Math.max(LEAST, share * WIDTH));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  return (
    <svg class="verdict-bar" viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
      {shares.map(({ verdict }, index) => {
        const x = left;
        const width = (widths[index] ?? 0) * scale;
        left += width;
        return (
          <rect key={verdict} class={`verdict-${verdict}`} x={x} y="0" width={width} height="8" fill="currentColor" />
        );
      })}
    </svg>
  );
}
