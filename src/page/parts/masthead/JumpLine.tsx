import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { goTo } from '../../elements';
import { isFiltered, NO_FILTERS, type Filters } from '../../model/filters';
import { partText, select } from '../../model/select';
import { filter } from '../../store';

/** The parts of the page by the id of each; the pictures and the types are there only where something is stuck. */
const PARTS = [
  ['recommendations', 'Recommendations'],
  ['overview', 'Timeline'],
  ['task-types', 'Task types'],
  ['sources', 'Verification'],
  ['facts', 'Servers'],
] as const;
const OF_STUCK: readonly string[] = ['overview', 'task-types'];

interface JumpLineProps {
  readonly head: DiagnosisHead;
  readonly filters: Filters;
}

/** The way to each part of a long page; the focus goes along. It stays in view, and says that filters are on wherever one has got to. */
export function JumpLine({ head, filters }: JumpLineProps): JSX.Element {
  const stuck = head.taskTypes.length > 0;
  return (
    <div class="jump-line">
      <nav aria-label="Parts of the report">
        {PARTS.filter(([id]) => stuck || !OF_STUCK.includes(id)).map(([id, title]) => (
          <a
            key={id}
            href={`#${id}`}
            onClick={(event) => {
              event.preventDefault();
              goTo(id);
            }}
          >
            {title}
          </a>
        ))}
      </nav>
      {stuck && isFiltered(filters) && (
        <span class="jump-filtered">
          <span class="quiet">Filtered: {partText(select(head, filters).types)} tasks</span>{' '}
          <button
            type="button"
            class="link-button"
            aria-label="Clear filters and show all tasks"
            onClick={() => {
              filter(NO_FILTERS);
              document.querySelector<HTMLElement>('.jump-line a')?.focus({ preventScroll: true });
            }}
          >
            Show all
          </button>
        </span>
      )}
    </div>
  );
}
