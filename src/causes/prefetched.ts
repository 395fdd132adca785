import type { Rule } from './claim';
import type { About } from './cause';
import { PREFETCH } from './settingsCures';

export const about: About = {
  meaning: 'a worker prefetched its message',
  phrase: null,
  verdicts: {
    held: { refusal: null, advice: ['let-run'] },
  },
  cure: PREFETCH,
};

/** A worker took the message in advance and runs it after those before it. */
export const prefetched: Rule = {
  name: 'prefetched',
  situations: [3],
  needs: ['task'],
  for: 'any',
  apply: ({ tasks }) => {
    const task = tasks.find(({ state }) => state !== 'active');
    return (
      task && {
        verdict: 'held',
        cause: 'prefetched',
        confidence: 'proven',
        why: `${task.worker} has taken its message and will run it after other tasks.`,
        decidedBy: 'ask the workers again',
      }
    );
  },
};
