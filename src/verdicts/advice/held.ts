import { echo } from '../../base/quoteInput';
import { LINKS } from './links';
import { startWorker } from './snippets';
import { advised, adviseOn, gather, resolves, type Advice, type Adviser } from './advice';

/** What becomes of a message that a worker took, if the worker is gone. */
const WITH_WORKER = {
  redis:
    'Either that worker runs {it|them}, or the worker is gone and the {message returns|messages return} to the queue.',
  rabbit:
    'That worker runs {it|them} now or next. If the worker ends, the {message returns|messages return} to the queue at once; if it freezes, after two or three missed heartbeats.',
} as const;

/** Rows that a worker has, or had and will get back: wait, or start a worker. */
export const held: Adviser = (found) => {
  const out: Advice[] = [];
  const { workers } = found.world;
  const back = gather(found, 'held', advised('wait-redelivery'));
  const [lock] = found.world.broker.locks;
  if (back && lock)
    out.push(
      adviseOn(back, {
        id: 'remove-restore-lock',
        title: `Remove the key ${echo(lock.key)}, so that {tasks} {returns to its queue|return to their queues}`,
        why: `{tasks} {was|were} taken by workers that are gone. A worker that returns messages to their queues holds this key as a lock for five minutes. Here the lock ${lock.expiresIn === null ? 'never expires' : 'lasts far longer'}, so no message returns. If dispatched again, {it|they} would run twice once the lock is gone.`,
        actions: [`DEL ${echo(lock.key)}, in the Redis database of the broker`],
        links: [LINKS.visibilityTimeout],
      }),
    );
  else if (back) {
    const timeout =
      workers.visibilityTimeout === null
        ? "with Celery's default visibility timeout of an hour, or later if the project sets a longer one"
        : `with the visibility timeout of ${String(workers.visibilityTimeout)} s that the workers report`;
    const overdue = back.resolvesTo !== undefined && back.resolvesTo <= found.world.now;
    out.push(
      adviseOn(back, {
        id: 'wait-redelivery',
        title: overdue
          ? workers.none
            ? '{tasks} will be redelivered once a worker is up'
            : "Don't dispatch {tasks}: {its|their} redelivery is overdue"
          : `No action needed for {tasks}: {it returns|they return} to the queue${resolves(back)}`,
        why: overdue
          ? `{tasks} {was|were} taken by workers that are gone. {Its message is|Their messages are} overdue (${timeout}) and {returns|return} to the queue once a worker is up. If dispatched again, {it|they} would run twice.`
          : `{tasks} {was|were} taken by workers that are gone. {Its message returns|Their messages return} to the queue${resolves(back)} (${timeout}), once a worker is up. If dispatched again, {it|they} would run twice.`,
        actions: workers.none
          ? ['celery -A <project> worker']
          : overdue
            ? [
                'Check the visibility timeout of the workers: it may be longer, or none of them returns messages to their queues',
              ]
            : ['Wait'],
        snippets: workers.none ? startWorker([...back.queues.keys()]) : [],
        links: [LINKS.visibilityTimeout],
      }),
    );
  }
  const timed = gather(found, ['held', 'waiting'], advised('wait-eta'));
  if (timed)
    out.push(
      adviseOn(timed, {
        id: 'wait-eta',
        title: `No action needed for {tasks}: {it runs|they run}${resolves(timed) === '' ? ' at {its|their} scheduled time' : resolves(timed)}`,
        why: '{tasks} {waits|wait} for a scheduled time: a countdown, an ETA or a retry.',
        actions: ['Wait'],
        links: [LINKS.calling],
      }),
    );
  const taken = gather(found, ['held', 'running'], [...advised('let-run'), undefined]);
  if (taken)
    out.push(
      adviseOn(taken, {
        id: 'let-run',
        title: workers.asked
          ? 'No action needed for {tasks}: a worker has {it|them}'
          : 'No action needed yet for {tasks}: a worker took {it|them}',
        why: workers.asked
          ? "{tasks} {is|are} with a worker, which runs {it|them} now or next. The admin's Resume would kill or repeat {it|them}."
          : `A worker took the {message|messages} of {tasks}. ${WITH_WORKER[found.world.broker.rabbit ? 'rabbit' : 'redis']}`,
        actions: workers.asked
          ? ['Wait']
          : ['Wait, or ask the workers what they run (celeryTasks.askWorkers, --ask-workers)'],
      }),
    );
  const loop = gather(found, ['held', 'waiting', 'running'], advised('stop-crash-loop'));
  if (loop)
    out.push(
      adviseOn(loop, {
        id: 'stop-crash-loop',
        title: 'Check {tasks} for a crash loop: {it|they} came back after {it|they} had started',
        why: '{tasks} started more than once and came back. Such a task either ends its worker, along with the other tasks of that worker, or runs longer than the visibility timeout.',
        actions: [
          "Read the worker's log at the last run (out of memory, segmentation fault)",
          'If the task crashes its worker: revoke it, fix it and dispatch it again',
        ],
      }),
    );
  return out;
};
