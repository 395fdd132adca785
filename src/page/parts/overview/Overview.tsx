import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { verdictOrder } from '../../model/figures';
import type { Filters } from '../../model/filters';
import { stoppedOf } from '../../model/timeline';
import { ActiveFilters } from './ActiveFilters';
import { Invitation } from './Invitation';
import { TimelineFigure } from './TimelineFigure';

/** When they stopped: the tasks that the other filters leave, and the chosen time as chosen. */
export function Overview({ head, filters }: { readonly head: DiagnosisHead; readonly filters: Filters }): JSX.Element {
  const { text, verdict, cause, range, recommendation } = filters;
  // Dragging over the times changes the range only, and the picture of times does not depend on it.
  const stopped = useMemo(() => stoppedOf(head, filters), [head, text, verdict, cause, recommendation]);
  const order = useMemo(() => verdictOrder(head), [head]);
  return (
    <section class="overview" aria-labelledby="overview">
      <h2 id="overview">When they stopped</h2>
      <ActiveFilters head={head} filters={filters} />
      {stopped && <TimelineFigure stopped={stopped} range={range} verdict={verdict} order={order} />}
      {!head.parameters.checkExecution && <Invitation />}
    </section>
  );
}
