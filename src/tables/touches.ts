import { withGap, type SourceGap, type SourceReport } from '../model/sources';
import { attemptAll, failureGap, reasonOf } from '../sql/savepoint';
import type { Row, Snapshot } from '../ports/database';
import type { TaskTable } from './table';
import type { StuckRow } from '../model/facts';
import type { RowTouch } from '../model/sessionFacts';

/**
 * What became of the transactions in `xmax`. $1 the numbers, $2 the table, quoted.
 * - A number may be a multixact's (several lockers), which has a count of its own: below the next one (`mxid_age` > 0) it is not looked at.
 * - xmax has 32 bits, txid_status takes 64: of the numbers with these bits the one nearest to the snapshot's.
 * - Subtransactions, which Django's atomic() makes, are in no list of a snapshot: those from its oldest running transaction on may have ended since
 *   (so a lock that was released in that time counts as `since`, too).
 * - A transaction holds the locks of what it did until it ends: ROW EXCLUSIVE on the table where it changed a row of it, ROW SHARE where it
 *   only locked some.
 * txid_* have been there since PostgreSQL 10 and are still there in 18; pg_xact_status is the same for xid8 (13).
 */
const STATUSES = `
  with around as (select txid_current_snapshot() as now, txid_snapshot_xmax(txid_current_snapshot()) as next),
  told as (
    select short, short::text::xid as xid, now,
           near + case when near - next > 2147483648 then -4294967296 when next - near > 2147483648 then 4294967296 else 0 end as long
      from around, unnest($1::bigint[]) as short, lateral (select next / 4294967296 * 4294967296 + short as near) as guess),
  known as (
    select short, xid, long, now,
           case when mxid_age(xid) > 0 or long < 3 then null else txid_status(long) end as status from told)
  select short::text as xmax, status,
         (long >= txid_snapshot_xmin(now))::text as late,
         case when status = 'in progress' then (
           select case when bool_or(did.mode = 'RowExclusiveLock') then 'change' when bool_or(did.mode = 'RowShareLock') then 'lock' end
             from pg_locks as its join pg_locks as did on did.virtualtransaction = its.virtualtransaction
            where its.locktype = 'transactionid' and its.transactionid = xid and its.granted and its.mode = 'ExclusiveLock'
              and did.locktype = 'relation' and did.granted and did.relation = to_regclass($2)) end as by
    from known`;

/** Looks up what touched rows since they became what they are. */
export class TouchReader {
  /** Why the server did not tell. */
  private failed: SourceGap | undefined;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly table: TaskTable,
  ) {}

  /**
   * One question for all rows of a batch, and none where no row has an xmax.
   * @returns by xmax; what nothing follows from is not in it. A server that does not tell is not asked again.
   */
  async of(rows: readonly StuckRow[]): Promise<ReadonlyMap<string, RowTouch>> {
    const times = new Map<string, number>();
    for (const { xmax } of rows) if (xmax !== undefined) times.set(xmax, (times.get(xmax) ?? 0) + 1);
    if (times.size === 0 || this.failed !== undefined) return NONE;
    const values = [[...times.keys()], this.table.sql];
    const { answers, error } = await attemptAll(this.snapshot, [{ text: STATUSES, values }]);
    const [statuses] = answers;
    if (!statuses) this.failed = failureGap(error, `transactions could not be read: ${reasonOf(error)}`);
    const touches = new Map<string, RowTouch>();
    for (const row of statuses ?? []) {
      const touch = touchOf(row, (times.get(row.xmax ?? '') ?? 0) < 2);
      if (touch) touches.set(row.xmax ?? '', touch);
    }
    return touches;
  }

  /** The report on the sessions, with what could not be read of transactions. */
  add(report: SourceReport): SourceReport {
    if (this.failed === undefined) return report;
    return {
      ...withGap(report, this.failed, `${report.detail}; ${this.failed.says}`),
      state: 'unavailable',
    };
  }
}

const NONE: ReadonlyMap<string, RowTouch> = new Map();

function touchOf({ status, late, by }: Row, alone: boolean): RowTouch | undefined {
  if (status === 'in progress')
    return { state: 'in-progress', by: by === 'change' || by === 'lock' ? by : null, alone };
  if (status === 'aborted') return { state: 'rolled-back', by: null, alone };
  // Visible to the snapshot, which sees the row all the same: it was only locked.
  return status === 'committed' && late === 'true' ? { state: 'since', by: null, alone } : undefined;
}
