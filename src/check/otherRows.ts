import { attempt, failureGap, reasonOf } from '../sql/savepoint';
import { hidesOwnRows, hidingText } from '../sql/hiding';
import type { CeleryNames } from '../model/celeryNames';
import { number } from '../base/numbers';
import { taskTypeName, type RowDetails } from '../model/diagnosis';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import type { BrokerView, Seconds, TypeHistory } from '../model/facts';
import type { KnownRows, Twin } from '../model/effectFacts';
import type { TypeId } from '../model/taskType';
import type { Snapshot } from '../ports/database';
import { plainNames } from '../tables/celeryNames';
import type { DrawnRows, Histories, TableExtras, TaskTable } from '../tables/table';
import type { RowsToVerify } from './rowsToVerify';
import { readKnownRows } from './knownRows';
import type { Outside } from './readServers';

const NONE_DRAWN: DrawnRows = { finished: new Map(), neverPublished: new Map() };
const NONE_KNOWN: KnownRows = { finished: new Map(), notRun: new Map() };

/**
 * What the table says apart from the rows that are judged. Each question is useful and none is necessary: one that fails (by a statement
 * timeout, for example) gets an answer that proves nothing, and a sentence in `reports`. One that this kind of table cannot answer gets the
 * same answer.
 */
export class OtherRows {
  readonly reports: SourceReport[] = [];

  constructor(
    private readonly snapshot: Snapshot,
    private readonly table: TaskTable,
    private readonly onlyByKey?: RowsToVerify['onlyByKey'],
  ) {}

  /**
   * How tasks of these types usually end.
   * @param drawn types for which the same pass over the table also collects some rows whose outcome is known
   */
  async histories(types: readonly TypeId[], drawn: readonly TypeId[]): Promise<Histories> {
    const { histories, lately } = this.table.kind.extras;
    if (this.onlyByKey !== undefined) return { histories: await this.lately(types, lately), drawn: NONE_DRAWN };
    return this.read(
      'finished rows',
      { histories: new Map<string, TypeHistory>(), drawn: NONE_DRAWN },
      histories && (() => histories(this.snapshot, this.table, types, drawn)),
    );
  }

  /** Rows of these types whose outcome is known. @param drawn those that came with the histories */
  known(
    types: readonly TypeId[],
    { broker, workers }: Pick<Outside, 'broker' | 'workers'>,
    drawn: DrawnRows,
    now: Seconds,
  ): Promise<KnownRows> {
    if (types.length === 0) return Promise.resolve(NONE_KNOWN);
    return this.read('tasks whose outcome is known', NONE_KNOWN, () =>
      readKnownRows(this.snapshot, this.table, broker, types, { workers, drawn, now }),
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
    const { celeryNames } = this.table.kind.extras;
    return this.read(
      'the tasks of messages',
      plainNames(types, broker, registered),
      celeryNames && (() => celeryNames(this.snapshot, this.table, broker, types, registered)),
    );
  }

  /** Whether one transaction wrote the rows with these ids, as a restored dump does. */
  arrivedTogether(broker: BrokerView, ids: readonly number[]): Promise<boolean> {
    const { oneTransaction } = this.table.kind.extras;
    return this.read(
      'how the rows were written',
      false,
      oneTransaction && (() => oneTransaction(this.snapshot, this.table, broker, ids)),
    );
  }

  /** Rows with equal arguments that may have done the work of these, by id. */
  twins(ids: readonly number[]): Promise<ReadonlyMap<number, Twin>> {
    const { twins } = this.table.kind.extras;
    if (this.onlyByKey !== undefined) return Promise.resolve(new Map());
    return this.read(
      'rows with equal arguments',
      new Map<number, Twin>(),
      twins && (() => twins.find(this.snapshot, this.table, ids)),
    );
  }

  /** Rows with equal arguments that find the same effect as these, by id; undefined where that is unknown. */
  rivals(ids: readonly number[]): Promise<ReadonlyMap<number, Twin> | undefined> {
    const { twins } = this.table.kind.extras;
    if (this.onlyByKey !== undefined) return Promise.resolve(undefined);
    return this.read(
      'rows with equal arguments',
      undefined,
      twins && (() => twins.rivals(this.snapshot, this.table, ids)),
    );
  }

  /** How many of these ids no row has; null where that is unknown. A row that is hidden from this role is not missing. */
  missing(ids: Iterable<number>): Promise<number | null> {
    const { deletedRows } = this.table.kind.extras;
    // One row's story has no use for it.
    if (hidesOwnRows(this.table) || this.onlyByKey !== undefined) return Promise.resolve(null);
    return this.read(
      'the rows of messages',
      null,
      deletedRows && (() => deletedRows(this.snapshot, this.table, [...ids])),
    );
  }

  /** All columns of the rows with these ids. */
  examples(ids: readonly number[], maskedKeys: readonly string[]): Promise<ReadonlyMap<number, RowDetails>> {
    return this.read('example rows', new Map<number, RowDetails>(), () =>
      this.table.kind.samples(this.snapshot, this.table, ids, maskedKeys),
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

  /** Instead of how tasks of these types usually end: when they ended last, as far as the newest rows tell. */
  private async lately(
    types: readonly TypeId[],
    look: TableExtras['lately'],
  ): Promise<ReadonlyMap<string, TypeHistory>> {
    const { estimatedRows, hasXmax } = this.table;
    if (this.onlyByKey === 'large')
      this.skipped({
        kind: 'capped',
        says: `other tasks of this type were not compared, because that reads the whole table${estimatedRows === null ? '' : ` (about ${number(estimatedRows)} rows)`}; a check with verification compares them`,
      });
    const found = new Map<string, TypeHistory>();
    // What is no table of this server may have no primary key to look along.
    if (!hasXmax || this.onlyByKey === 'ended') return found;
    for (const type of types) {
      const history = await this.read(
        'the newest rows',
        undefined,
        look && (() => look(this.snapshot, this.table, type)),
      );
      if (history) found.set(taskTypeName(type), history);
    }
    return found;
  }

  /** @param work absent: a question that this kind of table cannot answer */
  private async read<T>(what: string, without: T, work: (() => Promise<T>) | undefined): Promise<T> {
    if (!work) return without;
    const answer = await attempt(this.snapshot, work);
    if ('value' in answer) return answer.value;
    this.skipped(failureGap(answer.error, `${what} could not be read: ${reasonOf(answer.error)}`));
    return without;
  }
}
