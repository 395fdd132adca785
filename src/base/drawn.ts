/** Draws some of many numbers by their hash: each with the same chance, the same ones every time, and without keeping the others. */

/** A whole number up to 2^53 as 32 bits that look random (the finalizer of MurmurHash3, Appleby 2011). */
function hashOf(value: number): number {
  let hash = (value >>> 0) ^ Math.imul(Math.floor(value / 2 ** 32) + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Numbers with the lowest hashes of all that were added. */
export class Drawn {
  private kept = new Map<number, number>();
  private below = 2 ** 32;

  /** @param most numbers that are wanted */
  constructor(private readonly most: number) {}

  add(value: number): void {
    const hash = hashOf(value);
    if (hash >= this.below) return;
    this.kept.set(value, hash);
    if (this.kept.size >= 2 * this.most) this.cut();
  }

  /** The lowest hash first. */
  get values(): number[] {
    this.cut();
    return [...this.kept.keys()];
  }

  private cut(): void {
    const lowest = [...this.kept].sort(([, a], [, b]) => a - b).slice(0, this.most);
    if (this.kept.size > this.most) this.below = lowest.at(-1)?.[1] ?? this.below;
    this.kept = new Map(lowest);
  }
}

/** @returns at most so many of the values */
export function drawnOf(values: Iterable<number>, most: number): number[] {
  const drawn = new Drawn(most);
  for (const value of values) drawn.add(value);
  return drawn.values;
}
