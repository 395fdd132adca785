import { useEffect, useState } from 'preact/hooks';
import { samplesOf, type Samples } from '../../host';

export type Loaded =
  | { readonly state: 'loading' }
  /** It takes long enough to be told. */
  | { readonly state: 'slow' }
  | ({ readonly state: 'here' } & Samples)
  | { readonly state: 'failed' };

const SLOW_MS = 150;
const PATIENCE_MS = 15_000;

/**
 * The samples of a task type, asked for when it is opened and at each new Diagnosis. An answer counts only for the Diagnosis that it
 * was asked of, and what is on show is always of the Diagnosis on show.
 */
export function useSamples(diagnosis: string, taskType: number, expected: number, attempt: number): Loaded {
  const asked = `${diagnosis}/${taskType}/${attempt}`;
  const [answer, setAnswer] = useState<{ readonly asked: string; readonly loaded: Loaded }>();
  useEffect(() => {
    let open = true;
    const take = (loaded: Loaded): void => {
      if (open) setAnswer({ asked, loaded });
    };
    const slow = setTimeout(take, SLOW_MS, { state: 'slow' });
    const failed = setTimeout(take, PATIENCE_MS, { state: 'failed' });
    const stop = (): void => {
      clearTimeout(slow);
      clearTimeout(failed);
    };
    samplesOf(diagnosis, taskType).then(
      ({ samples, examples }) => {
        stop();
        take(samples.length === 0 && expected > 0 ? { state: 'failed' } : { state: 'here', samples, examples });
      },
      () => {
        stop();
        take({ state: 'failed' });
      },
    );
    return () => {
      open = false;
      stop();
    };
  }, [asked, diagnosis, taskType, expected]);
  return answer?.asked === asked ? answer.loaded : { state: 'loading' };
}
