import { redact } from '../base/redact';
import { escapeUnsafe } from '../base/unsafeText';
import type { Verdict } from './verdict';

/** What a check has counted so far. */
export interface CountsSoFar {
  readonly stuck?: number;
  readonly taskTypes?: number;
  /** Stuck rows that have their verdict. */
  readonly judged?: number;
  readonly verdicts?: Readonly<Partial<Record<Verdict, number>>>;
}

/** Where a check is. The same events feed the notification, the output channel and the terminal. */
export interface ProgressEvent {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly label: string;
  /** Since the check began. */
  readonly elapsedMs: number;
  readonly counts?: CountsSoFar;
}

/** The steps of a check, in their order. With verification there are more. */
export type StepId =
  | 'connect'
  | 'code'
  | 'broker'
  | 'workers'
  | 'find'
  | 'table'
  | 'scan'
  | 'samples'
  | 'again'
  | 'around'
  | 'verify'
  | 'advise';

export type OnProgress = (event: ProgressEvent) => void;

/** `[3/7 +1.2s] label`, on one line whatever a task is called */
export function formatProgress(event: ProgressEvent): string {
  const seconds = (event.elapsedMs / 1000).toFixed(1);
  return `[${String(event.step)}/${String(event.steps)} +${seconds}s] ${escapeUnsafe(event.label)}`;
}

/** Counts steps and time for one check. */
export class ProgressSteps {
  private step = 0;
  private counts: CountsSoFar | undefined;
  private readonly startedAt: number;
  private readonly begun: { readonly id: StepId; readonly name: string; readonly at: number }[] = [];

  /** @param plan the steps in their order; @param clock milliseconds, monotonic */
  constructor(
    private readonly plan: readonly StepId[],
    private readonly onProgress: OnProgress,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.startedAt = clock();
  }

  /**
   * The next step begins.
   * @param id one of the plan
   * @param name what its time is listed under
   * @param label what the person reads while it goes on
   */
  next(id: StepId, name: string, label = `${name}...`): void {
    this.step = this.plan.indexOf(id) + 1;
    this.begun.push({ id, name: redact(name), at: this.clock() });
    this.say(label);
  }

  /** Something within the current step. */
  say(label: string): void {
    this.onProgress({
      step: this.step,
      steps: this.plan.length,
      label: redact(label),
      elapsedMs: this.elapsedMs(),
      ...(this.counts ? { counts: this.counts } : {}),
    });
  }

  /** What was counted since; it goes out with the next event and stays with all that follow, so that counting adds no lines. */
  count(counts: CountsSoFar): void {
    this.counts = { ...this.counts, ...counts };
  }

  /** Since the check began. */
  elapsedMs(): number {
    return this.clock() - this.startedAt;
  }

  /** How long each step took, in milliseconds; the last one until now. */
  times(): { readonly id: StepId; readonly name: string; readonly ms: number }[] {
    const now = this.clock();
    return this.begun.map(({ id, name, at }, index) => ({ id, name, ms: (this.begun[index + 1]?.at ?? now) - at }));
  }
}
