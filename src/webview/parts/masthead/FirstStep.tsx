import type { JSX } from 'preact';
import { count } from '../../../diagnosis/numbers';
import { escapeUnsafe } from '../../../diagnosis/unsafeText';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { goTo } from './goTo';

const TARGET = 'recommendations';

/** The first recommendation, with the way to all of them. */
export function FirstStep({ head }: { readonly head: DiagnosisHead }): JSX.Element | null {
  const [first, ...others] = head.recommendations;
  if (!first) return null;
  const { title, rows } = first;
  return (
    <p class="first-step">
      <span class="first-step-label">What to do first</span>{' '}
      <a
        href={`#${TARGET}`}
        onClick={(event) => {
          event.preventDefault();
          goTo(TARGET);
        }}
      >
        {escapeUnsafe(title)}
      </a>
      {rows !== undefined && rows > 0 && <span class="quiet"> ({count(rows, 'task')})</span>}
      {others.length > 0 && <span class="quiet">, then {count(others.length, 'more step')}</span>}
    </p>
  );
}
