import type { Loss, Seconds } from './facts';

/** Whether a message that was published at `since` or before may have gone by this loss. */
export function mayBeAfter({ at }: Loss, since: Seconds): boolean {
  return at === null || at > since;
}
