import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { cutoffText, type Stopped } from '../../model/timeline';
import { READER } from '../../model/zone';
import { fittingTicks, valueTicks, CHART_HEIGHT, CHART_TOP } from '../../model/axis';

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** Round numbers of tasks, with a line across the picture at each. */
export function ValueAxis({ max }: { readonly max: number }): JSX.Element {
  return (
    <svg class="value-axis" height={CHART_HEIGHT + CHART_TOP}>
      {valueTicks(max).map((value) => {
        const y = CHART_TOP + CHART_HEIGHT * (1 - (max === 0 ? 0 : value / max));
        return (
          <g key={value}>
            <line class="grid-line" x1="40" x2="100%" y1={y} y2={y} />
            <text class="axis-text" x="34" y={y} text-anchor="end" dominant-baseline="middle">
              {COMPACT.format(value)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Until the picture's own width is known. */
const USUAL_WIDTH = 480;

/** Moments that people name, by the reader's clock, as many as the picture has room for; and what its ends are. */
export function TimeAxis({ stopped }: { readonly stopped: Stopped }): JSX.Element {
  const { timeline, earlier } = stopped;
  const axis = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const seen = Math.floor(entry?.contentRect.width ?? 0);
      if (seen > 0) setWidth(seen);
    });
    if (axis.current) observer.observe(axis.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <>
      <svg class="time-axis" height="24" ref={axis}>
        {fittingTicks(timeline, width).map(({ at, text }) => (
          <g key={at} class="tick">
            <line class="tick-line" x1={`${at * 100}%`} x2={`${at * 100}%`} y1="0" y2="5" />
            <text class="axis-text" x={`${at * 100}%`} y="17" text-anchor={anchorOf(at)}>
              {text}
            </text>
          </g>
        ))}
      </svg>
      <p class="axis-zone">{READER.label(stopped.until)}</p>
      <p class="axis-note">
        <span>{earlier && '← and earlier'}</span>
        <span>{cutoffText(stopped)}</span>
      </p>
    </>
  );
}

function anchorOf(at: number): 'start' | 'middle' | 'end' {
  if (at < 0.05) return 'start';
  return at > 0.95 ? 'end' : 'middle';
}
