import { typeKey } from '../../model/taskType';
import { VERDICTS } from '../../model/verdict';
import { oldestOf, sumOf, type Cell } from './cells';
import type { Grouping, Order } from './treeLook';

/** What the parts of one level of the tree have in common. */
export type Level = 'verdict' | 'cause' | 'queue' | 'module' | 'type' | 'outcome';

/** The levels above the samples, from the top. */
export const LEVELS_OF: Readonly<Record<Grouping, readonly Level[]>> = {
  type: ['type', 'outcome'],
  verdict: ['verdict', 'cause', 'type'],
  queue: ['queue', 'type', 'outcome'],
  module: ['module', 'type', 'outcome'],
};

/** A part of some cells. */
export interface Branch {
  readonly by: Level;
  /** Tells it from the others of its level; the same from check to check. */
  readonly key: string;
  readonly cells: readonly Cell[];
  /** The levels below. */
  readonly rest: readonly Level[];
}

const KEYS: Readonly<Record<Level, (cell: Cell) => string>> = {
  verdict: ({ verdict }) => verdict ?? 'not-verified',
  cause: ({ cause }) => cause ?? 'none',
  queue: ({ queue }) => JSON.stringify(queue ?? null),
  module: ({ type }) => JSON.stringify(type.taskModule),
  type: ({ type }) => typeKey(type),
  outcome: ({ verdict, cause }) => `${verdict ?? 'not-verified'}/${cause ?? ''}`,
};

/** The parts of the next level; empty where there is none. A level of causes or verdicts that would have one part is left out. */
export function branches({ cells, rest }: Pick<Branch, 'cells' | 'rest'>, order: Order): Branch[] {
  const [by, ...below] = rest;
  if (by === undefined || cells.length === 0) return [];
  const parts = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = KEYS[by](cell);
    const part = parts.get(key);
    if (part) part.push(cell);
    else parts.set(key, [cell]);
  }
  if (parts.size === 1 && (by === 'cause' || by === 'outcome')) return branches({ cells, rest: below }, order);
  return [...parts].map(([key, part]) => ({ by, key, cells: part, rest: below })).sort(inOrder(by, order));
}

/** Tasks without a queue, a cause or a verdict come last among equals; the rest by number or by age, and equals as they were. */
function inOrder(by: Level, order: Order): (a: Branch, b: Branch) => number {
  const size = (a: Branch, b: Branch): number => sumOf(b.cells) - sumOf(a.cells);
  const age = (a: Branch, b: Branch): number => oldestOf(a.cells) - oldestOf(b.cells) || size(a, b);
  const place = ({ cells }: Branch): number => VERDICTS.findIndex((verdict) => verdict === cells[0]?.verdict);
  const known = ({ cells }: Branch): number => (by === 'queue' && cells[0]?.queue === null ? 1 : 0);
  return (a, b) => known(a) - known(b) || (order === 'age' ? age(a, b) : size(a, b)) || place(a) - place(b);
}
