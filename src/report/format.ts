import type { Timestamp } from '../model/diagnosis';
import { escapeUnsafe } from '../base/unsafeText';

/** Null as Python prints it: the log keeps the form of the Django command before it. */
export const NONE = 'None';

/** `2025-02-15T10:23:45Z` to `2025-02-15 10:23:45+00:00`: Python's str() of a UTC datetime. */
export function pythonTime(time: Timestamp | null): string {
  return time === null ? NONE : time.replace('T', ' ').replace(/Z$/, '+00:00');
}

/** `2026-11-30 01:28 UTC` */
export function minuteTime(time: Timestamp): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

/** Two decimals, for `Max Hours Stuck`. */
export function hoursText(hours: number): string {
  return hours.toFixed(2);
}

/** Any text of a row on one line; null as None. */
export function oneLine(text: string | null): string {
  return text === null ? NONE : escapeUnsafe(text);
}
