/** The timer that a throttle needs; a test has its own. */
export interface Timer {
  set(job: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

const NODE_TIMER: Timer = {
  set: (job, ms) => setTimeout(job, ms),
  clear: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};

/** Runs a job at most once in a while: the first time at once, and always once more after the last call. */
export class Throttle {
  private waiting: unknown;
  private again = false;

  constructor(
    private readonly job: () => void,
    private readonly intervalMs: number,
    private readonly timer: Timer = NODE_TIMER,
  ) {}

  /** Something changed: the job is run now, or when its time comes. */
  call(): void {
    if (this.waiting === undefined) this.now();
    else this.again = true;
  }

  /** Runs the job at once, whatever the interval says. */
  now(): void {
    this.stop();
    this.waiting = this.timer.set(() => {
      this.waiting = undefined;
      if (this.again) this.now();
    }, this.intervalMs);
    this.job();
  }

  /** What was still to be done is not done. */
  stop(): void {
    if (this.waiting !== undefined) this.timer.clear(this.waiting);
    this.waiting = undefined;
    this.again = false;
  }
}
