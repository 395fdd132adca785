import { ROW_NUMBER } from '../base/libraryKwargs';
import type { AskedTask } from './story';

const UUID = /(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])/gi;
/** What people and the log write before the number of a row. */
const NAMED_ROW = new RegExp(
  String.raw`\b(?:${ROW_NUMBER}|row(?:[ _-]?id)?|id|pk)\b["']?\s*[:=#]?\s*["']?(\d{1,16})(?![\d.:-])`,
  'gi',
);
const NUMBER = /(?<![\w.:/-])\d{1,16}(?![\w.:/-])/g;
/** The last part of a path: `…/taskmanager/4711/change/`. */
const IN_PATH = /\/(\d{1,16})(?=\/|[?#\s]|$)/g;

/** More candidates than a person wants to choose from. */
const MOST = 20;

/**
 * The tasks that a text may mean: a log line, a URL, a piece of JSON. Celery ids come first; a number is taken for a row only where a word
 * before it says so, or where there is no Celery id.
 * @returns without doubles, in the order of the text within each kind
 */
export function taskIdsIn(written: string): readonly AskedTask[] {
  // In the query of a URL an id stands behind an escape, whose digits would count as its own.
  const text = written.replace(/%[0-7][0-9a-f]/gi, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  );
  const uuids = [...new Set([...text.matchAll(UUID)].map(([uuid]) => uuid.toLowerCase()))];
  const named = numbers(text, NAMED_ROW, 1);
  const others = uuids.length + named.length > 0 ? [] : [...numbers(text, IN_PATH, 1), ...numbers(text, NUMBER, 0)];
  const rows = [...new Set([...named, ...others])];
  return [
    ...uuids.map((id): AskedTask => ({ by: 'celery', id })),
    ...rows.map((id): AskedTask => ({ by: 'row', id })),
  ].slice(0, MOST);
}

function numbers(text: string, pattern: RegExp, group: 0 | 1): number[] {
  return [...text.matchAll(pattern)]
    .map((match) => Number(match[group]))
    .filter((number) => Number.isSafeInteger(number) && number > 0);
}
