import type { Claim, Rule } from '../claim';

/**
 * A message, or a task of a worker, has the row's number and arguments under another name, or its number and name in a page with arguments of
 * its own. It is the row's if the task has such a name (`@task(name=…)`), and another application's if not: so the row may not be lost.
 */
export const sameNumber: Rule = {
  name: 'same-number',
  situations: [3],
  needs: ['doubtful'],
  for: 'any',
  apply: ({ doubtful }) => {
    const { messages = [], tasks = [] } = doubtful ?? {};
    const claim = (verdict: Claim['verdict'], task: string): Claim => ({
      verdict,
      confidence: 'possible',
      why: `A message of ${task === '' ? 'a task without a name' : task} has its row id. It is the message of this task if Celery knows the task by that name.`,
      decidedBy: "check the task's name in its decorator",
    });
    const active = tasks.find(({ state }) => state === 'active');
    const waiting = messages.find(({ place }) => place === 'queue');
    const held = tasks.find(({ state }) => state !== 'active') ?? messages.find(({ place }) => place === 'unacked');
    return [
      ...(active ? [claim('running', active.task)] : []),
      ...(held ? [claim('held', held.task)] : []),
      ...(waiting ? [claim('waiting', waiting.task)] : []),
    ];
  },
};
