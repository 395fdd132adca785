/** Measures how long things take that may overlap. */
export class Stopwatch {
  /** The longest single one, in milliseconds. */
  longestMs = 0;
  private underWay = 0;
  private since = 0;
  private passedMs = 0;
  private endedAt = 0;

  /**
   * @param clock milliseconds, monotonic
   * @param inLine they are done one after the other: one begins when the one before it has ended, however early it was asked for
   */
  constructor(
    private readonly clock: () => number,
    private readonly inLine = false,
  ) {}

  /** How long at least one was under way, in milliseconds; one that has not ended yet counts up to now. */
  get busyMs(): number {
    return this.passedMs + (this.underWay > 0 ? this.clock() - this.since : 0);
  }

  /** Runs `work`, however it ends. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const began = this.clock();
    if (this.underWay++ === 0) this.since = began;
    try {
      return await work();
    } finally {
      const now = this.clock();
      this.longestMs = Math.max(this.longestMs, now - (this.inLine ? Math.max(began, this.endedAt) : began));
      this.endedAt = now;
      if (--this.underWay === 0) this.passedMs += now - this.since;
    }
  }
}
