const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/**
 * A length of time the way people say it, rounded down to two units at most: `37 d 18 h`, `2 d`, `3 h 5 min`, `12 min`, `40 s`.
 * @param seconds negative ones count as 0
 */
export function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= DAY) return twoUnits(whole, DAY, 'd', HOUR, 'h');
  if (whole >= HOUR) return twoUnits(whole, HOUR, 'h', MINUTE, 'min');
  if (whole >= MINUTE) return `${String(Math.floor(whole / MINUTE))} min`;
  return `${String(whole)} s`;
}

/** @param hours as `ageText` takes seconds */
export function ageOfHours(hours: number): string {
  return ageText(hours * HOUR);
}

/** The largest unit alone, in words: `37 days`, `1 hour`, `12 minutes`; rounded down. */
export function roundAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 2 * DAY) return inWords(whole / DAY, 'day');
  if (whole >= HOUR) return inWords(whole / HOUR, 'hour');
  if (whole >= MINUTE) return inWords(whole / MINUTE, 'minute');
  return inWords(whole, 'second');
}

function twoUnits(seconds: number, first: number, one: string, second: number, two: string): string {
  const rest = Math.floor((seconds % first) / second);
  const whole = `${Math.floor(seconds / first).toLocaleString('en-US')} ${one}`;
  return rest === 0 ? whole : `${whole} ${String(rest)} ${two}`;
}

function inWords(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole.toLocaleString('en-US')} ${unit}${whole === 1 ? '' : 's'}`;
}
