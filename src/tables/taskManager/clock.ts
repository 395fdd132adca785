import type { Timestamp } from '../../model/diagnosis';
import { isoTime } from '../../sql/isoTime';
import type { Snapshot } from '../../ports/database';
import { CLOCK } from './sql';

/** What the server says of itself and of the time: `now` is the same moment in every statement of the snapshot. */
export interface Clock {
  readonly now: Timestamp;
  readonly olderThan: Timestamp;
  /** `olderThan` as the server wrote it, for its own statements. */
  readonly cutoff: string;
  /** The same in seconds since 1970. */
  readonly cutoffSeconds: number;
  readonly serverVersion: string;
  readonly replica: boolean;
}

/** @param hours by which `olderThan` is before `now` @throws Problem */
export async function readClock(snapshot: Snapshot, hours: number): Promise<Clock> {
  const [row] = await snapshot.query(CLOCK, [hours]);
  const cutoff = row?.older_than ?? '';
  return {
    now: isoTime(row?.now ?? ''),
    olderThan: isoTime(cutoff),
    cutoff,
    cutoffSeconds: Number(row?.older_than_seconds),
    serverVersion: row?.version ?? '',
    replica: row?.replica === 'true',
  };
}
