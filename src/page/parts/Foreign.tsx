import type { JSX } from 'preact';
import { escapeUnsafe } from '../../base/unsafeText';

interface ForeignProps {
  readonly text: string;
  /** Keeps its line breaks. */
  readonly lines?: boolean;
}

/** Text that others wrote: it cannot reorder or hide what stands beside it, and what would is shown as an escape. */
export function Foreign({ text, lines = false }: ForeignProps): JSX.Element {
  if (!lines) return <bdi>{escapeUnsafe(text)}</bdi>;
  return (
    <bdi class="lines">
      {text
        .split(/\r\n|\n/)
        .map(escapeUnsafe)
        .join('\n')}
    </bdi>
  );
}

/** Stands where a value is not known. */
export function Missing({ word = 'not known' }: { readonly word?: string }): JSX.Element {
  return (
    <span class="quiet">
      <span aria-hidden="true">–</span>
      <span class="unseen">{word}</span>
    </span>
  );
}
