import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/**
 * What can outlive a check: timers (also those that do not keep the process), sockets, look-ups of names. TLS is not among them: its
 * wrapper goes when the memory is cleared up, and the socket that it wraps is counted.
 */
const KINDS: ReadonlySet<string> = new Set(['Timeout', 'TCPWRAP', 'PIPEWRAP', 'TCPCONNECTWRAP', 'GETADDRINFOREQWRAP']);

const owner = new AsyncLocalStorage<Map<number, string>>();
const scopes = new Map<number, Map<number, string>>();

createHook({
  init(id, kind) {
    const mine = KINDS.has(kind) ? owner.getStore() : undefined;
    if (!mine) return;
    const where = new Error().stack?.split('\n').slice(2, 12).join('\n') ?? '';
    mine.set(id, `${kind}\n${where}`);
    scopes.set(id, mine);
  },
  destroy(id) {
    scopes.get(id)?.delete(id);
    scopes.delete(id);
  },
}).enable();

/**
 * Runs `work` and remembers every timer and socket that it makes, also those that a driver makes for it.
 * @returns what is still there at any later moment: its kind, and the stack that made it
 */
export function tracked<T>(work: () => Promise<T>): { readonly done: Promise<T>; readonly left: () => string[] } {
  const mine = new Map<number, string>();
  return { done: owner.run(mine, work), left: () => [...mine.values()] };
}

/** Runs `work` outside the count: what the test itself does from within a callback of the check. */
export function untracked<T>(work: () => T): T {
  return owner.exit(work);
}
