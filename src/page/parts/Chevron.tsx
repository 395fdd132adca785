import type { JSX } from 'preact';

/** Points to the right, or down where its button is open. */
export function Chevron(): JSX.Element {
  return (
    <svg class="chevron" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d="M6 4l4 4-4 4" stroke="currentColor" stroke-width="1.5" fill="none" />
    </svg>
  );
}
