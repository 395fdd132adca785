import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { isFiltered, type Filters } from '../../model/filters';
import { filter } from '../../store';
import { FilterChips } from '../FilterChips';

/** What the pictures are narrowed down to. The line is there also without filters, so that drawing a time moves nothing. */
export function ActiveFilters({
  head,
  filters,
}: {
  readonly head: DiagnosisHead;
  readonly filters: Filters;
}): JSX.Element {
  const line = useRef<HTMLDivElement>(null);
  return (
    <div class="row active-filters" role="group" aria-label="Active filters" tabIndex={-1} ref={line}>
      {isFiltered(filters) ? (
        <>
          <span>Only tasks with</span>
          <FilterChips
            head={head}
            filters={filters}
            onTakeOff={(change) => {
              filter(change);
              // Its button is gone after this: the keyboard goes on here.
              line.current?.focus({ preventScroll: true });
            }}
          />
        </>
      ) : (
        <span class="quiet">Click a verdict or drag over the chart to filter the report.</span>
      )}
    </div>
  );
}
