import type { Seconds } from '../model/facts';

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d(?::?\d\d(?:\.\d+)?)?)?$/i;

/**
 * A time as Python's `isoformat()` writes it: `2026-11-23T11:25:11.668734+00:00`, without fraction, with any offset, with `Z`.
 * Without an offset it is UTC: Celery 5.2 and 5.3 write `date_done` so (celery/backends/base.py), and naive `eta`s are read so.
 * @returns null for anything else
 */
export function isoSeconds(text: unknown): Seconds | null {
  const match = typeof text === 'string' && text.length < 64 ? ISO.exec(text.trim()) : null;
  if (!match) return null;
  const [, day = '', time = '', fraction = '0', zone = 'Z'] = match;
  const seconds = wholeSeconds(day, time.length === 5 ? `${time}:00` : time);
  return Number.isNaN(seconds) ? null : calendarSeconds(seconds + Number(`0.${fraction}`) - offsetSeconds(zone));
}

/** The day that was asked for last: thousands of results are of a few days, and parsing is most of what a time costs. */
const last = { day: '', seconds: NaN };

/** @returns NaN where there is no such day or time */
function wholeSeconds(day: string, time: string): number {
  const [hours, minutes, seconds] = [Number(time.slice(0, 2)), Number(time.slice(3, 5)), Number(time.slice(6))];
  // 24:00:00 is a time too, and the only one beyond 23.
  if (hours > 23 || minutes > 59 || seconds > 59) return Date.parse(`${day}T${time}Z`) / 1000;
  if (day !== last.day) Object.assign(last, { day, seconds: Date.parse(`${day}T00:00:00Z`) / 1000 });
  return last.seconds + hours * 3600 + minutes * 60 + seconds;
}

/** The years 1 to 9999, which is what Python and ISO 8601 have. */
const CALENDAR = { first: -62_135_596_800, behind: 253_402_300_800 };

/** A number that others wrote as a time. @returns null for one that no calendar has: it could not be shown either */
export function calendarSeconds(seconds: number | null): Seconds | null {
  return seconds !== null && seconds >= CALENDAR.first && seconds < CALENDAR.behind ? seconds : null;
}

function offsetSeconds(zone: string): number {
  if (zone === '+00:00' || /^z$/i.test(zone)) return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (zone.slice(1).match(/\d\d/g) ?? []).map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}
