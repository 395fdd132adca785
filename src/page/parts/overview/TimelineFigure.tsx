import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../../../base/numbers';
import { percentText } from '../../../report/verdictText';
import type { Verdict } from '../../../model/verdict';
import type { BinRange } from '../../model/filters';
import { UTC } from '../../model/zone';
import { filter } from '../../store';
import { Button } from '../controls';
import { Legend } from './Patterns';
import { CHART_HEIGHT } from '../../model/axis';
import { TimelineChart } from './TimelineChart';
import { TimelineRange } from './TimelineRange';
import { TimelineTable } from './TimelineTable';
import { raisedBelow, rowsIn, standoutOf, standoutText, whenText, type Stopped, binText } from '../../model/timeline';

interface TimelineFigureProps {
  readonly stopped: Stopped;
  readonly range: BinRange | null;
  /** The chosen verdict. */
  readonly verdict: Verdict | null;
  /** All that occur, also those that the filters leave none of. */
  readonly order: readonly Verdict[];
}

/** When they stopped: an incident is a spike, a backlog a slope. Choosing a time narrows the report down to it. */
export function TimelineFigure({ stopped, range, verdict, order }: TimelineFigureProps): JSX.Element {
  const figure = useRef<HTMLElement>(null);
  const [looked, setLooked] = useState<BinRange | null>(null);
  const whole = useMemo(() => ({ from: 0, to: stopped.bins.length - 1 }), [stopped]);
  const found = useMemo(() => standoutOf(stopped), [stopped]);
  const shown = looked ?? range ?? whole;
  const foundChosen = found !== null && sameRange(found.range, range);
  const raised = raisedBelow(stopped, CHART_HEIGHT);
  return (
    <figure class="figure timeline-figure" aria-labelledby="stopped-when" ref={figure}>
      <figcaption>
        <p class="standout" id="stopped-when">
          {found ? (
            <>
              <strong>{percentText(found.share)}</strong> of {count(stopped.total, 'task')} stopped{' '}
              <span title={standoutText(stopped, found.range, UTC)}>{standoutText(stopped, found.range)}</span>.{' '}
              <button
                type="button"
                class="link-button"
                onClick={() => {
                  filter({ range: foundChosen ? null : found.range });
                }}
              >
                {foundChosen ? 'Show all times' : 'Show only these'}
              </button>
            </>
          ) : (
            `No short time stands out among the ${count(stopped.total, 'task')}.`
          )}
        </p>
      </figcaption>
      <Legend verdicts={order} chosen={verdict} />
      <TimelineChart stopped={stopped} range={range} onLook={setLooked} />
      <p class="readout">
        <span class="readout-when" title={whenText(stopped, shown, UTC)}>
          {whenText(stopped, shown)}
        </span>{' '}
        {binText(rowsIn(stopped, shown))}
      </p>
      <TimelineRange stopped={stopped} range={range} />
      <div class="row">
        {range !== null && (
          <Button
            onClick={() => {
              filter({ range: null });
              // This button goes; the focus stays with the times.
              figure.current?.querySelector('input')?.focus();
            }}
          >
            Show All Times
          </Button>
        )}
        {raised !== null && (
          <span class="note quiet">Bars of fewer than {count(raised, 'task')} are drawn 1 pixel high.</span>
        )}
      </div>
      <TimelineTable stopped={stopped} />
    </figure>
  );
}

function sameRange(one: BinRange, other: BinRange | null): boolean {
  return other !== null && one.from === other.from && one.to === other.to;
}
