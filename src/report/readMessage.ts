import { CAUSES, VERDICTS } from '../model/verdict';
import { MAX_HOURS } from '../model/parameters';
import { DRAFT_ACTIONS } from './draftMessages';
import { STORY_ACTIONS, type StoryAction } from './storyMessages';
import { PAGE_ACTIONS, type FixRows, type FromPage, type LogPlace, type PageAction } from './panelMessages';

/** Longer than any row's arguments as they are shown. */
const MAX_COPY = 64 * 1024 * 1024;
const MAX_ID = 100;
/** Longer than anybody types. */
const MAX_FILTER = 10_000;
/** More task types, samples or recommendations than any Diagnosis has. */
const MAX_INDEX = 10_000_000;
/** More than are looked at in one report. */
const MAX_TYPES = 100_000;

type Fields = (name: string) => unknown;

/**
 * What the page said, if that is a message at all. The page shows texts of the database: nothing that it sends is believed.
 * @returns undefined for everything else: a new object with nothing in it that was not asked for comes back
 */
export function readMessage(value: unknown): FromPage | undefined {
  const field = fieldsOf(value);
  switch (field('type')) {
    case 'ready':
      return { type: 'ready' };
    case 'do': {
      const action = PAGE_ACTIONS.find((known): known is PageAction => known === field('action'));
      return action && { type: 'do', action };
    }
    case 'checkHours': {
      const hours = field('hours');
      return typeof hours === 'number' && hours >= 0 && hours <= MAX_HOURS ? { type: 'checkHours', hours } : undefined;
    }
    case 'filtered': {
      const [text, verdict] = [field('text'), field('verdict')];
      const known = VERDICTS.find((one) => one === verdict) ?? null;
      return typeof text === 'string' && text.length <= MAX_FILTER && known === verdict
        ? { type: 'filtered', text, verdict: known }
        : undefined;
    }
    case 'storyDo': {
      const action = STORY_ACTIONS.find((known): known is StoryAction => known === field('action'));
      return action && { type: 'storyDo', action };
    }
    case 'samples': {
      const [request, diagnosis, taskType] = [field('request'), field('diagnosis'), field('taskType')];
      return isIndex(request) && isId(diagnosis) && isIndex(taskType)
        ? { type: 'samples', request, diagnosis, taskType }
        : undefined;
    }
    case 'copy': {
      const [request, text] = [field('request'), field('text')];
      return isIndex(request) && typeof text === 'string' && text.length <= MAX_COPY
        ? { type: 'copy', request, text }
        : undefined;
    }
    case 'openLogAt': {
      const [diagnosis, place] = [field('diagnosis'), readPlace(field('place'))];
      return isId(diagnosis) && place ? { type: 'openLogAt', diagnosis, place } : undefined;
    }
    case 'goToSource': {
      const [diagnosis, taskType] = [field('diagnosis'), field('taskType')];
      return isId(diagnosis) && isIndex(taskType) ? { type: 'goToSource', diagnosis, taskType } : undefined;
    }
    case 'fixScript': {
      const [diagnosis, rows] = [field('diagnosis'), readFixRows(field('rows'))];
      return isId(diagnosis) && rows ? { type: 'fixScript', diagnosis, rows } : undefined;
    }
    case 'draftDo': {
      const [action, draft] = [DRAFT_ACTIONS.find((known) => known === field('action')), field('draft')];
      return action && (draft === null || isIndex(draft)) ? { type: 'draftDo', action, draft } : undefined;
    }
    case 'draftPlace': {
      const [draft, reason] = [field('draft'), field('reason')];
      return isIndex(draft) && isIndex(reason) ? { type: 'draftPlace', draft, reason } : undefined;
    }
    case 'draftRules': {
      const [diagnosis, about] = [field('diagnosis'), fieldsOf(field('about'))];
      const [taskType, recommendation] = [about('taskType'), about('recommendation')];
      if (!isId(diagnosis)) return undefined;
      if (isIndex(taskType)) return { type: 'draftRules', diagnosis, about: { taskType } };
      return isIndex(recommendation) ? { type: 'draftRules', diagnosis, about: { recommendation } } : undefined;
    }
    default:
      return undefined;
  }
}

/** @returns undefined where anything that is named cannot be read: fewer words would mean more rows */
function readFixRows(value: unknown): FixRows | undefined {
  const rows: { -readonly [Key in keyof FixRows]: FixRows[Key] } = {};
  const fields = fieldsOf(value);
  const [taskTypes, verdict, cause] = [fields('taskTypes'), fields('verdict'), fields('cause')];
  const [bins, recommendation, row] = [fields('bins'), fields('recommendation'), fields('row')];
  if (taskTypes !== undefined) {
    if (!Array.isArray(taskTypes) || taskTypes.length > MAX_TYPES || !taskTypes.every(isIndex)) return undefined;
    rows.taskTypes = [...taskTypes];
  }
  if (verdict !== undefined) {
    const known = VERDICTS.find((one) => one === verdict);
    if (!known) return undefined;
    rows.verdict = known;
  }
  if (cause !== undefined) {
    const known = cause === null ? null : CAUSES.find((one) => one === cause);
    if (known === undefined) return undefined;
    rows.cause = known;
  }
  if (bins !== undefined) {
    const [from, to] = [fieldsOf(bins)('from'), fieldsOf(bins)('to')];
    if (!isIndex(from) || !isIndex(to)) return undefined;
    rows.bins = { from, to };
  }
  if (recommendation !== undefined) {
    if (!isIndex(recommendation)) return undefined;
    rows.recommendation = recommendation;
  }
  if (row !== undefined) {
    if (!Number.isSafeInteger(row)) return undefined;
    rows.row = row as number;
  }
  return Object.keys(rows).length > 0 ? rows : undefined;
}

function readPlace(value: unknown): LogPlace | undefined {
  const field = fieldsOf(value);
  const [taskType, sample, recommendation] = [field('taskType'), field('sample'), field('recommendation')];
  if (field('sources') === true) return { sources: true };
  if (isIndex(recommendation)) return { recommendation };
  if (!isIndex(taskType)) return undefined;
  if (sample === undefined) return { taskType };
  return isIndex(sample) ? { taskType, sample } : undefined;
}

/** Only what an object itself has: nothing that it inherits. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return () => undefined;
  return (name) => (Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_INDEX;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID;
}
