import type { DiagnosisHead, PanelState, ToPage } from '../report/panelMessages';
import { keepState, keptState } from './host';
import { NO_FILTERS, type Filters } from './model/filters';

export type SortColumn = 'name' | 'count' | 'hours' | 'verdict' | 'cause';

/** What the person did with the page; survives hiding and a restart. */
export interface Kept {
  readonly filters: Filters;
  readonly sort: { readonly column: SortColumn; readonly descending: boolean };
  /** Names (`module.name`) of task types that are open, and ids of samples that are. */
  readonly openTypes: readonly string[];
  readonly openSamples: readonly number[];
  /** Rows of the table of types that are shown. */
  readonly shownTypes: number;
  readonly scroll: number;
}

export interface PageState {
  readonly panel: PanelState | null;
  /** undefined until the editor has said whether there is one. */
  readonly diagnosis: { readonly id: string; readonly head: DiagnosisHead } | null | undefined;
  readonly kept: Kept;
}

export const PAGE_OF_TYPES = 50;

const FRESH: Kept = {
  filters: NO_FILTERS,
  sort: { column: 'count', descending: true },
  openTypes: [],
  openSamples: [],
  shownTypes: PAGE_OF_TYPES,
  scroll: 0,
};

let state: PageState = { panel: null, diagnosis: undefined, kept: { ...FRESH, ...(keptState() as Partial<Kept>) } };
const listeners = new Set<() => void>();

export function current(): PageState {
  return state;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Changes what the person did, draws the page anew and keeps it. */
export function keep(change: Partial<Kept>): void {
  update({ kept: { ...state.kept, ...change } });
  keepState(state.kept);
}

/** Narrows or widens the filters; the table begins at its top again. */
export function filter(change: Partial<Filters>): void {
  keep({ filters: { ...state.kept.filters, ...change }, shownTypes: PAGE_OF_TYPES });
}

/** Takes in what the editor says. */
export function receive(message: ToPage): void {
  switch (message.type) {
    case 'state':
      update({ panel: message.state });
      return;
    case 'diagnosis':
      update({ diagnosis: message.diagnosis && { id: message.id, head: message.diagnosis } });
      return;
    case 'showType':
    case 'samples':
    case 'copied':
      return;
  }
}

function update(change: Partial<PageState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}
