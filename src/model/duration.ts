import { invalid, parseHours } from './parameters';

/** Hours of each unit, by what people call it. */
const UNITS: readonly (readonly [pattern: RegExp, hours: number])[] = [
  [/^(?:m|min|mins|minutes?)$/i, 1 / 60],
  [/^(?:h|hrs?|hours?)$/i, 1],
  [/^(?:d|days?)$/i, 24],
  [/^(?:w|wks?|weeks?)$/i, 168],
];
const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)/giy;

/**
 * Reads how long ago something is as people write it: `2d`, `36h`, `90m`, `1w`, `1d 12h`, `2 days`; a number alone is hours.
 * @param text as typed @param label what to call it in an error
 * @returns hours @throws Problem `invalid`, one sentence
 */
export function parseDuration(text: string, label: string): number {
  const typed = text.trim();
  if (/^\d*(\.\d+)?$/.test(typed)) return parseHours(typed, label);
  let hours = 0;
  let at = 0;
  while (at < typed.length) {
    PART.lastIndex = at;
    const [part, amount, unit = ''] = PART.exec(typed) ?? [];
    const known = UNITS.find(([pattern]) => pattern.test(unit));
    if (part === undefined || !known) throw invalid(label, text, 'write hours or an age such as 36h, 2d, 90m or 1w');
    hours += Number(amount) * known[1];
    at += part.length + (/^[\s,]*/.exec(typed.slice(at + part.length))?.[0].length ?? 0);
  }
  return parseHours(Math.round(hours * 1e6) / 1e6, label);
}
