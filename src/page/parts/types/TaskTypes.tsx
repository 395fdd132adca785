import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count, number } from '../../../base/numbers';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { boundsShort } from '../../../report/boundsText';
import { hasScript } from '../../../fixes/scriptFor';
import { fixScript } from '../../host';
import { isFiltered, NO_FILTERS } from '../../model/filters';
import { fixRowsOf } from '../../model/fixRows';
import { partText, select, type Selection } from '../../model/select';
import { totalStuck } from '../../../model/diagnosis';
import { sortTypes } from '../../model/sort';
import { filter, keep, offers, PAGE_OF_TYPES, type ViewState } from '../../store';
import { whenDrawn } from '../../elements';
import { Button } from '../controls';
import { More } from '../More';
import { BoundsKey } from './Bounds';
import { FilterBar } from './FilterBar';
import { Announce } from './Announce';
import { TypesTable } from './TypesTable';
import { useNarrow } from '../hooks';
import { SortChoice } from './SortChoice';

interface TaskTypesProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly kept: ViewState;
}

/** The stuck task types: narrowed down, sorted, page by page. */
export function TaskTypes({ id, head, kept }: TaskTypesProps): JSX.Element {
  const { filters, sort, shownTypes } = kept;
  const selection = useMemo(() => select(head, filters), [head, filters]);
  const sorted = useMemo(() => sortTypes(selection.types, sort), [selection, sort]);
  const narrow = useNarrow();
  const sentence = sentenceOf(head, selection);
  const showMore = (shown: number): void => {
    const first = sorted[shownTypes];
    keep({ shownTypes: shown });
    // The button that was pressed moves away or goes: who uses the keyboard goes on with what came.
    if (first)
      whenDrawn(`type-${first.index}`, (row) => {
        row.querySelector('button')?.focus({ preventScroll: true });
      });
  };
  return (
    <section id="task-types" class="task-types" aria-labelledby="task-types-title">
      <h2 id="task-types-title" tabIndex={-1}>
        Task types
      </h2>
      <p class="sentence row">
        <span>{sentence}</span>
        {selection.count > 0 && offers().fixScripts && selection.types.some(({ type }) => hasScript(type.outcomes)) && (
          <Button
            label={`Generate Fix Script: ${partText(selection.types)} ${selection.count === 1 ? 'task' : 'tasks'}`}
            onClick={() => {
              fixScript(id, fixRowsOf(head, filters, selection));
            }}
          >
            Generate Fix Script
          </Button>
        )}
      </p>
      <Announce text={sentence} />
      <FilterBar head={head} filters={filters} />
      {sorted.some(({ type, count: left }) => left === type.count && boundsShort(type) !== null) && <BoundsKey />}
      {narrow && <SortChoice sort={sort} verified={head.parameters.checkExecution} />}
      {sorted.length === 0 ? (
        <p class="row nothing">
          <span>No task type matches these filters.</span>
          <Button
            onClick={() => {
              filter(NO_FILTERS);
            }}
          >
            Show All Task Types
          </Button>
        </p>
      ) : (
        <TypesTable id={id} head={head} kept={kept} types={sorted} narrow={narrow} filtered={isFiltered(filters)} />
      )}
      <More
        shown={Math.min(shownTypes, sorted.length)}
        all={sorted.length}
        page={PAGE_OF_TYPES}
        what="task types"
        onShow={showMore}
      />
    </section>
  );
}

function sentenceOf(head: DiagnosisHead, selection: Selection): string {
  const all = totalStuck(head);
  const types = head.taskTypes.length;
  const part = selection.count < all || selection.types.length < types;
  return part
    ? `${number(selection.types.length)} of ${count(types, 'task type')}, ${partText(selection.types)} of ${count(all, 'task')}`
    : `${count(types, 'task type')}, ${count(all, 'task')}`;
}
