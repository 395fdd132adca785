import * as vscode from 'vscode';
import { postgresSnapshots } from '../connection/postgresClient';
import { sameServer, type ConnectionProfile } from '../connection/profile';
import { diagnose } from '../diagnosis/diagnose';
import type { Diagnosis, Sample } from '../diagnosis/model';
import type { CheckParameters } from '../diagnosis/parameters';
import { cancelled, type Problem } from '../diagnosis/problem';
import { formatProgress, type ProgressEvent } from '../diagnosis/progress';
import { readPage, type PageRequest } from '../scan/page';
import type { ScanOptions } from '../scan/scan';
import type { SnapshotSource } from '../scan/snapshot';
import type { Connections } from './connections';
import { toProblem } from './problems';
import { scanSettings, statementTimeoutMs } from './settings';

/** A finished check: what was found, where and how it was asked. */
export interface CheckResult {
  readonly diagnosis: Diagnosis;
  readonly profile: ConnectionProfile;
  readonly options: ScanOptions;
  /** This machine's clock, for "checked at". */
  readonly finishedAt: Date;
}

/** What the views show. The last good result stays while a new check runs, and after one that failed. */
export interface CheckState {
  readonly running?: { readonly profile: ConnectionProfile; readonly progress?: ProgressEvent };
  readonly result?: CheckResult;
  /** Why the latest check gave no result; gone as soon as one does. */
  readonly problem?: Problem;
}

/** Runs checks, one at a time, and keeps the last result. */
export class Checks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CheckState>();
  readonly onDidChange = this.changed.event;
  private current: CheckState = {};
  private running: { key: string; stop: AbortController; done: Promise<CheckResult> } | undefined;
  private overrides: Partial<CheckParameters> = {};

  constructor(
    private readonly connections: Connections,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  get state(): CheckState {
    return this.current;
  }

  /** What the latest check was asked beyond the settings: a refresh asks the same. */
  get lastOverrides(): Partial<CheckParameters> {
    return this.overrides;
  }

  /**
   * Runs a check with the settings, changed by `overrides` for this run. A second call with the same question joins the
   * running check; with another one it cancels it.
   * @throws Problem, also kept in `state`
   */
  async run(
    profile: ConnectionProfile,
    overrides: Partial<CheckParameters>,
    signal: AbortSignal,
  ): Promise<CheckResult> {
    this.overrides = overrides;
    const options = {
      ...scanSettings(),
      ...overrides,
      ...(profile.table === undefined ? {} : { table: profile.table }),
    };
    const key = JSON.stringify([profile, options]);
    // A check that was cancelled and has not ended yet is nothing to join: its answer would be the cancel.
    if (this.running?.key !== key || this.running.stop.signal.aborted) {
      const previous = this.running;
      previous?.stop.abort();
      const stop = new AbortController();
      const begin = async (): Promise<CheckResult> => {
        await previous?.done.catch(() => undefined);
        return await this.perform(profile, options, stop.signal);
      };
      this.running = { key, stop, done: begin() };
    }
    const { stop, done } = this.running;
    const abort = (): void => {
      stop.abort();
    };
    signal.addEventListener('abort', abort);
    try {
      return await done;
    } finally {
      signal.removeEventListener('abort', abort);
      this.forget(done);
    }
  }

  /** The next page of samples for a task type of the shown result. @throws Problem */
  async page(request: Pick<PageRequest, 'type' | 'statuses' | 'after' | 'size'>): Promise<Sample[]> {
    const result = this.current.result;
    if (!result) throw cancelled();
    const { options, diagnosis } = result;
    const postgres = await this.open(result.profile);
    return await postgres.read(
      (snapshot) =>
        readPage(snapshot, {
          ...request,
          table: options.table,
          maskedKeys: options.maskedKeys,
          olderThan: diagnosis.parameters.olderThan,
        }),
      new AbortController().signal,
    );
  }

  /**
   * Another connection may be in use now: a result of the one before must not stand under its name, nor a failure that may be
   * cured, and a check that still runs on the one before is cancelled.
   */
  keepOnly(profile: ConnectionProfile | undefined): void {
    const { running, result } = this.current;
    if (result && profile && sameServer(result.profile, profile)) return;
    if (running && profile && !sameServer(running.profile, profile)) this.running?.stop.abort();
    this.update(running ? { running } : {});
  }

  /** A problem met before a check could begin, such as a setting that cannot be used. */
  fail(problem: Problem): void {
    this.update({ ...this.current, problem });
  }

  /** Cancels a running check. @returns when its query has ended on the server too */
  async stop(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.done.catch(() => undefined);
  }

  dispose(): void {
    this.running?.stop.abort();
    this.changed.dispose();
  }

  private async open(profile: ConnectionProfile): Promise<SnapshotSource> {
    return postgresSnapshots(await this.connections.database(profile), { statementTimeoutMs: statementTimeoutMs() });
  }

  private async perform(profile: ConnectionProfile, options: ScanOptions, signal: AbortSignal): Promise<CheckResult> {
    this.update({ ...this.kept(), running: { profile } });
    try {
      const postgres = await this.open(profile);
      const onProgress = (progress: ProgressEvent): void => {
        this.output.info(formatProgress(progress));
        this.update({ ...this.kept(), running: { profile, progress } });
      };
      const diagnosis = await diagnose(postgres, options, { signal, onProgress });
      const result = { diagnosis, profile, options, finishedAt: new Date() };
      this.update({ result });
      return result;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.kind === 'cancelled') this.output.info(problem.message);
      else this.output.error(problem.message);
      this.update({ ...this.kept(), problem });
      throw problem;
    }
  }

  /** The last good result stays until there is another, or `keepOnly` takes it away. */
  private kept(): Pick<CheckState, 'result'> {
    const { result } = this.current;
    return result ? { result } : {};
  }

  private forget(done: Promise<CheckResult>): void {
    if (this.running?.done === done) this.running = undefined;
  }

  private update(state: CheckState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
