import type * as vscode from 'vscode';
import type { Problem } from '../../base/problem';
import type { ConnectionProfile } from '../../connect/profile';
import type { Diagnosis } from '../../model/diagnosis';
import type { JudgedRows } from '../../model/judgedRows';
import type { ProgressEvent } from '../../model/progress';
import type { CheckSettings } from '../shared/settings';

/** A finished check: what was found, where and how it was asked. */
export interface CheckResult {
  readonly diagnosis: Diagnosis;
  readonly profile: ConnectionProfile;
  readonly request: CheckSettings;
  /** Every row that was judged, as it was then; empty when execution was not verified. */
  readonly judged: JudgedRows;
  /** This machine's clock, for "checked at". */
  readonly finishedAt: Date;
}

/** What the views show. The last good result stays while a new check runs, and after one that failed. */
export interface CheckState {
  readonly running?: {
    readonly profile: ConnectionProfile;
    /** By `performance.now()`: every view that shows the elapsed time counts it from here. */
    readonly beganAt: number;
    readonly progress?: ProgressEvent;
  };
  readonly result?: CheckResult;
  /** Why the latest check gave no result; gone as soon as one does. */
  readonly problem?: Problem;
}

/** The state of the checks for a view, which follows it and starts nothing. */
export interface CheckStates {
  readonly state: CheckState;
  readonly onDidChange: vscode.Event<CheckState>;
}
