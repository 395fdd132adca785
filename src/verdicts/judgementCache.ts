import type { Claim } from '../causes/claim';

/** What the claims so far come to, and the branch for each claim that can come next. */
interface Branch<T> {
  known: T | undefined;
  readonly next: Map<Claim, Branch<T>>;
}

/** Branches that are kept; a check needs some hundreds. */
const MOST = 10_000;

/**
 * Weighs claims, and remembers the result of each combination of constant claims, which is what nearly all of a million rows have.
 * Claims that were made for one row are weighed each time.
 */
export class Weighed<T> {
  private root: Branch<T> = emptyBranch();
  private branches = 0;

  /** @param weigh depends on the claims alone */
  constructor(private readonly weigh: (claims: readonly Claim[]) => T) {}

  of(claims: readonly Claim[]): T {
    let branch = this.root;
    for (const claim of claims) {
      if (!Object.isFrozen(claim)) return this.weigh(claims);
      branch = branch.next.get(claim) ?? this.add(branch, claim);
    }
    return (branch.known ??= this.weigh(claims));
  }

  private add(before: Branch<T>, claim: Claim): Branch<T> {
    if (++this.branches > MOST) {
      this.root = emptyBranch();
      this.branches = 0;
    }
    const branch = emptyBranch<T>();
    before.next.set(claim, branch);
    return branch;
  }
}

function emptyBranch<T>(): Branch<T> {
  return { known: undefined, next: new Map() };
}
