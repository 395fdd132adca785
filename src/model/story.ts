import type { Read } from '../base/shape';
import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';
import type { taskStory } from './contract/story';

/** What is known of one task. */
export type TaskStory = Read<typeof taskStory>;

/** A task that somebody asks for. */
export type AskedTask = { readonly by: 'row'; readonly id: number } | { readonly by: 'celery'; readonly id: string };

/** Longer than any Celery id: the columns that keep them have 255 characters at most. */
const LONGEST_ID = 255;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What an id asks for: digits are the id of a row, anything else the Celery id of a message (a UUID where the application gave no other).
 * @param label what to call the value in an error: `--task`
 * @throws Problem `invalid`, one sentence
 */
export function readTaskId(text: string, label: string): AskedTask {
  const id = text.trim();
  const refused = (why: string): Problem => new Problem('invalid', `${label} cannot be "${echo(text)}": ${why}.`);
  if (id === '') throw new Problem('invalid', `${label} has no id: give the id of a row or a Celery id.`);
  if (/^[+-]?\d+([.,]\d*)?$/.test(id)) {
    const row = Number(id);
    if (/^\d+$/.test(id) && row > 0 && Number.isSafeInteger(row)) return { by: 'row', id: row };
    throw refused(`the id of a row is a whole number from 1 to ${String(Number.MAX_SAFE_INTEGER)}`);
  }
  if (id.length > LONGEST_ID) throw refused(`a Celery id has at most ${String(LONGEST_ID)} characters`);
  if (!/^[^\s\p{C}]+$/u.test(id) || id.includes('://')) throw refused('give the id of a row or a Celery id alone');
  return { by: 'celery', id: UUID.test(id) ? id.toLowerCase() : id };
}
