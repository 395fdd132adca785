/** One statement that reads the table, in whole or in part. */
export interface ScanStatement {
  /** What it is for, as the end of a sentence. */
  readonly name: string;
  /** With $1, $2, ... for its values. */
  readonly text: string;
  readonly values: readonly unknown[];
}
