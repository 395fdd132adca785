import type { JSX } from 'preact';
import { goTo } from '../../elements';

/** The parts of the page by the id of each; the first two are there only where something is stuck. */
const PARTS = [
  ['overview', 'Overview'],
  ['task-types', 'Task types'],
  ['recommendations', 'Recommendations'],
  ['sources', 'Verification'],
  ['facts', 'Servers'],
] as const;

/** The way to each part of a long page; the focus goes along. */
export function JumpLine({ stuck }: { readonly stuck: boolean }): JSX.Element {
  return (
    <nav class="jump-line" aria-label="Parts of the report">
      {PARTS.slice(stuck ? 0 : 2).map(([id, title]) => (
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
  );
}
