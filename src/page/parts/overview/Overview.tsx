import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { biggestTypes, verdictLines, verdictOrder } from '../../model/figures';
import type { Filters } from '../../model/filters';
import { stoppedOf } from '../../model/timeline';
import { ActiveFilters } from './ActiveFilters';
import { Invitation } from './Invitation';
import { Patterns } from './Patterns';
import { TimelineFigure } from './TimelineFigure';
import { TypesFigure } from './TypesFigure';
import { VerdictFigure } from './VerdictFigure';

/**
 * The pictures: how many by verdict, when they stopped, which types. Each shows the rows that the filters of the others leave, and what is
 * chosen in itself as chosen.
 */
export function Overview({ head, filters }: { readonly head: DiagnosisHead; readonly filters: Filters }): JSX.Element {
  const { text, verdict, cause, range, recommendation } = filters;
  const order = useMemo(() => verdictOrder(head), [head]);
  const verdicts = useMemo(() => verdictLines(head, filters), [head, filters]);
  // Dragging over the times changes the range only, and the picture of times does not depend on it.
  const stopped = useMemo(() => stoppedOf(head, filters), [head, text, verdict, cause, recommendation]);
  const types = useMemo(() => biggestTypes(head, filters), [head, filters]);
  return (
    <section class="overview" aria-labelledby="overview">
      <h2 id="overview" class="unseen">
        Overview
      </h2>
      <ActiveFilters head={head} filters={filters} />
      <Patterns />
      <div class="figures">
        {verdicts ? (
          <VerdictFigure verdicts={verdicts} chosen={verdict} />
        ) : (
          !head.parameters.checkExecution && <Invitation />
        )}
        {stopped && <TimelineFigure stopped={stopped} range={range} />}
        <TypesFigure types={types} order={order} />
      </div>
    </section>
  );
}
