/** What a source gives, each while the one before it is worked on: the servers work while we do. */
export async function* oneAhead<T>(source: AsyncGenerator<T, undefined>): AsyncGenerator<T> {
  for (let next = source.next(); ;) {
    const one = await next;
    if (one.done === true) return;
    unheard((next = source.next()));
    yield one.value;
  }
}

/** It may fail while nobody waits for it yet, or when the work on what came before has failed. */
export function unheard(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
