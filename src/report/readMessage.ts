import { PAGE_ACTIONS, type FromPage, type LogPlace, type PageAction } from './panelMessages';

/** Longer than any row's arguments as they are shown. */
const MAX_COPY = 64 * 1024 * 1024;
const MAX_ID = 100;
/** More task types, samples or recommendations than any Diagnosis has. */
const MAX_INDEX = 10_000_000;

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
    default:
      return undefined;
  }
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
