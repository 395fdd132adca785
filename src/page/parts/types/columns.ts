import type { Sort, SortColumn } from '../../model/viewState';

export interface Column {
  readonly column: SortColumn;
  readonly title: string;
  /** How it is sorted at first; the other way at the next press. */
  readonly descending: boolean;
  readonly number?: true;
  /** Only where execution was verified. */
  readonly verified?: true;
  /** For the choice on narrow pages. */
  readonly order: readonly [up: string, down: string];
}

const COLUMNS: readonly Column[] = [
  { column: 'name', title: 'Task type', descending: false, order: ['name, A to Z', 'name, Z to A'] },
  { column: 'count', title: 'Tasks', descending: true, number: true, order: ['fewest tasks', 'most tasks'] },
  {
    column: 'hours',
    title: 'Longest stuck',
    descending: true,
    number: true,
    order: ['shortest stuck', 'longest stuck'],
  },
  {
    column: 'verdict',
    title: 'Verdicts',
    descending: false,
    verified: true,
    order: ['main verdict', 'main verdict, backwards'],
  },
  {
    column: 'cause',
    title: 'Cause',
    descending: false,
    verified: true,
    order: ['main cause, A to Z', 'main cause, Z to A'],
  },
];

export function columnsOf(verified: boolean): readonly Column[] {
  return COLUMNS.filter((column) => verified || column.verified === undefined);
}

/** The sorting after a press on this column's header. */
export function pressed(sort: Sort, { column, descending }: Column): Sort {
  return { column, descending: sort.column === column ? !sort.descending : descending };
}
