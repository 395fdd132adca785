import * as vscode from 'vscode';
import { toProblem, type Problem } from '../../base/problem';
import { profileKey, sameServer, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import { totalStuck } from '../../model/diagnosis';
import { JudgedRows } from '../../model/judgedRows';
import { formatProgress } from '../../model/progress';
import type { Connections } from '../connections/connections';
import type { LastResult } from '../connections/lastResult';
import type { Output } from '../shared/output';
import { checkSettings, verificationKey, type CheckRequest, type CheckSettings } from '../shared/settings';
import type { CheckResult, CheckState, CheckStates, FailedOn } from './checkState';
import { LastResults } from './lastResults';
import { sinceBefore } from './sinceBefore';

/** Runs checks, one at a time, and keeps the last result of each connection. The code that asks servers is loaded with the first question: a window may never ask one. */
export class Checks implements CheckStates, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CheckState>();
  readonly onDidChange = this.changed.event;
  private current: CheckState = {};
  private running: { key: string; stop: AbortController; done: Promise<CheckResult> } | undefined;
  /** By connection: what one was allowed to be asked says nothing of another. */
  private readonly overrides = new Map<string, Partial<CheckRequest>>();
  private readonly results = new LastResults();
  /** The latest failure of a check and the key of its profile. */
  private failed: { readonly problem: Problem; readonly on: string } | undefined;

  constructor(
    private readonly connections: Pick<Connections, 'open'>,
    private readonly output: Output,
  ) {}

  get state(): CheckState {
    return this.current;
  }

  /** What the latest check of a connection was asked beyond the settings: a refresh asks the same. */
  lastOverrides({ id }: Pick<ConnectionProfile, 'id'>): Partial<CheckRequest> {
    return this.overrides.get(id) ?? {};
  }

  /** What the latest check of a connection found in this session. */
  lastResultOf(connectionId: string): LastResult | undefined {
    const result = this.results.ofId(connectionId);
    return result && { finishedAt: result.finishedAt, stuck: totalStuck(result.diagnosis) };
  }

  /** Forgets the results of connections that are no longer named anywhere. */
  forgetOthers(named: readonly Pick<ProfileEntry, 'id'>[]): void {
    this.results.keepOnly(named);
  }

  /**
   * Runs a check with the settings, changed by `overrides` for this run and its refreshes. A second call with the same question joins
   * the running check; with another one it cancels it.
   * @param decided of the connection, stronger than the settings and weaker than `overrides`; a refresh decides anew
   * @throws Problem, also kept in `state`
   */
  async run(
    profile: ConnectionProfile,
    overrides: Partial<CheckRequest>,
    signal?: AbortSignal,
    decided: Partial<CheckSettings> = {},
  ): Promise<CheckResult> {
    this.overrides.set(profile.id, overrides);
    const request = {
      ...checkSettings(),
      ...decided,
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
    signal?.addEventListener('abort', abort);
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.forget(done);
    }
  }

  /**
   * Another connection may be in use now: its own last result is shown, and not that of the one before under its name, nor a failure that
   * may be cured; a check that still runs on the one before is cancelled. A failure of this very connection stays: the editor may report
   * a changed file only after a check has read it and failed.
   */
  turnTo(profile: ConnectionProfile | undefined): void {
    const { running, result, problem } = this.current;
    if (result && profile && sameServer(result.profile, profile)) return;
    const isItsFailure = problem !== undefined && problem === this.failed?.problem;
    if (isItsFailure && !result && profile && this.failed?.on === profileKey(profile)) return;
    if (running && profile && !sameServer(running.profile, profile)) this.running?.stop.abort();
    const last = profile && this.results.of(profile);
    this.update({ ...(running ? { running } : {}), ...(last ? { result: last } : {}) });
  }

  /** A problem met before a check could begin, such as a setting that cannot be used. @param on the connection that it is of */
  fail(problem: Problem, on?: FailedOn): void {
    const { running, result } = this.current;
    this.update({
      ...(running ? { running } : {}),
      ...(result ? { result } : {}),
      problem,
      ...(on ? { failedOn: on } : {}),
    });
  }

  /** Cancels the running check, if one runs; who waits for it learns that it was cancelled. */
  cancel(): void {
    this.running?.stop.abort();
  }

  /** Cancels what runs. @returns when its queries have ended on the server too */
  async stop(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.done.catch(() => undefined);
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
      const judged = new JudgedRows();
      const diagnosis = await diagnose(sources, options, {
        signal,
        onProgress: (progress) => {
          this.output.info(formatProgress(progress));
          this.update({ ...this.kept(), running: { ...running, progress } });
        },
        onJudged: (row, outcome) => {
          judged.add(row, outcome);
        },
      });
      return this.finished({ diagnosis, profile, request, judged, finishedAt: new Date() });
    } catch (error) {
      const problem = toProblem(error);
      this.failed = { problem, on: profileKey(profile) };
      if (problem.kind === 'cancelled') this.output.info(problem.message);
      else this.output.error(problem.message);
      this.update({ ...this.kept(), problem, failedOn: profile });
      throw problem;
    }
  }

  /** A check that was overtaken by another connection's is kept for the day when that one is chosen again. */
  private finished(found: CheckResult): CheckResult {
    const before = this.results.of(found.profile);
    const result = before ? { ...found, since: sinceBefore(before, found) } : found;
    this.results.keep(result);
    this.update({ result });
    return result;
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
