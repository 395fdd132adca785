import type { Verdict } from '../../model/verdict';

/** What a status that ends a row says of its task. */
export interface RecordedEnd {
  readonly verdict: Verdict;
  /** What the verdict means then, without a full stop. */
  readonly meaning: string;
  /** A message that still comes for such a row is thrown away (core/decorators.py: `killed`). Otherwise it runs again. */
  readonly endsMessages: boolean;
  /** What to do, as a sentence; absent where nothing is. */
  readonly next?: string;
}

const READ = "Read its status message and the worker's log at its last run.";

const ENDS: Readonly<Record<string, RecordedEnd>> = {
  DONE: {
    verdict: 'finished',
    meaning: 'it completed, and its row shows it',
    endsMessages: true,
  },
  REVERSED: {
    verdict: 'finished',
    meaning: 'it completed and was undone afterwards',
    endsMessages: true,
  },
  ERROR: {
    verdict: 'failed',
    meaning: 'it ran and failed, and its row shows it',
    endsMessages: false,
    next: READ,
  },
  ABORTED: {
    verdict: 'failed',
    meaning: 'it gave up, and its row shows it',
    endsMessages: true,
    next: READ,
  },
  CANCELLED: {
    verdict: 'failed',
    meaning: 'somebody cancelled it, and its row shows it',
    endsMessages: true,
  },
};

/** What this status says of the task; undefined where it ends no row. */
export function endOf(status: string): RecordedEnd | undefined {
  return Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
}
