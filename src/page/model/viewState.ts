import type { Timeline } from '../../model/diagnosis';
import { typeKey } from '../../model/taskType';
import { CAUSES, VERDICTS } from '../../model/verdict';
import type { DiagnosisHead } from '../../report/panelMessages';
import { causesOf, verdictsOf, NO_FILTERS, type BinRange, type Filters } from './filters';

export const SORT_COLUMNS = ['name', 'count', 'hours', 'verdict', 'cause'] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** What the person did with the page; survives hiding and a restart. */
export interface ViewState {
  readonly filters: Filters;
  readonly sort: Sort;
  /** Keys of task types that are open, and ids of samples that are. */
  readonly openTypes: readonly string[];
  readonly openSamples: readonly number[];
  /** Ids of recommendations that were opened, and of the one to begin with, which is open by itself, when it was closed. */
  readonly turnedAdvice: readonly string[];
  /** Rows of the table of types that are shown. */
  readonly shownTypes: number;
  readonly scroll: number;
  /** The time axis that `filters.range` counts on. */
  readonly axis: string | null;
}

export const PAGE_OF_TYPES = 25;
/** What is kept is written at each change: an open sample is forgotten when this many were opened after it. */
export const MOST_OPEN = 500;

export const FRESH: ViewState = {
  filters: NO_FILTERS,
  sort: { column: 'count', descending: true },
  openTypes: [],
  openSamples: [],
  turnedAdvice: [],
  shownTypes: PAGE_OF_TYPES,
  scroll: 0,
  axis: null,
};

/** What was kept, as far as it can be understood: it may have been written by another version. */
export function readViewState(value: unknown): ViewState {
  const from = record(value);
  const filters = record(from.filters);
  const sort = record(from.sort);
  return {
    filters: {
      text: typeof filters.text === 'string' ? filters.text : '',
      verdict: oneOf(VERDICTS, filters.verdict),
      cause: oneOf([...CAUSES, 'none'] as const, filters.cause),
      range: range(filters.range),
      recommendation: typeof filters.recommendation === 'string' ? filters.recommendation : null,
    },
    sort: {
      column: oneOf(SORT_COLUMNS, sort.column) ?? FRESH.sort.column,
      descending: typeof sort.descending === 'boolean' ? sort.descending : FRESH.sort.descending,
    },
    openTypes: list(from.openTypes).filter((name) => typeof name === 'string'),
    openSamples: list(from.openSamples)
      .filter((id) => Number.isSafeInteger(id))
      .map(Number),
    turnedAdvice: list(from.turnedAdvice).filter((id) => typeof id === 'string'),
    shownTypes: whole(from.shownTypes, PAGE_OF_TYPES) ?? PAGE_OF_TYPES,
    scroll: typeof from.scroll === 'number' && from.scroll >= 0 ? from.scroll : 0,
    axis: typeof from.axis === 'string' ? from.axis : null,
  };
}

/**
 * What was kept, as far as it means the same with this Diagnosis. A filter that it has nothing for is dropped: it would leave an empty
 * table behind a choice that is not offered. A recommendation is known by its id, a time range only on the same axis.
 */
export function fitViewState(kept: ViewState, head: DiagnosisHead): ViewState {
  const { filters } = kept;
  const axis = axisOf(head.timeline);
  const keys = new Set(head.taskTypes.map(typeKey));
  const advice = head.recommendations.find(({ id }) => id === filters.recommendation);
  return {
    ...kept,
    axis,
    openTypes: kept.openTypes.filter((key) => keys.has(key)),
    filters: {
      text: filters.text,
      verdict: filters.verdict !== null && verdictsOf(head).includes(filters.verdict) ? filters.verdict : null,
      cause: filters.cause !== null && causesOf(head).includes(filters.cause) ? filters.cause : null,
      range: kept.axis === axis && (filters.range?.to ?? 0) < (head.timeline?.bins ?? 0) ? filters.range : null,
      recommendation: advice?.about && hasOutcomes(head) ? advice.id : null,
    },
  };
}

/** `names` with `name` in it or not: opened last stands last, and the oldest are forgotten. */
export function toggled<T>(names: readonly T[], name: T, open: boolean): readonly T[] {
  const others = names.filter((other) => other !== name);
  return open ? [...others, name].slice(-MOST_OPEN) : others;
}

/** Whether rows are counted by outcome, so that a recommendation's rows can be shown. */
export function hasOutcomes({ taskTypes }: DiagnosisHead): boolean {
  return taskTypes.some((type) => type.outcomes !== undefined);
}

function axisOf(timeline: Timeline | undefined): string | null {
  return timeline ? `${timeline.start}/${timeline.binSeconds}` : null;
}

function range(value: unknown): BinRange | null {
  const { from, to } = record(value);
  const first = whole(from, 0);
  const last = whole(to, 0);
  return first === null || last === null || first > last ? null : { from: first, to: last };
}

function whole(value: unknown, least: number): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : null;
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T | null {
  return words.find((word) => word === value) ?? null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
