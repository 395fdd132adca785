/** Gives the event loop, and the server, a moment. @param ms 0: only what already waits in this process gets its turn */
export function pause(ms = 0): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
