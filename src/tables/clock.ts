import { seconds } from '../sql/times';
import type { Timestamp } from '../model/diagnosis';
import { isoTime } from '../sql/isoTime';
import type { Snapshot } from '../ports/database';

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

const OLDER_THAN = "now() - $1::float8 * interval '1 hour'";

/** $1 = hours. The server's clock decides: `now()` is the same moment in every statement of the snapshot. */
const CLOCK = `
  select now()::text as now, (${OLDER_THAN})::text as older_than, ${seconds(OLDER_THAN)}::text as older_than_seconds,
         current_setting('server_version') as version, pg_is_in_recovery()::text as replica`;
