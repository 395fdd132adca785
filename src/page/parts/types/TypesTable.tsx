import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { typeKey } from '../../../model/taskType';
import type { SelectedType } from '../../model/select';
import { keep, PAGE_OF_TYPES, type ViewState } from '../../store';
import { columnsOf, pressed, type Column } from './columns';
import { useGradually } from './useGradually';
import { TypeRow } from './TypeRow';

interface TypesTableProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly kept: ViewState;
  /** Sorted. */
  readonly types: readonly SelectedType[];
  readonly narrow: boolean;
  readonly filtered: boolean;
}

/** The table; on narrow pages its columns stand in the first one, below the name. */
export function TypesTable({ id, head, kept, types, narrow, filtered }: TypesTableProps): JSX.Element {
  const verified = head.taskTypes.some((type) => type.verdicts !== undefined);
  const all = columnsOf(verified);
  const columns = narrow ? all.slice(0, 1) : all;
  const open = new Set(kept.openTypes);
  const drawn = useGradually(
    Math.min(kept.shownTypes, types.length),
    PAGE_OF_TYPES,
    JSON.stringify([kept.sort, kept.filters]),
  );
  return (
    <table class={narrow ? 'types narrow' : 'types'}>
      <caption class="unseen">
        Stuck task types. The buttons in the head sort; the button of a row opens its details and samples.
      </caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <Header key={column.column} column={column} kept={kept} />
          ))}
        </tr>
      </thead>
      <tbody>
        {types.slice(0, drawn).map((selected) => {
          const key = typeKey(selected.type);
          return (
            <TypeRow
              key={selected.index}
              id={id}
              head={head}
              selected={selected}
              open={open.has(key)}
              openSamples={kept.openSamples}
              columns={columns.length}
              verified={verified}
              filtered={filtered}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function Header({ column, kept: { sort } }: { readonly column: Column; readonly kept: ViewState }): JSX.Element {
  const sorted = sort.column === column.column;
  const direction = sort.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={column.number && 'number'} {...(sorted ? { 'aria-sort': direction } : {})}>
      <button
        type="button"
        class="sort"
        onClick={() => {
          keep({ sort: pressed(sort, column) });
        }}
      >
        {column.title}
        <svg class="sort-sign" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          {sorted && <path d={sort.descending ? 'M1 3h8l-4 5z' : 'M1 7h8l-4-5z'} fill="currentColor" />}
        </svg>
      </button>
    </th>
  );
}
