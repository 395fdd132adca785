import type { Claim } from '../causes/claim';

/** Of the claims so far, what they come to, and where one claim more leads. */
interface Place<T> {
  known: T | undefined;
  readonly next: Map<Claim, Place<T>>;
}

/** Combinations that are kept: there are some hundreds. */
const MOST = 10_000;

/**
 * What some claims come to: weighed once for each combination of constant claims, which is what nearly all of a million rows have, and each
 * time where one of them was made for its row.
 */
export class Weighed<T> {
  private root: Place<T> = emptyPlace();
  private places = 0;

  /** @param weigh depends on the claims alone */
  constructor(private readonly weigh: (claims: readonly Claim[]) => T) {}

  of(claims: readonly Claim[]): T {
    let place = this.root;
    for (const claim of claims) {
      if (!Object.isFrozen(claim)) return this.weigh(claims);
      place = place.next.get(claim) ?? this.add(place, claim);
    }
    return (place.known ??= this.weigh(claims));
  }

  private add(before: Place<T>, claim: Claim): Place<T> {
    if (++this.places > MOST) {
      this.root = emptyPlace();
      this.places = 0;
    }
    const place = emptyPlace<T>();
    before.next.set(claim, place);
    return place;
  }
}

function emptyPlace<T>(): Place<T> {
  return { known: undefined, next: new Map() };
}
