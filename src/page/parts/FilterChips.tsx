import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../report/panelMessages';
import { chipsOf } from '../model/chips';
import { isFiltered, NO_FILTERS, type Filters } from '../model/filters';
import { Button } from './controls';
import { Foreign } from './Foreign';

interface FilterChipsProps {
  readonly head: DiagnosisHead;
  readonly filters: Filters;
  /** Which filters are named; the others have a field of their own beside it. */
  readonly chips?: readonly (keyof Filters)[];
  readonly onTakeOff: (change: Partial<Filters>) => void;
}

/** The filters that are on, each with a button that takes it off, and one for all. */
export function FilterChips({ head, filters, chips, onTakeOff }: FilterChipsProps): JSX.Element | null {
  if (!isFiltered(filters)) return null;
  return (
    <>
      {chipsOf(head, filters)
        .filter((chip) => chips?.includes(chip.filter) ?? true)
        .map(({ filter, title, text, off }) => (
          <span key={filter} class="chip">
            <span>
              <span class="quiet">{title}</span> <Foreign text={text} />
            </span>
            <button
              type="button"
              class="plain"
              aria-label={`Remove filter: ${title} ${text}`}
              onClick={() => {
                onTakeOff(off);
              }}
            >
              <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                <path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.5" fill="none" />
              </svg>
            </button>
          </span>
        ))}
      <Button
        onClick={() => {
          onTakeOff(NO_FILTERS);
        }}
      >
        Clear Filters
      </Button>
    </>
  );
}
