import { count, number } from '../base/numbers';
import { taskTypeName } from '../model/diagnosis';
import type { FixRow } from '../model/fix';

/** Lines of one script; what is beyond is summed up. */
const MOST_LINES = 20;

/** How many rows of which type, verdict, cause and confidence: most rows first. */
export function countLines(rows: readonly FixRow[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const what = [row.verdict, row.cause, row.confidence].filter((word) => word !== undefined).join(', ');
    const key = `${taskTypeName(row)}: ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const rest = sorted.slice(MOST_LINES);
  const lines = sorted.slice(0, MOST_LINES).map(([what, rows_]) => `${number(rows_)} of ${what}`);
  if (rest.length === 0) return lines;
  const restRows = rest.reduce((sum, [, rows_]) => sum + rows_, 0);
  return [...lines, `${count(restRows, 'row')} of ${count(rest.length, 'more kind')}`];
}
