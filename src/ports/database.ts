import type { Meter } from './meter';

/** One value as the wire protocol sent it: text, or null. Numbers and times are formatted by the query itself. */
export type Row = Readonly<Record<string, string | null>>;

/** A read-only view of the database as it was at one moment: every query in it sees the same rows. */
export interface Snapshot {
  /** Runs one statement. @param values bound as $1, $2, … @throws Problem in words for a person */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Sets how long each further statement may take: `budget` gets the longest that this source ever allows (ms) and gives what is allowed
   * from now on, which is never more. Absent where there is no limit.
   */
  limitTime?(budget: (mostMs: number) => number): Promise<void>;
}

/** Opens snapshots of one database. It knows the driver, so that the scan need not. */
export interface SnapshotSource {
  /** `host:port/database`, for people; never with a password. */
  readonly address: string;
  /** What a person should know of how the connection was understood: one sentence. */
  readonly note?: string | undefined;
  /**
   * Connects, runs `work` inside one REPEATABLE READ READ ONLY transaction and disconnects, however `work` ends.
   * Aborting `signal` ends the running query on the server too.
   * @param meter counts the connection, its queries, rows and bytes; without it nobody does
   * @throws Problem
   */
  read<T>(work: (snapshot: Snapshot) => Promise<T>, signal: AbortSignal, meter?: Meter): Promise<T>;
}
