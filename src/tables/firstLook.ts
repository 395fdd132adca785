import { taskTypeName } from '../model/diagnosis';
import { number } from '../base/numbers';

/** What some pages of a table say of all of it, while the pass over it still runs. */
export interface FirstLook {
  /** Of the table's pages, 0 to 1. */
  readonly share: number;
  /** Sampled rows by task type, in the statuses that were chosen. */
  readonly types: readonly { readonly taskModule: string; readonly taskName: string; readonly rows: number }[];
}

/** Types that are named: two have most rows in any incident that was looked at. */
const NAMED = 2;

/**
 * In words, for a person who waits: an estimate, and it says so.
 * @returns undefined where no sampled row is stuck
 */
export function firstLookText({ share, types }: FirstLook): string | undefined {
  const rows = types.reduce((sum, type) => sum + type.rows, 0);
  if (rows === 0) return undefined;
  // A type in several statuses is there several times.
  const byName = new Map<string, number>();
  for (const type of types) byName.set(taskTypeName(type), (byName.get(taskTypeName(type)) ?? 0) + type.rows);
  const largest = [...byName].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  const named = largest.map(([name, of]) => `${name} (${String(Math.round((100 * of) / rows))}%)`);
  return `Counting stuck tasks: about ${number(rounded(rows / share))} (estimated from ${percent(share)} of the table), mostly ${named.join(' and ')}...`;
}

/** To two digits: more would say that it is known. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

function percent(share: number): string {
  return `${String(Number((100 * share).toPrecision(1)))}%`;
}
