import { attempt, failureGap, reasonOf } from '../sql/savepoint';
import { hidesOwnRows, hidingText } from '../sql/hiding';
import type { CeleryNames } from '../model/celeryNames';
import type { RowDetails } from '../model/diagnosis';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import type { BrokerView, StuckRow, Twin, TypeHistory } from '../model/facts';
import type { TypeId } from '../model/taskType';
import type { Snapshot } from '../ports/database';
import { plainNames, readCeleryNames } from '../tables/taskManager/celeryNames';
import { countMissing } from '../tables/taskManager/deletedRows';
import { readHistories } from '../tables/taskManager/histories';
import { arrivedTogether } from '../tables/taskManager/oneTransaction';
import { readSamples } from '../tables/taskManager/samples';
import type { TaskTable } from '../tables/taskManager/table';
import { findRivals, findTwins } from '../tables/taskManager/twins';
import { waitingRows } from './waitingRows';

/**
 * What the table says besides the rows that are judged. Each question is useful and none is necessary: one that fails (by a statement
 * timeout, for example) gets an answer that proves nothing, and a sentence in `reports`.
 */
export class OtherRows {
  readonly reports: SourceReport[] = [];

  constructor(
    private readonly snapshot: Snapshot,
    private readonly table: TaskTable,
  ) {}

  /** Rows that cannot have run, because their message waits in a queue. @param tasks `module.name` of their tasks */
  waiting(broker: BrokerView, tasks: ReadonlySet<string>): Promise<StuckRow[]> {
    return this.read('tasks whose message waits', [], () => waitingRows(this.snapshot, this.table, broker, tasks));
  }

  /** How tasks of these types usually end, by `module.name`. */
  histories(types: readonly TypeId[]): Promise<ReadonlyMap<string, TypeHistory>> {
    return this.read('finished rows', new Map<string, TypeHistory>(), () =>
      readHistories(this.snapshot, this.table, types),
    );
  }

  /**
   * Under which names Celery knows the task types.
   * @param types `module.name` of the stuck rows; @param registered names that the workers know
   */
  celeryNames(
    types: ReadonlySet<string>,
    broker: BrokerView,
    registered: ReadonlySet<string> | null,
  ): Promise<CeleryNames> {
    return this.read('the tasks of messages', plainNames(types, broker, registered), () =>
      readCeleryNames(this.snapshot, this.table, broker, types, registered),
    );
  }

  /** Whether one transaction wrote the rows with these ids, as a restored dump does. */
  arrivedTogether(broker: BrokerView, ids: readonly number[]): Promise<boolean> {
    return this.read('how the rows were written', false, () => arrivedTogether(this.snapshot, this.table, broker, ids));
  }

  /** Rows with equal arguments that may have done the work of these, by id. */
  twins(ids: readonly number[]): Promise<ReadonlyMap<number, Twin>> {
    return this.read('rows with equal arguments', new Map<number, Twin>(), () =>
      findTwins(this.snapshot, this.table, ids),
    );
  }

  /** Rows with equal arguments that find the same effect as these, by id; undefined where that cannot be told. */
  rivals(ids: readonly number[]): Promise<ReadonlyMap<number, Twin> | undefined> {
    return this.read('rows with equal arguments', undefined, () => findRivals(this.snapshot, this.table, ids));
  }

  /** How many of these ids no row has; null where that cannot be told. A row that is hidden from this role is not missing. */
  missing(ids: Iterable<number>): Promise<number | null> {
    if (hidesOwnRows(this.table)) return Promise.resolve(null);
    return this.read('the rows of messages', null, () => countMissing(this.snapshot, this.table, [...ids]));
  }

  /** All columns of the rows with these ids. */
  examples(ids: readonly number[], maskedKeys: readonly string[]): Promise<ReadonlyMap<number, RowDetails>> {
    return this.read('example rows', new Map<number, RowDetails>(), () =>
      readSamples(this.snapshot, this.table, ids, maskedKeys),
    );
  }

  /** Says it where rows of the table may be hidden from this role: one that is not found proves nothing then. */
  reportHidden(): void {
    if (!hidesOwnRows(this.table)) return;
    const says = hidingText(this.table.hiding);
    const detail = `only rows that this role sees were compared: ${says}`;
    this.reports.push(readReport('siblings', detail, [{ kind: 'hidden-rows', says }]));
  }

  /** Says once that something was not looked up. */
  skipped(gap: SourceGap): void {
    if (this.reports.some(({ detail }) => detail === gap.says)) return;
    this.reports.push({ name: 'siblings', state: 'unavailable', detail: gap.says, gaps: [gap] });
  }

  private async read<T>(what: string, without: T, work: () => Promise<T>): Promise<T> {
    const answer = await attempt(this.snapshot, work);
    if ('value' in answer) return answer.value;
    this.skipped(failureGap(answer.error, `${what} could not be read: ${reasonOf(answer.error)}`));
    return without;
  }
}
