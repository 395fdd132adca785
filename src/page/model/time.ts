import type { DiagnosisHead } from '../../report/panelMessages';
import type { Timeline } from '../../model/diagnosis';
import { ageText } from '../../base/age';
import { count, number } from '../../base/numbers';
import type { BinRange } from './filters';
import { READER, toWall, wallText, type Zone } from './zone';

const DAY = 86_400;
const DAY_MS = DAY * 1000;

/** When this bin begins, in milliseconds. */
export function binStart(timeline: Timeline, bin: number): number {
  return Date.parse(timeline.start) + bin * timeline.binSeconds * 1000;
}

/**
 * `2026-09-05 00:00 to 12:00 UTC`, `2026-09-05 to 2026-09-07 UTC` where bins are whole days of the zone (both days within).
 * @param until the question's own cutoff in milliseconds: bins go on beyond it, and nobody asked about that time
 */
export function rangeText(timeline: Timeline, { from, to }: BinRange, until = Infinity, zone: Zone = READER): string {
  const start = binStart(timeline, from);
  const end = binEnd(timeline, to, until);
  const label = zone.label(start);
  if (isWholeDay(timeline, from, zone) && isWholeDay(timeline, to + 1, zone)) {
    const [first, last] = [dayOf(start, zone), dayOf(end - 1, zone)];
    return first === last ? `${first} ${label}` : `${first} to ${last} ${label}`;
  }
  const sameDay = dayOf(start, zone) === dayOf(end, zone);
  return `${dayAndClock(start, zone)} to ${sameDay ? clock(end, zone) : endMoment(timeline, to, until, zone)} ${label}`;
}

/** The beginning of a bin as a person names it: `2026-09-05`, or with its time where that is not midnight. */
export function moment(timeline: Timeline, bin: number, zone: Zone = READER): string {
  const start = binStart(timeline, bin);
  return isWholeDay(timeline, bin, zone) ? dayOf(start, zone) : dayAndClock(start, zone);
}

/** When this bin ends, in milliseconds: not after the cutoff that its rows are older than. */
export function binEnd(timeline: Timeline, bin: number, until: number): number {
  const end = binStart(timeline, bin + 1);
  return until > binStart(timeline, bin) ? Math.min(end, until) : end;
}

/** The end of a bin as a person names it; the cutoff with its time, also where bins are whole days. */
export function endMoment(timeline: Timeline, bin: number, until: number, zone: Zone = READER): string {
  const end = binEnd(timeline, bin, until);
  return end < binStart(timeline, bin + 1) ? dayAndClock(end, zone) : moment(timeline, bin + 1, zone);
}

/** `2026-10-17 03:19:25`, without seconds where these are none */
export function dayAndClock(ms: number, zone: Zone = READER): string {
  return `${dayOf(ms, zone)} ${clock(ms, zone)}`;
}

/** `2026-10-17` */
export function dayOf(ms: number, zone: Zone = READER): string {
  return wallText(ms, zone).slice(0, 10);
}

function isWholeDay(timeline: Timeline, bin: number, zone: Zone): boolean {
  return timeline.binSeconds % DAY === 0 && toWall(binStart(timeline, bin), zone) % DAY_MS === 0;
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

/** `just now`, `3 min ago`, `37 d 18 h ago`. Null where the clocks disagree about what is past. */
export function agoText(time: string, now: number): string | null {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 0) return null;
  return seconds < 60 ? 'just now' : `${ageText(seconds)} ago`;
}

/** `03:19:25`, without seconds where these are none */
export function clock(ms: number, zone: Zone = READER): string {
  const time = wallText(ms, zone).slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

/** The time of the bins that the person chose; the first bin also holds what is older than its beginning. */
export function chipTime(
  { taskTypes, parameters }: DiagnosisHead,
  timeline: Timeline,
  range: BinRange,
  zone: Zone = READER,
): string {
  const until = Date.parse(parameters.olderThan);
  const start = Date.parse(timeline.start);
  const earlier = range.from === 0 && taskTypes.some(({ oldestLastRun }) => Date.parse(oldestLastRun) < start);
  return earlier ? beforeText(timeline, range.to, until, zone) : rangeText(timeline, range, until, zone);
}

/** `before 2026-09-05 12:00 UTC` */
export function beforeText(timeline: Timeline, bin: number, until: number, zone: Zone = READER): string {
  return `before ${endMoment(timeline, bin, until, zone)} ${zone.label(binEnd(timeline, bin, until))}`;
}
