import type { Timeline } from '../../model/diagnosis';
import { binStart } from './time';
import { fromWall, READER, toWall, type Zone } from './zone';

/** A mark of the time axis. */
export interface Tick {
  /** Where it stands: 0 the beginning of the first bin, 1 the end of the last. */
  readonly at: number;
  readonly text: string;
}

const DAY = 86_400;
const MOST = 7;
/** From 1 second to half a day; all divide a day. */
const WITHIN_A_DAY = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200] as const;
const DAYS = [1, 2, 7, 14] as const;
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200] as const;
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/**
 * Marks at moments that people name (full hours, midnights, Mondays, first days of months or years, by the clock of the zone), for spans of
 * seconds to centuries.
 * @param most about how many there is room for
 */
export function timeTicks(timeline: Timeline, most = MOST, zone: Zone = READER): Tick[] {
  const start = binStart(timeline, 0);
  const end = binStart(timeline, timeline.bins);
  return marks(toWall(start, zone), toWall(end, zone), most)
    .map(({ wall, text }) => ({ at: (fromWall(wall, zone) - start) / (end - start), text }))
    .filter(({ at }) => at >= 0 && at <= 1);
}

/** A mark by the clock on the wall, in milliseconds. */
interface Mark {
  readonly wall: number;
  readonly text: string;
}

function marks(start: number, end: number, most: number): Mark[] {
  const seconds = (end - start) / 1000;
  const short = WITHIN_A_DAY.find((step) => seconds / step <= most);
  if (short !== undefined) return every(start, end, short, 0).map((wall) => ({ wall, text: clockOrDay(wall, short) }));
  const days = DAYS.find((step) => seconds / (step * DAY) <= most);
  // The epoch was a Thursday: four days later weeks begin.
  if (days !== undefined)
    return every(start, end, days * DAY, days % 7 === 0 ? 4 * DAY : 0).map((wall) => ({ wall, text: dayText(wall) }));
  const months = MONTHS.find((step) => seconds / (step * 30.44 * DAY) <= most) ?? 1200;
  return firstsOfMonths(start, end, months).map((wall, index) => ({
    wall,
    text: monthText(wall, months, index === 0),
  }));
}

/** About the width of a character of a mark, and what is free between two marks, in pixels. */
const CHARACTER = 6.2;
const GAP = 10;
const WIDEST = 64;

/** As many marks as there is room for in so many pixels; a word that would touch the one before it is left out. */
export function fittingTicks(timeline: Timeline, width: number, zone: Zone = READER): Tick[] {
  const few = timeTicks(timeline, Math.max(3, Math.min(MOST, Math.floor(width / WIDEST))), zone);
  const ticks = few.length > 1 ? few : timeTicks(timeline, MOST, zone);
  let free = -Infinity;
  return ticks.map((tick) => {
    const half = (tick.text.length * CHARACTER) / 2;
    // At the ends of the axis words stand within it (Axes.tsx).
    const middle = Math.max(half, Math.min(width - half, tick.at * width));
    if (middle - half < free) return { ...tick, text: '' };
    free = middle + half + GAP;
    return tick;
  });
}

/** Round values from 0 to at most `max`, about `most` steps of 1, 2 or 5 times a power of ten; whole numbers only. */
export function valueTicks(max: number, most = 3): number[] {
  if (max <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(max / most));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((one) => max / one <= most) ?? power);
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => Math.round(index * step));
}

function every(start: number, end: number, stepSeconds: number, offsetSeconds: number): number[] {
  const step = stepSeconds * 1000;
  const offset = offsetSeconds * 1000;
  const out: number[] = [];
  for (let at = Math.ceil((start - offset) / step) * step + offset; at <= end; at += step) out.push(at);
  return out;
}

function firstsOfMonths(start: number, end: number, months: number): number[] {
  const first = new Date(start);
  const from = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  const out: number[] = [];
  for (let month = from; ; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > end) return out;
    if (at >= start) out.push(at);
  }
}

function clockOrDay(ms: number, step: number): string {
  if (ms % (DAY * 1000) === 0) return dayText(ms);
  return new Date(ms).toISOString().slice(11, step < 60 ? 19 : 16);
}

function dayText(ms: number): string {
  const date = new Date(ms);
  return `${MONTH_NAMES[date.getUTCMonth()] ?? ''} ${date.getUTCDate()}`;
}

function monthText(ms: number, step: number, first: boolean): string {
  const date = new Date(ms);
  const year = String(date.getUTCFullYear());
  if (step >= 12) return year;
  const month = MONTH_NAMES[date.getUTCMonth()] ?? '';
  return first || date.getUTCMonth() === 0 ? `${month} ${year}` : month;
}

/** Pixels from 0 to the highest bar. */
export const CHART_HEIGHT = 180;

/** Room for half a letter above the highest line. */
export const CHART_TOP = 8;
