import type { Timestamp } from '../model/diagnosis';

const WRITTEN = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/**
 * A timestamptz as PostgreSQL writes it with TimeZone UTC and DateStyle ISO (`2026-11-24 03:20:32.5+00`), as ISO 8601: with six digits of
 * microseconds, or none where they are zero, as the contract shows times. What the calendar of ISO 8601 and Python does not have,
 * `infinity`, years BC and above 9999, is shown as its ends.
 */
export function isoTime(text: string): Timestamp {
  const [, date, time, fraction] = WRITTEN.exec(text) ?? [];
  if (date !== undefined && time !== undefined)
    return `${date}T${time}${fraction === undefined ? '' : `.${fraction.padEnd(6, '0')}`}Z`;
  return text.startsWith('-') || text.endsWith('BC') ? '0001-01-01T00:00:00Z' : '9999-12-31T23:59:59.999999Z';
}
