/** The port by which the drivers tell what a check asked of its servers: they alone know what went over a connection. */
import type { CheckCost } from '../model/diagnosis';

/** Each kind of server is counted by itself, under its name in the Diagnosis. */
export type MeteredServer = Exclude<keyof CheckCost, 'steps'>;

/** What went over one connection so far. */
export interface Traffic {
  /** Queries or commands that were sent. */
  readonly asked: number;
  /** Rows of the answers, where answers have rows. */
  readonly rows?: number;
  /** Null where the driver does not count them. */
  readonly receivedBytes: number | null;
}

export interface Meter {
  /**
   * A connection was made.
   * @param traffic is called at any time until the connection is closed
   * @returns call it when the connection is closed: what went over it until then stays counted
   */
  opened(server: MeteredServer, traffic: () => Traffic): () => void;
  /**
   * Runs `work`, which waits for an answer of this server, and measures how long that takes, also where it fails.
   * @param question its text; the meter remembers the time of slow ones by it
   */
  waits<T>(server: MeteredServer, work: () => Promise<T>, question?: string): Promise<T>;
}

/** For work that nobody counts. */
export const UNMETERED: Meter = {
  opened: () => () => undefined,
  waits: (_server, work) => work(),
};
