import type { Timestamp } from '../../model/diagnosis';
import { count } from '../../base/numbers';

/** `2026-11-23 10:00:00.123456 UTC`, with every digit that there is. */
export function exactTime(time: Timestamp): string {
  return `${time.replace('T', ' ').replace(/Z$/, '')} UTC`;
}

/** `2026-11-23 10:00 UTC` */
export function minuteTime(time: Timestamp): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

/** `97 days`, `30 hours`: how long that is, roughly; days are rounded as the answer rounds them (report/summary.ts) */
export function roughly(hours: number): string {
  return hours < 48 ? count(Math.floor(hours), 'hour') : count(Math.round(hours / 24), 'day');
}

/** `2,331.25 h` */
export function exactHours(hours: number): string {
  return `${hours.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} h`;
}

/** `83 MB`, `1.2 GB`: decimal, as disks and the log count */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const amount = (value / 1000 ** power).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return `${amount} ${units[power] ?? ''}`;
}
