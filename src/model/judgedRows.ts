import type { JudgedAs } from './judgedRow';
import type { JudgedRow } from './judgedRow';
import type { Seconds, StuckRow } from './stuckRow';

/** Rows of one task type that were found and judged alike. */
export interface JudgedGroup
  extends Pick<StuckRow, 'taskModule' | 'taskName' | 'status'>, Omit<JudgedAs, 'resolvesAt'> {}

/** Which of the judged rows are meant. */
export interface RowChoice {
  group(group: JudgedGroup): boolean;
  /** Of the rows in a group that is meant. */
  row?(id: number, lastRun: Seconds, group: JudgedGroup): boolean;
}

const FIRST_SIZE = 1024;

/**
 * Every row that a check judged, as it was then: what a fix script needs to know it again. 28 bytes a row in arrays of numbers, and one
 * object for all rows of a type that were judged alike.
 */
export class JudgedRows {
  private readonly groups: JudgedGroup[] = [];
  private readonly places = new Map<string, number>();
  private count = 0;
  private ids = new Float64Array(FIRST_SIZE);
  private lastRuns = new Float64Array(FIRST_SIZE);
  /** NaN: not readable. */
  private updates = new Float64Array(FIRST_SIZE);
  private groupOf = new Uint32Array(FIRST_SIZE);
  /** Few rows resolve by themselves at a known time. */
  private readonly resolves = new Map<number, Seconds>();

  get size(): number {
    return this.count;
  }

  add(row: StuckRow, { resolvesAt, ...as }: JudgedAs): void {
    if (this.count === this.ids.length) this.grow();
    this.put(this.count++, row, as, resolvesAt);
  }

  /** A row was judged again, alone: what was found then counts. Nothing where the check did not judge it. */
  replace(row: StuckRow, { resolvesAt, ...as }: JudgedAs): void {
    const at = this.ids.subarray(0, this.count).indexOf(row.id);
    if (at < 0) return;
    this.resolves.delete(row.id);
    this.put(at, row, as, resolvesAt);
  }

  private put(at: number, row: StuckRow, as: Omit<JudgedAs, 'resolvesAt'>, resolvesAt: Seconds | undefined): void {
    this.ids[at] = row.id;
    this.lastRuns[at] = row.lastRun;
    this.updates[at] = row.updatedAt ?? Number.NaN;
    this.groupOf[at] = this.place(row, as);
    if (resolvesAt !== undefined) this.resolves.set(row.id, resolvesAt);
  }

  /** How many rows were judged alike: of a sampled check fewer than the Diagnosis's outcomes, which are estimates for all rows. */
  countsOf(): readonly { readonly group: JudgedGroup; readonly rows: number }[] {
    const counts = new Array<number>(this.groups.length).fill(0);
    for (let at = 0; at < this.count; at++) {
      const place = this.groupOf[at] ?? 0;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return this.groups.map((group, place) => ({ group, rows: counts[place] ?? 0 }));
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

  private row({ status, verdict, cause, confidence, twin }: JudgedGroup, id: number, updatedAt: Seconds): JudgedRow {
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

  private place({ taskModule, taskName, status }: StuckRow, as: Omit<JudgedAs, 'resolvesAt'>): number {
    // No text of PostgreSQL holds the character 0, so that two types never become one.
    const key = `${taskModule}\0${taskName}\0${status}\0${as.verdict}/${as.cause ?? ''}/${as.confidence}/${as.twin ? 't' : ''}`;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.groups.push({ taskModule, taskName, status, ...as }) - 1;
      this.places.set(key, place);
    }
    return place;
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

function enlarged(numbers: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(numbers);
  return larger;
}
