/** How far a clock on the wall is ahead of UTC, and what that zone is called there. */
export interface Zone {
  /** In milliseconds, at this moment (milliseconds since 1970): summer time changes it. */
  readonly offset: (ms: number) => number;
  /** `UTC`, `GMT+2`, `EST`: at this moment. */
  readonly label: (ms: number) => string;
}

export const UTC: Zone = { offset: () => 0, label: () => 'UTC' };

const NAMES = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' });

/** Where the reader is: whoever reads a time at night does not add two hours in their head. */
export const READER: Zone = {
  offset: (ms) => -new Date(ms).getTimezoneOffset() * 60_000,
  label: (ms) => NAMES.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '',
};

/** What the clock shows at a moment, as a moment of UTC that looks the same: only for texts and for round times. */
export function toWall(ms: number, zone: Zone): number {
  return ms + zone.offset(ms);
}

/** The moment at which the clock shows this. Of an hour that the clock has twice, either. */
export function fromWall(wall: number, zone: Zone): number {
  return wall - zone.offset(wall - zone.offset(wall));
}

/** What the clock shows, as ISO 8601; its `Z` means nothing. */
export function wallText(ms: number, zone: Zone): string {
  return new Date(toWall(ms, zone)).toISOString();
}
