/** What one row of the table found out. */
export interface Measured {
  /** Of a target in targets.ts. */
  readonly key: string;
  /** With the sizes that were really used. */
  readonly what: string;
  readonly floor?: string;
  readonly ours: string;
  /** What is compared with the target, in the target's unit. */
  readonly value: number;
  /** Whether the sizes are those that the target speaks of. */
  readonly atTarget: boolean;
  /** What the time goes to, and whatever else a reader of the number needs. */
  readonly details: readonly string[];
}

/** `1M`, `250k`, `20` */
export function short(count: number): string {
  if (count >= 1_000_000 && count % 100_000 === 0) return `${String(count / 1_000_000)}M`;
  return count >= 1000 && count % 100 === 0 ? `${String(count / 1000)}k` : count.toLocaleString('en-US');
}
