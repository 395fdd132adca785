/** Yields from `source` while the next item is already being fetched. */
export async function* oneAhead<T>(source: AsyncGenerator<T, undefined>): AsyncGenerator<T> {
  for (let next = source.next(); ;) {
    const one = await next;
    if (one.done === true) return;
    ignoreEarlyRejection((next = source.next()));
    yield one.value;
  }
}

/** For a promise that is awaited later: it may fail before that, or the work in between may fail so that nobody awaits it. */
export function ignoreEarlyRejection(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
