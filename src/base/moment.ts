/** `2026-11-23 14:07:05 UTC` @param seconds since 1970 */
export function moment(seconds: number): string {
  const ms = seconds * 1000;
  if (!(Math.abs(ms) <= 8.64e15)) return 'an impossible time';
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
