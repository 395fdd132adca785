import type { DiagnosisHead } from '../../report/panelMessages';
import type { Timeline } from '../../model/diagnosis';
import { count, number } from '../../base/numbers';
import type { BinRange } from './filters';

const DAY = 86_400;

/** `2026-11-23 10:00:05 UTC`; the same for everybody who reads the report. */
export function utcTime(time: string | number): string {
  return `${iso(time).slice(0, 10)} ${iso(time).slice(11, 19)} UTC`;
}

/** When this bin begins, in milliseconds. */
export function binStart(timeline: Timeline, bin: number): number {
  return Date.parse(timeline.start) + bin * timeline.binSeconds * 1000;
}

/**
 * `2026-09-05 00:00 to 12:00 UTC`, `2026-09-05 to 2026-09-07 UTC` where bins are whole days (both days within).
 * @param until the question's own cutoff in milliseconds: bins go on beyond it, and nobody asked about that time
 */
export function rangeText(timeline: Timeline, { from, to }: BinRange, until = Infinity): string {
  const start = binStart(timeline, from);
  const end = binEnd(timeline, to, until);
  if (timeline.binSeconds % DAY === 0) {
    const [first, last] = [iso(start).slice(0, 10), iso(end - 1).slice(0, 10)];
    return first === last ? `${first} UTC` : `${first} to ${last} UTC`;
  }
  const sameDay = iso(start).slice(0, 10) === iso(end).slice(0, 10);
  return `${moment(timeline, from)} to ${sameDay ? clock(end) : endMoment(timeline, to, until)} UTC`;
}

/** The beginning of a bin as a person names it: `2026-09-05`, or with its time where bins are shorter than days. */
export function moment(timeline: Timeline, bin: number): string {
  const start = binStart(timeline, bin);
  const day = iso(start).slice(0, 10);
  return timeline.binSeconds % DAY === 0 ? day : `${day} ${clock(start)}`;
}

/** When this bin ends, in milliseconds: not after the cutoff that its rows are older than. */
export function binEnd(timeline: Timeline, bin: number, until: number): number {
  const end = binStart(timeline, bin + 1);
  return until > binStart(timeline, bin) ? Math.min(end, until) : end;
}

/** The end of a bin as a person names it; the cutoff with its time, also where bins are whole days. */
export function endMoment(timeline: Timeline, bin: number, until: number): string {
  const end = binEnd(timeline, bin, until);
  return end < binStart(timeline, bin + 1) ? dayAndClock(end) : moment(timeline, bin + 1);
}

/** `2026-10-17 03:19:25`, without seconds where these are none */
export function dayAndClock(ms: number): string {
  return `${iso(ms).slice(0, 10)} ${clock(ms)}`;
}

/** `12 h`, `3 days`: how long so many bins are. */
export function spanText(seconds: number): string {
  if (seconds % DAY === 0) return count(seconds / DAY, 'day');
  if (seconds >= 2 * DAY) return `${number(Math.round((seconds / DAY) * 10) / 10)} days`;
  if (seconds >= 3600) return `${number(Math.round((seconds / 3600) * 10) / 10)} h`;
  return seconds >= 60 ? `${number(Math.round((seconds / 60) * 10) / 10)} min` : `${number(seconds)} s`;
}

/** `5.9 s`, `2 min 5 s`: how long a check took. */
export function elapsedText(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${number(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

const AGES: readonly (readonly [seconds: number, one: string])[] = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [DAY, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

/**
 * `more than 3 hours ago`: words that stay true however long the page is open. Null in the first minute, and where the clocks
 * disagree about what is past.
 */
export function ageText(time: string, now: number): string | null {
  const seconds = (now - Date.parse(time)) / 1000;
  const age = AGES.find(([unit]) => seconds >= unit);
  return age ? `more than ${count(Math.floor(seconds / age[0]), age[1])} ago` : null;
}

/** `03:19:25`, without seconds where these are none */
export function clock(ms: number): string {
  const time = iso(ms).slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

function iso(time: string | number): string {
  return new Date(time).toISOString();
}

/** The time of the bins that the person chose; the first bin also holds what is older than its beginning. */
export function chipTime({ taskTypes, parameters }: DiagnosisHead, timeline: Timeline, range: BinRange): string {
  const until = Date.parse(parameters.olderThan);
  const start = Date.parse(timeline.start);
  const earlier = range.from === 0 && taskTypes.some(({ oldestLastRun }) => Date.parse(oldestLastRun) < start);
  return earlier ? `before ${endMoment(timeline, range.to, until)} UTC` : rangeText(timeline, range, until);
}
