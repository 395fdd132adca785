import type * as vscode from 'vscode';
import type { Problem } from '../../base/problem';
import type { ConnectionProfile, ProfileEntry } from '../../connect/profile';
import type { Diagnosis } from '../../model/diagnosis';
import type { JudgedRows } from '../../model/judgedRows';
import type { ProgressEvent } from '../../model/progress';
import type { SettledStep } from '../../report/plan';
import type { CheckSettings } from '../shared/settings';

/** What changed since the check before it, of the same connection in this session. */
export interface SinceBefore {
  /** When that one ended, by this machine's clock. */
  readonly at: Date;
  /** Stuck tasks more than then; fewer where it is negative. Absent where the two asked different questions. */
  readonly change?: number;
  /** The steps of its plan that are done. */
  readonly settled: readonly SettledStep[];
}

/** The connection that a check could not use, or could not use to the end. */
export type FailedOn = Pick<ProfileEntry, 'id' | 'name' | 'origin'> & Pick<ConnectionProfile, 'production'>;

/** A finished check: what was found, where and how it was asked. */
export interface CheckResult {
  readonly diagnosis: Diagnosis;
  readonly profile: ConnectionProfile;
  readonly request: CheckSettings;
  /** Every row that was judged, as it was then; empty when execution was not verified. */
  readonly judged: JudgedRows;
  /** This machine's clock, for "checked at". */
  readonly finishedAt: Date;
  /** Absent for the first check of a connection. */
  readonly since?: SinceBefore;
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
  /** The connection that the problem is of, where it is of one. */
  readonly failedOn?: FailedOn;
}

/** The state of the checks for a view, which follows it and starts nothing. */
export interface CheckStates {
  readonly state: CheckState;
  readonly onDidChange: vscode.Event<CheckState>;
}
