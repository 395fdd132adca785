import type { JSX } from 'preact';
import type { BinRange } from '../../model/filters';
import { stack, type Stopped } from '../../model/timeline';
import { CHART_HEIGHT, CHART_TOP } from '../../model/axis';
import { fillOf } from './Patterns';

/** A tenth of a bin stays free, so that neighbours can be told apart. */
const WIDE = 0.9;

/** The stacked bars; those outside the chosen time are pale. */
export function Bars({ stopped, range }: { readonly stopped: Stopped; readonly range: BinRange | null }): JSX.Element {
  const { bins, max } = stopped;
  const wide = `${(WIDE / bins.length) * 100}%`;
  return (
    <g>
      {bins.map(
        (bin, index) =>
          bin.total > 0 && (
            <g key={index} class={range && (index < range.from || index > range.to) ? 'not-chosen' : undefined}>
              {stack(bin, max, CHART_HEIGHT).map(({ verdict, y, height }) => (
                <rect
                  key={verdict}
                  x={`${(index / bins.length) * 100}%`}
                  y={y + CHART_TOP}
                  width={wide}
                  height={height}
                  fill={fillOf(verdict)}
                />
              ))}
            </g>
          ),
      )}
    </g>
  );
}
