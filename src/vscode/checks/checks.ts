import * as vscode from 'vscode';
import { profileKey, sameServer, type ConnectionProfile } from '../../connect/profile';
import type { Diagnosis, Sample } from '../../model/diagnosis';
import { cancelled, type Problem } from '../../base/problem';
import { formatProgress, type OnProgress, type ProgressEvent } from '../../model/progress';
import type { RowsForFix } from '../../check/rowsForFix';
import type { JudgedRow } from '../../model/judgedRow';
import type { PageRequest } from '../../tables/taskManager/page';
import type { SnapshotSource } from '../../ports/database';
import type { Connections } from '../connections/connections';
import type { Output } from '../shared/output';
import { toProblem } from '../problems/problems';
import {
  askWorkersSetting,
  checkSettings,
  verificationKey,
  type CheckRequest,
  type CheckSettings,
} from '../shared/settings';
import { JudgedRows } from '../../model/judgedRows';
import { VerdictIndex } from './verdictIndex';

/** A finished check: what was found, where and how it was asked. */
export interface CheckResult {
  readonly diagnosis: Diagnosis;
  readonly profile: ConnectionProfile;
  readonly request: CheckSettings;
  /** The verdict of every row that was judged; empty when execution was not verified. */
  readonly verdicts: VerdictIndex;
  /** The same rows as they were then, for fix scripts. */
  readonly judged: JudgedRows;
  /** This machine's clock, for "checked at". */
  readonly finishedAt: Date;
}

/** What the views show. The last good result stays while a new check runs, and after one that failed. */
export interface CheckState {
  readonly running?: {
    readonly profile: ConnectionProfile;
    /** By `performance.now()`: every view that counts the time counts it from here. */
    readonly beganAt: number;
    readonly progress?: ProgressEvent;
  };
  readonly result?: CheckResult;
  /** Why the latest check gave no result; gone as soon as one does. */
  readonly problem?: Problem;
}

/** Runs checks, one at a time, and keeps the last result. What asks servers is loaded at the first question: a window may never ask one. */
export class Checks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CheckState>();
  readonly onDidChange = this.changed.event;
  private current: CheckState = {};
  private running: { key: string; stop: AbortController; done: Promise<CheckResult> } | undefined;
  private overrides: Partial<CheckRequest> = {};
  /** Aborted when the window closes. */
  private readonly closing = new AbortController();
  private readonly verifying = new Set<Promise<unknown>>();
  /** The latest failure of a check and the key of its profile. */
  private failed: { readonly problem: Problem; readonly on: string } | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly output: Output,
  ) {}

  get state(): CheckState {
    return this.current;
  }

  /** What the latest check was asked beyond the settings: a refresh asks the same. */
  get lastOverrides(): Partial<CheckRequest> {
    return this.overrides;
  }

  /**
   * Runs a check with the settings, changed by `overrides` for this run. A second call with the same question joins the
   * running check; with another one it cancels it.
   * @throws Problem, also kept in `state`
   */
  async run(profile: ConnectionProfile, overrides: Partial<CheckRequest>, signal: AbortSignal): Promise<CheckResult> {
    this.overrides = overrides;
    const request = {
      ...checkSettings(),
      ...overrides,
      ...(profile.table === undefined ? {} : { table: profile.table }),
    };
    const key = JSON.stringify([profileKey(profile), request, request.checkExecution ? verificationKey() : null]);
    // A check that was cancelled and has not ended yet is nothing to join: its answer would be the cancel.
    if (this.running?.key !== key || this.running.stop.signal.aborted) {
      const previous = this.running;
      previous?.stop.abort();
      const stop = new AbortController();
      const begin = async (): Promise<CheckResult> => {
        await previous?.done.catch(() => undefined);
        return await this.perform(profile, request, stop.signal);
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
    const { request: asked, diagnosis } = result;
    const { readPage } = await import('../../tables/taskManager/page');
    const postgres = await this.database(result);
    return await postgres.read(
      (snapshot) =>
        readPage(snapshot, {
          ...request,
          table: asked.table,
          maskedKeys: asked.maskedKeys,
          olderThan: diagnosis.parameters.olderThan,
        }),
      new AbortController().signal,
    );
  }

  /** Reads judged rows of a result again, to write a fix for those that are as they were. Reads only. @throws Problem */
  async readAgain(result: CheckResult, judged: readonly JudgedRow[], signal: AbortSignal): Promise<RowsForFix> {
    const { readRowsForFix } = await import('../../check/rowsForFix');
    const postgres = await this.database(result);
    const stop = AbortSignal.any([signal, this.closing.signal]);
    return await postgres.read((snapshot) => readRowsForFix(snapshot, result.request.table, judged), stop);
  }

  /**
   * Looks at one row of the shown result again, with fresh evidence: asking for it is the consent, so it verifies whatever the
   * setting says. Workers are asked only where that is turned on.
   * @returns undefined when the row is gone
   * @throws Problem
   */
  async verify(id: number, signal: AbortSignal, onProgress: OnProgress): Promise<Sample | undefined> {
    const result = this.current.result;
    if (!result) throw cancelled();
    // The setting as it is now: who turned it off since the check does not want them asked.
    const askWorkers = this.overrides.askWorkers ?? askWorkersSetting();
    const request = { ...result.request, checkExecution: true, askWorkers };
    const { prepare } = await import('./prepare');
    const { verifyTask } = await import('../../check/verifyTask');
    const { sources, options } = await prepare(this.connections, result.profile, request);
    const say: OnProgress = (event) => {
      this.output.info(`Task ${String(id)}: ${formatProgress(event)}`);
      onProgress(event);
    };
    const stop = AbortSignal.any([signal, this.closing.signal]);
    const job = verifyTask(sources, options, id, {
      signal: stop,
      onProgress: say,
      // What the person sees of this row from now on is also what a fix goes by.
      onJudged: (row, as) => {
        result.judged.replace(row, as);
      },
    });
    this.verifying.add(job);
    try {
      return await job;
    } finally {
      this.verifying.delete(job);
    }
  }

  /**
   * Another connection may be in use now: a result of the one before must not stand under its name, nor a failure that may be
   * cured, and a check that still runs on the one before is cancelled. What failed with this very connection stands: the editor may tell
   * of a changed file only after a check has read it and failed.
   */
  keepOnly(profile: ConnectionProfile | undefined): void {
    const { running, result, problem } = this.current;
    if (result && profile && sameServer(result.profile, profile)) return;
    const isItsFailure = problem !== undefined && problem === this.failed?.problem;
    if (isItsFailure && !result && profile && this.failed?.on === profileKey(profile)) return;
    if (running && profile && !sameServer(running.profile, profile)) this.running?.stop.abort();
    this.update(running ? { running } : {});
  }

  /** A problem met before a check could begin, such as a setting that cannot be used. */
  fail(problem: Problem): void {
    this.update({ ...this.current, problem });
  }

  /** Cancels the running check, if one runs; who waits for it learns that it was cancelled. */
  cancel(): void {
    this.running?.stop.abort();
  }

  /** Cancels what runs. @returns when its queries have ended on the server too */
  async stop(): Promise<void> {
    this.running?.stop.abort();
    this.closing.abort();
    await Promise.allSettled([this.running?.done, ...this.verifying]);
  }

  dispose(): void {
    this.running?.stop.abort();
    this.changed.dispose();
  }

  private async perform(profile: ConnectionProfile, request: CheckSettings, signal: AbortSignal): Promise<CheckResult> {
    const running = { profile, beganAt: performance.now() };
    this.update({ ...this.kept(), running });
    try {
      const { prepare } = await import('./prepare');
      const { diagnose } = await import('../../check/diagnose');
      const { sources, options } = await prepare(this.connections, profile, request);
      const verdicts = new VerdictIndex();
      const judged = new JudgedRows();
      const diagnosis = await diagnose(sources, options, {
        signal,
        onProgress: (progress) => {
          this.output.info(formatProgress(progress));
          this.update({ ...this.kept(), running: { ...running, progress } });
        },
        onVerdict: (id, verdict, cause, confidence) => {
          verdicts.set(id, { verdict, confidence, ...(cause === undefined ? {} : { cause }) });
        },
        onJudged: (row, as) => {
          judged.add(row, as);
        },
      });
      const result = { diagnosis, profile, request, verdicts, judged, finishedAt: new Date() };
      this.update({ result });
      return result;
    } catch (error) {
      const problem = toProblem(error);
      this.failed = { problem, on: profileKey(profile) };
      if (problem.kind === 'cancelled') this.output.info(problem.message);
      else this.output.error(problem.message);
      this.update({ ...this.kept(), problem });
      throw problem;
    }
  }

  private async database({ profile }: CheckResult): Promise<SnapshotSource> {
    return (await this.connections.open(profile, { verified: false })).postgres;
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
