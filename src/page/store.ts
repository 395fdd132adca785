import { headOfText, type DiagnosisHead, type PanelState, type ToPage } from '../report/panelMessages';
import { filtered, keepState, keptState } from './host';
import { NO_FILTERS, type Filters } from './model/filters';
import { NO_OFFERS, offersOf, type Offers } from './model/states';
import { fitViewState, PAGE_OF_TYPES, readViewState, toggled, type ViewState } from './model/viewState';
import { typeKey } from '../model/taskType';
import { select } from './model/select';
import { sortTypes } from './model/sort';
import { goTo, whenDrawn } from './elements';

export type { ViewState } from './model/viewState';
export { PAGE_OF_TYPES } from './model/viewState';

export interface PageState {
  readonly panel: PanelState | null;
  /** undefined until the editor has said whether there is one. */
  readonly diagnosis: { readonly id: string; readonly head: DiagnosisHead } | null | undefined;
  readonly kept: ViewState;
}

let state: PageState = { panel: null, diagnosis: undefined, kept: readViewState(keptState()) };
const listeners = new Set<() => void>();

export function current(): PageState {
  return state;
}

/** What can be done with what is shown. */
export function offers(): Offers {
  const { panel, diagnosis } = state;
  if (!panel) return NO_OFFERS;
  const head = diagnosis?.head;
  return offersOf(panel, head !== undefined && !head.parameters.checkExecution && head.taskTypes.length > 0);
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Changes what the person did, draws the page anew and keeps it. */
export function keep(change: Partial<ViewState>): void {
  update({ kept: { ...state.kept, ...change } });
  keepState(state.kept);
}

/** Keeps where the page stands. Nothing is drawn from that. */
export function keepScroll(scroll: number): void {
  state = { ...state, kept: { ...state.kept, scroll } };
  keepState(state.kept);
}

/** Narrows or widens the filters; the table begins at its top again. */
export function filter(change: Partial<Filters>): void {
  const before = state.kept.filters;
  const now = { ...before, ...change };
  keep({ filters: now, shownTypes: PAGE_OF_TYPES });
  if (now.text !== before.text || now.verdict !== before.verdict) filtered(now);
}

/** Opens or closes a task type. */
export function openType(key: string, open: boolean): void {
  keep({ openTypes: toggled(state.kept.openTypes, key, open) });
}

/** Opens or closes a sample. */
export function openSample(id: number, open: boolean): void {
  keep({ openSamples: toggled(state.kept.openSamples, id, open) });
}

/** Opens a recommendation that is closed, or closes it. */
export function turnAdvice(id: string): void {
  const { turnedAdvice } = state.kept;
  keep({ turnedAdvice: toggled(turnedAdvice, id, !turnedAdvice.includes(id)) });
}

/** Opens this task type and brings it into view; filters that hide it are taken off. */
export function showType(type: { readonly taskModule: string; readonly taskName: string }): void {
  const head = state.diagnosis?.head;
  if (!head) return;
  const key = typeKey(type);
  const index = head.taskTypes.findIndex((other) => typeKey(other) === key);
  if (index === -1) return;
  const place = (filters: Filters): number =>
    sortTypes(select(head, filters).types, state.kept.sort).findIndex((selected) => selected.index === index);
  const filters = place(state.kept.filters) === -1 ? NO_FILTERS : state.kept.filters;
  keep({
    filters,
    openTypes: toggled(state.kept.openTypes, key, true),
    shownTypes: Math.max(state.kept.shownTypes, place(filters) + 1),
  });
  whenDrawn(`type-${index}`, (row) => {
    row.querySelector('button')?.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'start' });
  });
}

/** Takes in what the editor says. */
export function receive(message: ToPage): void {
  switch (message.type) {
    case 'state':
      update({ panel: message.state });
      return;
    case 'diagnosis':
      if (message.head !== null) {
        const head = headOfText(message.head);
        update({ diagnosis: { id: message.id, head }, kept: fitViewState(state.kept, head) });
        keepState(state.kept);
      } else update({ diagnosis: null });
      return;
    case 'showType': {
      const type = state.diagnosis?.id === message.diagnosis && state.diagnosis.head.taskTypes[message.taskType];
      if (type) showType(type);
      return;
    }
    case 'filter': {
      if (state.diagnosis?.id !== message.diagnosis) return;
      const { text = '', verdict = null, cause } = message.filter;
      const filters = { ...NO_FILTERS, text, verdict, cause: cause === null ? ('none' as const) : (cause ?? null) };
      keep({ filters, shownTypes: PAGE_OF_TYPES });
      if (message.quiet) return;
      whenDrawn('task-types', (part) => {
        goTo(part.id);
      });
      return;
    }
    case 'showSection':
      whenDrawn(message.section === 'servers' ? 'facts' : 'sources', (part) => {
        goTo(part.id);
      });
      return;
    case 'samples':
    case 'copied':
    case 'story':
    case 'drafts':
      return;
  }
}

function update(change: Partial<PageState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}
