/** What the latest check of a connection found, as lists of connections show it. */
export interface LastResult {
  readonly finishedAt: Date;
  /** Stuck tasks. */
  readonly stuck: number;
}

/** @returns undefined for a connection that was not checked in this window */
export type LastResultOf = (connectionId: string) => LastResult | undefined;
