import type { Verdict } from '../../model/verdict';

/** What a status that ends a row says of its task. */
export interface RecordedEnd {
  readonly verdict: Verdict;
  /** A sentence. */
  readonly why: string;
  /** What the verdict means then, without a full stop. */
  readonly meaning: string;
  /** A message that still comes for such a row is thrown away (core/decorators.py: `killed`). Otherwise it runs again. */
  readonly endsMessages: boolean;
  /** What to do, as a sentence; absent where nothing is. */
  readonly next?: string;
}

const READ = 'Read its status message, and the log of the worker at its last run.';

const ENDS: Readonly<Record<string, RecordedEnd>> = {
  DONE: {
    verdict: 'finished',
    why: 'The row says DONE.',
    meaning: 'it ran to its end, and its row says so',
    endsMessages: true,
  },
  REVERSED: {
    verdict: 'finished',
    why: 'The row says REVERSED: it was done and then undone.',
    meaning: 'it ran to its end, and was undone afterwards',
    endsMessages: true,
  },
  ERROR: {
    verdict: 'failed',
    why: 'The row says ERROR.',
    meaning: 'it ran and failed, and its row says so',
    endsMessages: false,
    next: READ,
  },
  ABORTED: {
    verdict: 'failed',
    why: 'The row says ABORTED.',
    meaning: 'it gave up, and its row says so',
    endsMessages: true,
    next: READ,
  },
  CANCELLED: {
    verdict: 'failed',
    why: 'The row says CANCELLED.',
    meaning: 'somebody cancelled it, and its row says so',
    endsMessages: true,
  },
};

/** What this status says of the task; undefined where it ends no row. */
export function endOf(status: string): RecordedEnd | undefined {
  return Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
}
