import type { JSX } from 'preact';
import type { VerdictShare } from '../../../report/verdictText';
import { fillOf } from '../overview/Patterns';

const WIDTH = 100;
const HEIGHT = 7;
/** What is there can be seen. */
const LEAST = 1.5;

/** How the rows of one type are split, filled as in all pictures; the words stand beside it. */
export function VerdictBar({ shares }: { readonly shares: readonly VerdictShare[] }): JSX.Element {
  let left = 0;
  const widths = shares.map(({ share }) => Math.max(LEAST, share * WIDTH));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  return (
    <svg class="verdict-bar" height={HEIGHT} aria-hidden="true">
      {shares.map(({ verdict }, index) => {
        const x = left;
        const width = (widths[index] ?? 0) * scale;
        left += width;
        return <rect key={verdict} x={`${x}%`} width={`${width}%`} height={HEIGHT} fill={fillOf(verdict)} />;
      })}
    </svg>
  );
}
