import type { TaskType, Timeline } from '../model/diagnosis';
import type { StuckRow, World } from '../model/facts';
import type { SessionsView } from '../model/sessionFacts';
import type { Snapshot } from '../ports/database';
import type { TaskTable } from '../tables/table';
import type { SamplePlan } from './sampling';

/** A task type with stuck rows, as far as verification needs it. */
export type VerifiedType = Pick<TaskType, 'taskModule' | 'taskName' | 'count' | 'lastRuns' | 'samples'>;

/** Stuck rows of one snapshot, and what the scan says of them. */
export interface RowsToVerify {
  readonly snapshot: Snapshot;
  readonly table: TaskTable;
  /** The server's clock, ISO 8601. */
  readonly now: string;
  /** Of all rows that are stuck, also where only a sample of them is judged. */
  readonly types: readonly VerifiedType[];
  /** By which the rows are counted; absent where it does not matter when they stopped. */
  readonly timeline?: Timeline | undefined;
  /** The rows in any order. Of most of them nothing is kept but counters. */
  readonly batches: AsyncIterable<readonly StuckRow[]>;
  /** The rows of `batches` of some types alone, once more; absent where that is not worth a pass. */
  readonly rowsOf?: (types: readonly VerifiedType[]) => AsyncIterable<readonly StuckRow[]>;
  /** Where `batches` are a sample. Shown rows are then judged too, but not counted, because they are the newest ones. */
  readonly sample?: SamplePlan | undefined;
  /** Ids of the rows whose evidence is wanted in words. */
  readonly shown: ReadonlySet<number>;
  /**
   * Nothing is asked that reads the whole table: for one row of a large one that would take as long as a check. What other rows say is left
   * out then, and the sources say so, except where nothing depends on it (`ended`).
   */
  readonly onlyByKey?: 'large' | 'ended';
  /** How many rows are stuck alike, by `module.name`; absent where that is not known. */
  readonly alike?: World['alike'];
  /** As they were when the snapshot began. */
  readonly sessions: SessionsView;
  /** Values of columns and arguments whose names contain one of these are not shown. */
  readonly maskedKeys: readonly string[];
}

/** The rows that the scan shows. */
export function shownIds(types: readonly VerifiedType[]): ReadonlySet<number> {
  return new Set(types.flatMap(({ samples }) => samples.map(({ id }) => id)));
}
