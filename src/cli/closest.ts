/** Shorter words are a prefix of too many. */
const SHORTEST_PREFIX = 3;

/**
 * What a person probably meant by a word that is not one of the candidates: the only one that begins with it, else the nearest one that is
 * no more than a third of the word away (letters added, left out, exchanged or swapped with their neighbour).
 * @returns undefined where none is near
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const begun = typed.length < SHORTEST_PREFIX ? [] : candidates.filter((candidate) => candidate.startsWith(typed));
  if (begun.length === 1) return begun[0];
  const [nearest] = candidates
    .map((candidate) => ({ candidate, steps: distance(typed, candidate) }))
    .filter(({ candidate, steps }) => steps <= Math.max(1, Math.floor(Math.min(typed.length, candidate.length) / 3)))
    .sort((a, b) => a.steps - b.steps);
  return nearest?.candidate;
}

/** The optimal string alignment distance. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    before = last;
    last = next;
  }
  return last[other.length] ?? 0;
}
