import type { JSX } from 'preact';

/** How much a line matters. */
export type Level = 'alarm' | 'warning' | 'ok' | 'info';

const SHAPES: Readonly<Record<Level, string>> = {
  alarm: 'M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  warning: 'M8 2l6.3 11.5H1.7zM8 6.2v3.6M8 11.2v1',
  ok: 'M3 8.5l3.2 3.2L13 5',
  info: 'M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9zM8 7.2v4M8 4.6v1',
};

/** The sign of a level; the words beside it say the same. */
export function LevelSign({ level }: { readonly level: Level }): JSX.Element {
  return (
    <svg class={`sign sign-${level}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[level]} stroke="currentColor" stroke-width="1.4" fill="none" stroke-linejoin="round" />
    </svg>
  );
}
