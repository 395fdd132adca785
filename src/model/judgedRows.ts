import type { JudgedRow, RowOutcome } from './judgedRow';
import type { Seconds, StuckRow } from './stuckRow';
import { ByTaskType } from './taskType';
import type { Outcome } from './verdict';

/** What is kept once for all rows of a group: one row resolves at another time than the next. */
type GroupOutcome = Omit<RowOutcome, 'resolvesAt'>;

/** Rows of one task type and status that were judged alike. */
export interface RowGroup extends Pick<StuckRow, 'taskModule' | 'taskName' | 'status'>, GroupOutcome {}

/** Which of the judged rows are meant. */
export interface RowChoice {
  group(group: RowGroup): boolean;
  /** Of the rows in a group that is meant. */
  row?(id: number, lastRun: Seconds, group: RowGroup): boolean;
}

const FIRST_SIZE = 1024;

/**
 * Every row that a check judged, as it was then: its verdict for rows that are shown later, and what a fix script needs to recognise
 * it. It takes 32 bytes a row in arrays of numbers, and one object for all rows of a group.
 */
export class JudgedRows {
  private readonly groups: RowGroup[] = [];
  /** Places in `groups`. */
  private readonly places = new ByTaskType<number[]>();
  private count = 0;
  private ids = new Float64Array(FIRST_SIZE);
  private lastRuns = new Float64Array(FIRST_SIZE);
  /** NaN: not readable. */
  private updates = new Float64Array(FIRST_SIZE);
  private groupOf = new Uint32Array(FIRST_SIZE);
  /** Few rows resolve by themselves at a known time. */
  private readonly resolves = new Map<number, Seconds>();
  /** The rows by id; made by the first look-up after the last `add`. */
  private byId: Uint32Array<ArrayBuffer> | undefined;

  get size(): number {
    return this.count;
  }

  add(row: StuckRow, outcome: RowOutcome): void {
    if (this.count === this.ids.length) this.grow();
    this.byId = undefined;
    this.put(this.count++, row, outcome);
  }

  /** A row was judged again, alone: the newer outcome counts. Does nothing where the check did not judge that row. */
  replace(row: StuckRow, outcome: RowOutcome): void {
    const at = this.find(row.id);
    if (at === undefined) return;
    this.resolves.delete(row.id);
    this.put(at, row, outcome);
  }

  /** @returns undefined for a row that was not judged */
  outcomeOf(id: number): (Outcome & Pick<RowOutcome, 'queue'>) | undefined {
    const at = this.find(id);
    const group = at === undefined ? undefined : this.groups[this.groupOf[at] ?? 0];
    if (!group) return undefined;
    const { verdict, cause, confidence, queue } = group;
    return {
      verdict,
      confidence,
      ...(cause === undefined ? {} : { cause }),
      ...(queue === undefined ? {} : { queue }),
    };
  }

  /** Ids of the rows in the groups that are meant, newest first; equal times by higher id, as samples are. */
  newest(group: (group: RowGroup) => boolean): number[] {
    const found: { readonly id: number; readonly lastRun: Seconds }[] = [];
    const wanted = this.groups.map(group);
    for (let at = 0; at < this.count; at++)
      if (wanted[this.groupOf[at] ?? 0]) found.push({ id: this.ids[at] ?? 0, lastRun: this.lastRuns[at] ?? 0 });
    return found.sort((a, b) => b.lastRun - a.lastRun || b.id - a.id).map(({ id }) => id);
  }

  /** How many rows were judged alike: of a sampled check fewer than the Diagnosis's outcomes, which are estimates for all rows. */
  countsOf(): readonly { readonly group: RowGroup; readonly rows: number }[] {
    const counts = new Array<number>(this.groups.length).fill(0);
    for (let at = 0; at < this.count; at++) {
      const place = this.groupOf[at] ?? 0;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return this.groups.map((group, place) => ({ group, rows: counts[place] ?? 0 }));
  }

  /** Every row once, in no order. */
  *each(): Generator<{
    readonly id: number;
    readonly lastRun: Seconds;
    readonly updatedAt: Seconds;
    readonly group: RowGroup;
  }> {
    for (let at = 0; at < this.count; at++) {
      const group = this.groups[this.groupOf[at] ?? 0];
      if (!group) continue;
      const [id, lastRun, updatedAt] = [this.ids[at] ?? 0, this.lastRuns[at] ?? 0, this.updates[at] ?? Number.NaN];
      yield { id, lastRun, updatedAt, group };
    }
  }

  /** The rows that are meant, in no order. */
  choose(choice: RowChoice): JudgedRow[] {
    const wanted = this.groups.map((group) => choice.group(group));
    const rows: JudgedRow[] = [];
    for (let at = 0; at < this.count; at++) {
      const place = this.groupOf[at] ?? 0;
      const group = this.groups[place];
      const id = this.ids[at] ?? 0;
      if (!wanted[place] || !group || choice.row?.(id, this.lastRuns[at] ?? 0, group) === false) continue;
      rows.push(this.row(group, id, this.updates[at] ?? Number.NaN));
    }
    return rows;
  }

  private row({ status, verdict, cause, confidence, twin }: RowGroup, id: number, updatedAt: Seconds): JudgedRow {
    const resolvesAt = this.resolves.get(id);
    return {
      id,
      verdict,
      confidence,
      status,
      updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
      ...(cause === undefined ? {} : { cause }),
      ...(twin ? { twin } : {}),
      ...(resolvesAt === undefined ? {} : { resolvesAt }),
    };
  }

  private put(at: number, row: StuckRow, outcome: RowOutcome): void {
    this.ids[at] = row.id;
    this.lastRuns[at] = row.lastRun;
    this.updates[at] = row.updatedAt ?? Number.NaN;
    this.groupOf[at] = this.placeOf(row, outcome);
    if (outcome.resolvesAt !== undefined) this.resolves.set(row.id, outcome.resolvesAt);
  }

  /** The place of a row's group. A type has a handful of groups: comparing costs less than a key for each row. */
  private placeOf(row: StuckRow, outcome: RowOutcome): number {
    const places = this.places.getOrAdd(row, noPlaces);
    for (const place of places) if (isIn(this.groups[place], row, outcome)) return place;
    const place = this.groups.push(groupOf(row, outcome)) - 1;
    places.push(place);
    return place;
  }

  /** Where the row with this id is: a binary search. */
  private find(id: number): number | undefined {
    const byId = (this.byId ??= this.sorted());
    let [from, to] = [0, byId.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.idAt(byId[middle]) < id) from = middle + 1;
      else to = middle;
    }
    const at = byId[from];
    return at !== undefined && this.idAt(at) === id ? at : undefined;
  }

  private sorted(): Uint32Array<ArrayBuffer> {
    const { ids } = this;
    const byId = new Uint32Array(this.count);
    for (let at = 0; at < this.count; at++) byId[at] = at;
    return byId.sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0));
  }

  private idAt(at = 0): number {
    return this.ids[at] ?? 0;
  }

  private grow(): void {
    const size = this.ids.length * 2;
    this.ids = enlarged(this.ids, size);
    this.lastRuns = enlarged(this.lastRuns, size);
    this.updates = enlarged(this.updates, size);
    const groups = new Uint32Array(size);
    groups.set(this.groupOf);
    this.groupOf = groups;
  }
}

function noPlaces(): number[] {
  return [];
}

function groupOf(
  { taskModule, taskName, status }: StuckRow,
  { verdict, cause, confidence, twin, queue }: RowOutcome,
): RowGroup {
  return {
    taskModule,
    taskName,
    status,
    verdict,
    confidence,
    ...(cause === undefined ? {} : { cause }),
    ...(twin ? { twin } : {}),
    ...(queue === undefined ? {} : { queue }),
  };
}

function isIn(group: RowGroup | undefined, { status }: StuckRow, outcome: GroupOutcome): boolean {
  return (
    group?.status === status &&
    group.verdict === outcome.verdict &&
    group.cause === outcome.cause &&
    group.confidence === outcome.confidence &&
    group.twin === outcome.twin &&
    group.queue === outcome.queue
  );
}

function enlarged(numbers: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(numbers);
  return larger;
}
