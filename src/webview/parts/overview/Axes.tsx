import type { JSX } from 'preact';
import type { Timeline } from '../../../diagnosis/model';
import { timeTicks, valueTicks } from '../../model/axis';
import { CHART_HEIGHT, CHART_TOP } from './chart';

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

interface TimeAxisProps {
  readonly timeline: Timeline;
  /** Whether the first bin also holds older rows. */
  readonly earlier: boolean;
}

/** Moments that people name, in UTC. Where there is little room, every second word is left out (overview.css). */
export function TimeAxis({ timeline, earlier }: TimeAxisProps): JSX.Element {
  return (
    <>
      <svg class="time-axis" height="24">
        {timeTicks(timeline).map(({ at, text }, index) => (
          <g key={at} class={index % 2 === 1 ? 'tick tick-second' : 'tick'}>
            <line class="tick-line" x1={`${at * 100}%`} x2={`${at * 100}%`} y1="0" y2="5" />
            <text class="axis-text" x={`${at * 100}%`} y="17" text-anchor={anchorOf(at)}>
              {text}
            </text>
          </g>
        ))}
      </svg>
      <p class="axis-zone">UTC</p>
      {earlier && <p class="axis-note">← and earlier</p>}
    </>
  );
}

function anchorOf(at: number): 'start' | 'middle' | 'end' {
  if (at < 0.05) return 'start';
  return at > 0.95 ? 'end' : 'middle';
}
