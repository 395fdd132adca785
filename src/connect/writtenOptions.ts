/** Options as a URL or variables have them. A name counts without its case, `_` and `-`: JDBC has `sslMode` and `channelBinding`. */
export class WrittenOptions {
  private readonly entries: readonly WrittenOption[];

  /** @param entries in the order in which they are written: of several with one name, the last counts */
  constructor(entries: Iterable<readonly [name: string, value: string | undefined]>) {
    this.entries = [...entries].flatMap(([written, value]) =>
      value === undefined ? [] : [{ name: canonicalName(written), written, value }],
    );
  }

  /** The last value that is not empty. */
  last(name: string): string | undefined {
    return this.every(name).findLast((value) => value !== '');
  }

  /** The last value, which may be empty. */
  lastWritten(name: string): string | undefined {
    return this.every(name).at(-1);
  }

  all(): readonly WrittenOption[] {
    return this.entries;
  }

  /** All values of one name. */
  every(name: string): readonly string[] {
    const wanted = canonicalName(name);
    return this.entries.filter((entry) => entry.name === wanted).map(({ value }) => value);
  }
}

interface WrittenOption {
  /** As `canonicalName` gives it. */
  readonly name: string;
  readonly written: string;
  readonly value: string;
}

/** `channel_binding`, `channelBinding` and `Channel-Binding` are one name; `&amp;` of a page that a URL was copied from is an `&`. */
export function canonicalName(name: string): string {
  return name.trim().replace(/^amp;/, '').toLowerCase().replace(/[-_]/g, '');
}
