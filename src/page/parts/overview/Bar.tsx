import type { JSX } from 'preact';
import type { Verdict } from '../../../model/verdict';
import { fillOf } from './Patterns';

export interface Segment {
  readonly key: string;
  readonly verdict: Verdict | null;
  readonly count: number;
  /** Share of the bar's height, 0 to 1. */
  readonly thick?: number;
}

const HEIGHT = 10;

/** A bar whose parts are as long as their counts; each is at least visible. What it shows stands beside it in words. */
export function Bar({
  segments,
  share,
}: {
  readonly segments: readonly Segment[];
  readonly share: number;
}): JSX.Element {
  return (
    <span class="bar" aria-hidden="true">
      <span class="bar-whole" style={{ width: `${share * 100}%` }}>
        {segments
          .filter(({ count }) => count > 0)
          .map(({ key, verdict, count, thick = 1 }) => (
            <svg key={key} class="bar-part" height={HEIGHT} style={{ flexGrow: count }}>
              <rect y={(HEIGHT * (1 - thick)) / 2} width="100%" height={HEIGHT * thick} fill={fillOf(verdict)} />
            </svg>
          ))}
      </span>
    </span>
  );
}
