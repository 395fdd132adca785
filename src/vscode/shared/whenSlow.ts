import { cancellable } from './cancellable';

/** What is answered by then needs no notification. */
const SOON_MS = 500;

/**
 * Runs a job; when it takes its time, a notification says so and can stop it.
 * @param title what is done, for that notification
 */
export async function whenSlow<T>(title: string, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const done = job(stop.signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<'slow'>((resolve) => {
    timer = setTimeout(() => {
      resolve('slow');
    }, SOON_MS);
  });
  try {
    const first = await Promise.race([done.then((value) => ({ value })), slow]);
    if (first !== 'slow') return first.value;
  } finally {
    clearTimeout(timer);
  }
  return await cancellable(title, async (signal) => {
    signal.addEventListener('abort', () => {
      stop.abort();
    });
    return await done;
  });
}
