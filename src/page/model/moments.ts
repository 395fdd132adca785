import type { Timestamp } from '../../model/diagnosis';
import { READER, wallText, type Zone } from './zone';

/** `2026-11-23 11:00:00.123456 GMT+1`, with every digit that there is. */
export function exactTime(time: Timestamp, zone: Zone = READER): string {
  const ms = Date.parse(time);
  const [fraction = ''] = /\.\d+/.exec(time) ?? [];
  return `${wallText(ms, zone).slice(0, 19).replace('T', ' ')}${fraction} ${zone.label(ms)}`;
}

/** `2026-11-23 11:00 GMT+1` */
export function minuteTime(time: Timestamp, zone: Zone = READER): string {
  const ms = Date.parse(time);
  return `${wallText(ms, zone).slice(0, 16).replace('T', ' ')} ${zone.label(ms)}`;
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
