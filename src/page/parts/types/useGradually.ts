import { useEffect, useState } from 'preact/hooks';

/** So many rows are laid out in about a tenth of a second. */
const STEP = 150;

/**
 * How many of `wanted` rows to draw now: a page at once, and where more are wanted the others a few at a time, so that the page
 * answers between them. Begins anew when `key` changes.
 */
export function useGradually(wanted: number, page: number, key: string): number {
  const [drawn, setDrawn] = useState({ key, rows: page });
  const rows = Math.min(wanted, drawn.key === key ? drawn.rows : page);
  useEffect(() => {
    if (rows >= wanted) return;
    const timer = setTimeout(() => {
      setDrawn({ key, rows: rows + STEP });
    });
    return () => {
      clearTimeout(timer);
    };
  }, [rows, wanted, key]);
  return rows;
}
