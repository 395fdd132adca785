import { cancelled } from '../../base/problem';
import type { RowsForFix } from '../../check/rowsForFix';
import type { RowDetails } from '../../model/diagnosis';
import type { JudgedRow } from '../../model/judgedRow';
import { formatProgress, type OnProgress } from '../../model/progress';
import type { Snapshot } from '../../ports/database';
import type { PageRequest } from '../../tables/page';
import type { Connections } from '../connections/connections';
import type { Output } from '../shared/output';
import { askWorkersSetting } from '../shared/settings';
import type { Checks } from './checks';
import type { CheckResult } from './checkState';

/** Reads single rows of a finished check: further samples, one row with fresh evidence, rows for a fix. Keeps nothing. */
export class ResultRows {
  /** Aborted when the window closes. */
  private readonly closing = new AbortController();
  private readonly reading = new Set<Promise<unknown>>();

  constructor(
    private readonly connections: Pick<Connections, 'open'>,
    private readonly checks: Pick<Checks, 'state' | 'lastOverrides'>,
    private readonly output: Output,
  ) {}

  /** The next page of samples for a task type of the shown result. @throws Problem */
  async page(request: Pick<PageRequest, 'type' | 'statuses' | 'after' | 'size'>): Promise<RowDetails[]> {
    const result = this.shown();
    const { table, maskedKeys } = result.request;
    const { olderThan } = result.diagnosis.parameters;
    const { readPage } = await import('../../tables/page');
    return await this.read(result, (snapshot) => readPage(snapshot, { ...request, table, maskedKeys, olderThan }));
  }

  /** Rows of the shown result by their ids, as they are now; those that are gone are not among them. @throws Problem */
  async byId(ids: readonly number[]): Promise<RowDetails[]> {
    const result = this.shown();
    const { table, maskedKeys } = result.request;
    const { readRows } = await import('../../tables/page');
    return await this.read(result, (snapshot) => readRows(snapshot, { ids, table, maskedKeys }));
  }

  /** Reads judged rows of a result again, to write a fix for those that are as they were. @throws Problem */
  async forFix(result: CheckResult, judged: readonly JudgedRow[], signal: AbortSignal): Promise<RowsForFix> {
    const { readRowsForFix } = await import('../../check/rowsForFix');
    return await this.read(result, (snapshot) => readRowsForFix(snapshot, result.request.table, judged), signal);
  }

  /**
   * Looks at one row of the shown result again, with fresh evidence. Asking for this row is the consent to verify it, whatever the
   * setting says; workers are asked only where that is turned on.
   * @returns undefined when the row is gone
   * @throws Problem
   */
  async verify(id: number, signal: AbortSignal, onProgress: OnProgress): Promise<RowDetails | undefined> {
    const result = this.shown();
    // The setting as it is now: whoever turned it off since the check does not want the workers asked.
    const askWorkers = this.checks.lastOverrides(result.profile).askWorkers ?? askWorkersSetting();
    const request = { ...result.request, checkExecution: true, askWorkers };
    const { prepare } = await import('./prepare');
    const { verifyTask } = await import('../../check/verifyTask');
    const { sources, options } = await prepare(this.connections, result.profile, request);
    return await this.untilClosed(signal, (stop) =>
      verifyTask(sources, options, id, {
        signal: stop,
        onProgress: (event) => {
          this.output.info(`Task ${String(id)}: ${formatProgress(event)}`);
          onProgress(event);
        },
        // A fix goes by what the views say of this row from now on.
        onJudged: (row, outcome) => {
          result.judged.replace(row, outcome);
        },
      }),
    );
  }

  /** Cancels what runs. @returns when its queries have ended on the server too */
  async stop(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.reading);
  }

  private async read<T>(
    { profile }: CheckResult,
    work: (snapshot: Snapshot) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { postgres } = await this.connections.open(profile, { verified: false });
    return await this.untilClosed(signal, (stop) => postgres.read(work, stop));
  }

  private async untilClosed<T>(signal: AbortSignal | undefined, job: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const running = job(signal ? AbortSignal.any([signal, this.closing.signal]) : this.closing.signal);
    this.reading.add(running);
    try {
      return await running;
    } finally {
      this.reading.delete(running);
    }
  }

  private shown(): CheckResult {
    const { result } = this.checks.state;
    if (!result) throw cancelled();
    return result;
  }
}
