/** The values of one statement: whatever a person wrote goes to the server as a parameter, never as SQL. */
export class Values {
  /** $2 and so on; $1 are the ids of the tasks. */
  readonly list: unknown[] = [];

  /** @returns the parameter's place, as SQL @param type of PostgreSQL, written by us */
  bind(value: unknown, type: string): string {
    return `$${String(this.list.push(value) + 1)}::${type}`;
  }
}
