import { attempt, reasonOf } from '../sql/savepoint';
import type { Snapshot } from '../ports/database';
import type { SourceReport } from '../model/diagnosis';

/** Questions about other rows: useful, not needed. One that fails (a statement timeout, say) is named and costs nothing else. */
export class Siblings {
  readonly reports: SourceReport[] = [];

  constructor(private readonly snapshot: Snapshot) {}

  async read<T>(what: string, without: T, work: () => Promise<T>): Promise<T> {
    const answer = await attempt(this.snapshot, work);
    if ('value' in answer) return answer.value;
    this.skipped(`${what} could not be read: ${reasonOf(answer.error)}`);
    return without;
  }

  /** Other rows may be hidden from this role, so that one that is not found proves nothing. */
  onlySeen(says: string): void {
    const detail = `only rows that this role sees were compared: ${says}`;
    this.reports.push({ name: 'siblings', state: 'partial', detail, gaps: [{ kind: 'hidden-rows', says }] });
  }

  skipped(detail: string): void {
    if (this.reports.some((report) => report.detail === detail)) return;
    this.reports.push({ name: 'siblings', state: 'unavailable', detail });
  }
}
