/**
 * What the report's page and the editor say to each other. The page shows one Diagnosis; in the editor it gets the samples of a
 * task type when that is opened, because all of them can be hundreds of megabytes.
 */
import type { Diagnosis, RowDetails, TaskType } from '../model/diagnosis';
import type { ProblemKind } from '../base/problem';
import type { DraftAction, DraftState } from './draftMessages';
import type { StoryAction, StoryState } from './storyMessages';
import type { CountsSoFar } from '../model/progress';
import type { Cause, Verdict } from '../model/verdict';
import type { SettledStep } from './plan';

/** A task type without its samples and examples, and how many of each it has; `lastRuns` only where its outcomes do not say them. */
export type TypeHead = Omit<TaskType, 'samples' | 'examples'> & {
  readonly sampleCount: number;
  readonly exampleCount: number;
};

/** A Diagnosis without its samples and examples. */
export type DiagnosisHead = Omit<Diagnosis, 'taskTypes' | 'otherStatuses'> & {
  readonly taskTypes: readonly TypeHead[];
  readonly otherStatuses: readonly {
    readonly status: string;
    readonly count: number;
    readonly maxHoursStuck: number;
  }[];
};

/** Where the shown Diagnosis comes from. `saved`: from a file, or kept over a restart of the editor; `file`: it is shown by no editor, but in an HTML file. */
export type ReportOrigin = 'check' | 'sample' | 'saved' | 'file';

/** What stands around the Diagnosis. Sent whenever a part of it changes. */
export interface PanelState {
  readonly origin: ReportOrigin;
  /** The connection of the shown Diagnosis, as the person named it; the file's name for a saved one. */
  readonly connection: string | null;
  /** That connection is production. */
  readonly production?: true;
  /** ISO 8601, the editor's clock. */
  readonly finishedAt: string | null;
  readonly running: {
    readonly connection: string;
    readonly step: number;
    readonly steps: number;
    readonly label: string;
    readonly elapsedMs: number;
    readonly counts?: CountsSoFar;
  } | null;
  /** Why the latest check gave no result; the shown Diagnosis is then the one before it. */
  readonly problem: { readonly kind: ProblemKind; readonly message: string } | null;
  /** Whether there is a connection that a check could use. */
  readonly configured: boolean;
  readonly trusted: boolean;
  /** The connection that the next check uses; absent where none is known, and beside a sample or a file. */
  readonly next?: {
    readonly name: string;
    /** It names no broker, and `envFile` says whether it stands in a file where one can be written. */
    readonly noBroker?: { readonly envFile: boolean };
  };
  /** Steps of the check before that this one shows to be done. */
  readonly settled?: readonly SettledStep[];
  /** Effect rules that the shown check used and that are saved nowhere. */
  readonly triedRules?: number;
  /** Against that check, where it asked the same: when it ended (ISO 8601, the editor's clock), and how many more tasks are stuck now. */
  readonly since?: { readonly at: string; readonly change: number };
}

/** Parts of the report that something outside of it leads to. */
export type ReportSection = 'servers' | 'sources';

/** What the tree narrows the report to; what is absent is not narrowed. */
export interface WantedFilter {
  /** Part of `module.name`. */
  readonly text?: string;
  readonly verdict?: Verdict;
  /** null: those that no cause is named for. */
  readonly cause?: Cause | null;
}

/** From the editor to the page. */
export type ToPage =
  | { readonly type: 'state'; readonly state: PanelState }
  /** What `headText` gives; null: nothing was checked yet. `id` is new for each Diagnosis. */
  | { readonly type: 'diagnosis'; readonly id: string; readonly head: string | null }
  /** `examples`: rows of the outcomes that no sample has. */
  | {
      readonly type: 'samples';
      readonly request: number;
      readonly samples: readonly RowDetails[];
      readonly examples: readonly RowDetails[];
    }
  | { readonly type: 'copied'; readonly request: number }
  /** To the page of one task alone. */
  | { readonly type: 'story'; readonly state: StoryState }
  /** To the page of drafted effect rules. */
  | { readonly type: 'drafts'; readonly state: DraftState }
  /** Opens this task type of the shown Diagnosis, and brings it into view. */
  | { readonly type: 'showType'; readonly diagnosis: string; readonly taskType: number }
  /** Takes off all filters of the page and sets these. `quiet`: the page stays where it is. */
  | { readonly type: 'filter'; readonly diagnosis: string; readonly filter: WantedFilter; readonly quiet?: true }
  /** Brings a part of the page into view. */
  | { readonly type: 'showSection'; readonly section: ReportSection };

/** What the page's buttons ask for; each is a command of the extension. */
export const PAGE_ACTIONS = [
  'runAgain',
  'verifyExecution',
  'cancel',
  'openLog',
  'exportJson',
  'copyMarkdown',
  'share',
  'addConnection',
  'addBroker',
  'openEnv',
  'openSample',
  'openSettings',
  'showOutput',
  'manageTrust',
] as const;

export type PageAction = (typeof PAGE_ACTIONS)[number];

/** From the page to the editor. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'do'; readonly action: PageAction }
  /** From the page of one task alone. */
  | { readonly type: 'storyDo'; readonly action: StoryAction }
  /** From the page of drafted effect rules: about one of them, or about all that decide something (null). */
  | { readonly type: 'draftDo'; readonly action: DraftAction; readonly draft: number | null }
  /** Opens the line that a part of a draft comes from. */
  | { readonly type: 'draftPlace'; readonly draft: number; readonly reason: number }
  /** Drafts effect rules. */
  | { readonly type: 'draftRules'; readonly diagnosis: string; readonly about: DraftsWanted }
  /** Runs the same check once more, of all tasks that are at least so old. */
  | { readonly type: 'checkHours'; readonly hours: number }
  /** The user narrowed the report to these tasks: part of `module.name`, and a verdict or all. */
  | { readonly type: 'filtered'; readonly text: string; readonly verdict: Verdict | null }
  /** `diagnosis` is the id of the shown one, `taskType` an index into its `taskTypes`. */
  | { readonly type: 'samples'; readonly request: number; readonly diagnosis: string; readonly taskType: number }
  | { readonly type: 'copy'; readonly request: number; readonly text: string }
  /** Opens the log where it tells of this. */
  | { readonly type: 'openLogAt'; readonly diagnosis: string; readonly place: LogPlace }
  /** Opens the code of this task type. */
  | { readonly type: 'goToSource'; readonly diagnosis: string; readonly taskType: number }
  /** Begins to make a fix script for these rows. */
  | { readonly type: 'fixScript'; readonly diagnosis: string; readonly rows: FixRows };

/** Task types that drafts are wanted of: one by its place in `taskTypes`, or those of a recommendation by its place. */
export type DraftsWanted = { readonly taskType: number } | { readonly recommendation: number };

/** Stuck rows that a fix script is asked for. All that is named holds at once. */
export interface FixRows {
  /** Indexes into `taskTypes`. */
  readonly taskTypes?: readonly number[];
  readonly verdict?: Verdict;
  /** null: those that no cause is named for. */
  readonly cause?: Cause | null;
  /** Bins of the timeline, both ends within. */
  readonly bins?: { readonly from: number; readonly to: number };
  /** An index into `recommendations`: the rows that it is about. */
  readonly recommendation?: number;
  /** The one row with this id. */
  readonly row?: number;
}

export type LogPlace =
  | { readonly taskType: number; readonly sample?: number }
  | { readonly recommendation: number }
  | { readonly sources: true };

/** The part of a Diagnosis that the page gets at once. */
export function headOf(diagnosis: Diagnosis): DiagnosisHead {
  return {
    ...diagnosis,
    taskTypes: diagnosis.taskTypes.map(({ samples, examples = [], lastRuns, ...type }) => ({
      ...type,
      ...(lastRuns && !type.outcomes ? { lastRuns } : {}),
      sampleCount: samples.length,
      exampleCount: examples.length,
    })),
    otherStatuses: diagnosis.otherStatuses.map(({ status, count, maxHoursStuck }) => ({
      status,
      count,
      maxHoursStuck,
    })),
  };
}

/**
 * `headOf` as JSON. A text passes to the page at once, where an object is copied value by value and twice: of 2,000 types that takes 38 ms,
 * reading the text 12 (Chromium).
 */
export function headText(diagnosis: Diagnosis): string {
  return JSON.stringify(headOf(diagnosis));
}

/** @param text of `headText` */
export function headOfText(text: string): DiagnosisHead {
  return JSON.parse(text) as DiagnosisHead;
}
