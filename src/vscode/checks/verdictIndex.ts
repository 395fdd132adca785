import type { Outcome } from '../../report/verdictText';

/**
 * The verdict of every stuck row of a check, for rows that are shown later: a number a row, which points into the few outcomes that
 * there are: 7 MB for 150,000 rows, measured on Node 20.
 */
export class VerdictIndex {
  private readonly outcomes: Outcome[] = [];
  private readonly places = new Map<string, number>();
  private readonly rows = new Map<number, number>();

  get size(): number {
    return this.rows.size;
  }

  set(id: number, outcome: Outcome): void {
    const key = `${outcome.verdict}/${outcome.cause ?? ''}/${outcome.confidence}`;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.outcomes.push(outcome) - 1;
      this.places.set(key, place);
    }
    this.rows.set(id, place);
  }

  get(id: number): Outcome | undefined {
    const place = this.rows.get(id);
    return place === undefined ? undefined : this.outcomes[place];
  }
}
