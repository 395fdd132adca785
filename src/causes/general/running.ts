import type { Rule } from '../claim';

/** A worker reports it active, under this row's task id or under that of a retry or a page of it. */
export const running: Rule = {
  name: 'running',
  situations: [10],
  needs: ['task'],
  for: 'any',
  apply: ({ tasks }) => {
    const task = tasks.find(({ state }) => state === 'active');
    return (
      task && {
        verdict: 'running',
        confidence: 'proven',
        why: `${task.worker} is running it now.`,
        decidedBy: 'ask the workers again',
      }
    );
  },
};
