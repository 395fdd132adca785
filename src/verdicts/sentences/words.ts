import type { RestoreLock } from '../../model/facts';

/** `40 s`, `12 min`, `3.2 h`, `37.8 days` */
export function duration(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 90) return `${String(Math.round(s))} s`;
  if (s < 90 * 60) return `${String(Math.round(s / 60))} min`;
  if (s < 48 * 3600) return `${(s / 3600).toFixed(1)} h`;
  return `${(s / 86_400).toFixed(1)} days`;
}

/** `12%`, and `under 1%` for what is more than nothing. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (part > 0 && percent < 1) return 'under 1%';
  return `${String(Math.round(percent))}%`;
}

/** A clause about a lock that stays. */
export function lockWords({ key, expiresIn }: RestoreLock): string {
  const until = expiresIn === null ? 'never expires' : `expires in ${duration(expiresIn)}`;
  return `the key "${key}" ${until}, and no worker returns unacknowledged messages to their queues while it exists`;
}
