import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { BinRange } from '../../model/filters';
import type { Stopped } from '../../model/timeline';
import { filter } from '../../store';
import { useDrawn } from '../hooks';
import { Bars } from './Bars';
import { TimeAxis, ValueAxis } from './Axes';
import { CHART_HEIGHT, CHART_TOP } from '../../model/axis';

interface TimelineChartProps {
  readonly stopped: Stopped;
  readonly range: BinRange | null;
  /** What the pointer is over, or the range that is being drawn. */
  readonly onLook: (range: BinRange | null) => void;
}

/**
 * The bars over time. A click chooses one bin, a drag several; the same by keyboard is done with the two sliders below, so all of this
 * is hidden from screen readers, which have the table.
 */
export function TimelineChart({ stopped, range, onLook }: TimelineChartProps): JSX.Element {
  const bins = stopped.bins.length;
  const anchor = useRef<number | null>(null);
  const [drawn, setDrawn] = useState<BinRange | null>(null);
  // Hundreds of elements: the words and the table come first.
  const isDrawn = useDrawn();
  const bars = useMemo(() => isDrawn && <Bars stopped={stopped} range={range} />, [isDrawn, stopped, range]);
  const axes = useMemo(() => <ValueAxis max={stopped.max} />, [stopped]);
  const end = (): void => {
    anchor.current = null;
    setDrawn(null);
    onLook(null);
  };
  const look = (bin: number): void => {
    const from = anchor.current;
    const next = from === null ? { from: bin, to: bin } : { from: Math.min(from, bin), to: Math.max(from, bin) };
    onLook(next);
    if (from !== null) setDrawn(next);
  };
  return (
    <div class="chart" aria-hidden="true">
      {axes}
      <svg
        class="plot"
        height={CHART_HEIGHT + CHART_TOP}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          anchor.current = binAt(event, bins);
          look(anchor.current);
        }}
        onPointerMove={(event) => {
          look(binAt(event, bins));
        }}
        onPointerUp={(event) => {
          if (anchor.current === null) return;
          choose(anchor.current, binAt(event, bins), range, bins);
          end();
        }}
        onPointerCancel={end}
        onPointerLeave={() => {
          if (anchor.current === null) onLook(null);
        }}
      >
        {bars}
        {(drawn ?? range) && <Brush range={drawn ?? range ?? { from: 0, to: 0 }} bins={bins} />}
      </svg>
      <TimeAxis stopped={stopped} />
    </div>
  );
}

/** Takes over what was drawn. The one chosen bin clicked once more, and all of the time, choose nothing. */
function choose(from: number, to: number, range: BinRange | null, bins: number): void {
  const next = { from: Math.min(from, to), to: Math.max(from, to) };
  const again = from === to && range?.from === from && range.to === to;
  const everything = next.from === 0 && next.to === bins - 1;
  filter({ range: again || everything ? null : next });
}

function Brush({ range: { from, to }, bins }: { readonly range: BinRange; readonly bins: number }): JSX.Element {
  return (
    <rect
      class="brush"
      x={`${(from / bins) * 100}%`}
      y="0.5"
      width={`${((to - from + 1) / bins) * 100}%`}
      height={CHART_HEIGHT + CHART_TOP - 1}
    />
  );
}

function binAt(event: PointerEvent & { readonly currentTarget: Element }, bins: number): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return Math.max(0, Math.min(bins - 1, Math.floor(((event.clientX - left) / width) * bins)));
}
