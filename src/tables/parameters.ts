import { invalid, type CheckParameters } from '../model/parameters';
import { TABLE_KINDS } from './index';
import type { TableKind } from './table';

const [DEFAULT_KIND] = TABLE_KINDS;

export const DEFAULT_PARAMETERS: CheckParameters = { hours: 906, limit: 5, statuses: DEFAULT_KIND.stuck };

/** The name of the task table where no other is given. */
export const DEFAULT_TABLE = DEFAULT_KIND.table;

/**
 * Checks a list of statuses, or text with commas between them; doubles are dropped.
 * @param kind of the table that they are searched in
 * @returns a status that the kind knows as the table writes it (`scheduled` becomes `SCHEDULED`), any other as it was typed
 * @throws Problem `invalid`, one sentence naming `label`
 */
export function parseStatuses(value: unknown, label: string, kind: TableKind = DEFAULT_KIND): string[] {
  const words = typeof value === 'string' ? value.split(',') : value;
  if (Array.isArray(words) && words.every((word): word is string => typeof word === 'string')) {
    const known = new Map(
      Object.values({ ...kind.statuses })
        .flat()
        .map((status) => [status.toUpperCase(), status]),
    );
    const asWritten = (status: string): string => known.get(status.toUpperCase()) ?? status;
    const statuses = [...new Set(words.map((word) => asWritten(word.trim())).filter((word) => word !== ''))];
    const tooLong = statuses.find((status) => status.length > kind.longestStatus);
    if (tooLong !== undefined) {
      throw invalid(label, tooLong, `a status has at most ${String(kind.longestStatus)} characters`);
    }
    if (statuses.length > 0) return statuses;
  }
  const { queued, running } = kind.statuses;
  const example = [...queued, ...running].join(',');
  throw invalid(label, value, `give one or more statuses with commas between them, for example ${example}`);
}
