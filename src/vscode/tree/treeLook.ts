import { VERDICTS, type Verdict } from '../../model/verdict';

/** What the tree's first level is made of. */
export const GROUPINGS = ['type', 'verdict', 'queue', 'module'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What comes first: the most tasks, or the oldest one. */
export const ORDERS = ['count', 'age'] as const;
export type Order = (typeof ORDERS)[number];

/** What the tree leaves out. */
export interface TreeFilter {
  /** Only tasks with one of these verdicts; empty: all. */
  readonly verdicts: readonly Verdict[];
  /** Part of `module.name`, in any case; empty: all. */
  readonly text: string;
}

/** How the person wants the tree to be. */
export interface TreeLook {
  readonly grouping: Grouping;
  readonly order: Order;
  readonly filter: TreeFilter;
}

export const NO_FILTER: TreeFilter = { verdicts: [], text: '' };
export const PLAIN_LOOK: TreeLook = { grouping: 'type', order: 'count', filter: NO_FILTER };

export function isFiltered({ verdicts, text }: TreeFilter): boolean {
  return verdicts.length > 0 || text !== '';
}

/** `lost or failed · “hook”`: what a filter lets through. */
export function filterText({ verdicts, text }: TreeFilter): string {
  return [verdicts.join(' or '), text === '' ? '' : `“${text}”`].filter(Boolean).join(' · ');
}

/** Reads what was kept, or what a caller passed: what is not understood is as it was. */
export function readLook(value: unknown, now: TreeLook = PLAIN_LOOK): TreeLook {
  if (typeof value !== 'object' || value === null) return now;
  const { grouping, order } = value as Partial<Record<keyof TreeLook, unknown>>;
  return {
    ...now,
    grouping: GROUPINGS.find((one) => one === grouping) ?? now.grouping,
    order: ORDERS.find((one) => one === order) ?? now.order,
  };
}

/** Reads a filter that a caller passed; undefined where it is none. */
export function readFilter(value: unknown): TreeFilter | undefined {
  if (typeof value !== 'object' || value === null || 'kind' in value) return undefined;
  const { verdicts, text } = value as Record<string, unknown>;
  if (verdicts === undefined && text === undefined) return undefined;
  const named: readonly unknown[] = Array.isArray(verdicts) ? verdicts : [];
  return {
    verdicts: VERDICTS.filter((verdict) => named.includes(verdict)),
    text: typeof text === 'string' ? text.trim() : '',
  };
}
