import type { Timestamp } from '../model/diagnosis';

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;
/** What the rows of a script have, of which there are very many. */
const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/**
 * `2026-11-23 14:07:05 UTC`
 * @throws RangeError for what is no moment of the Diagnosis: times stand in scripts unquoted and must not be anything else
 */
export function timeText(time: Timestamp): string {
  const [, day, clock] = TIME.exec(time) ?? [];
  if (day === undefined || clock === undefined) throw new RangeError('This is no time in UTC.');
  return `${day} ${clock} UTC`;
}

/** With microseconds, as scripts compare it: `2026-11-23T14:07:05.000001Z`. @throws RangeError */
export function exactTime(time: Timestamp): string {
  if (EXACT.test(time)) return time;
  timeText(time);
  const [whole = '', fraction = ''] = time.slice(0, -1).split('.');
  return `${whole}.${fraction.padEnd(6, '0')}Z`;
}
