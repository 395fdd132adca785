import { throwIfCancelled } from '../base/problem';
import { ProgressSteps, type StepId } from '../model/progress';
import { CostMeter } from './cost';
import type { Caller } from './options';
import { SLOW_PASS_MS } from './slowScan';

/** What every stage of one check shares: it can be cancelled, it says where it is, and it counts what it asks of servers. */
export class Run {
  readonly progress: ProgressSteps;
  readonly meter = new CostMeter(SLOW_PASS_MS);

  /** @param plan ids of the steps, in their order */
  constructor(
    private readonly caller: Caller,
    plan: readonly StepId[],
  ) {
    this.progress = new ProgressSteps(plan, caller.onProgress);
  }

  get signal(): AbortSignal {
    return this.caller.signal;
  }

  /** @throws Problem `cancelled` */
  throwIfCancelled(): void {
    throwIfCancelled(this.signal);
  }

  /** Hears of every row when it has its verdict; undefined where the caller does not listen. */
  get onJudged(): Caller['onJudged'] {
    return this.caller.onJudged;
  }
}
