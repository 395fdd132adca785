import { echo } from '../../base/quoteInput';
import { LINKS } from './links';
import { startWorker } from './snippets';
import { advised, adviseOn, gather, resolves, type Advice, type Adviser } from './advice';

/** Rows that a worker has, or had and will get back: nothing is to be done but to wait, or to start a worker. */
export const held: Adviser = (found) => {
  const out: Advice[] = [];
  const { workers } = found.world;
  const back = gather(found, 'held', advised('wait-redelivery'));
  const [lock] = found.world.broker.locks;
  if (back && lock)
    out.push(
      adviseOn(back, {
        id: 'remove-restore-lock',
        title: `Remove the key ${echo(lock.key)}, so that {rows} {comes back to its queue|come back to their queues}`,
        why: `{rows} {was|were} taken by workers that are gone. A worker that brings messages back takes this key as a lock for five minutes; here it ${lock.expiresIn === null ? 'never expires' : 'lasts far longer'}, so nothing comes back. Dispatched again, {it|they} would run twice once it is gone.`,
        actions: [`DEL ${echo(lock.key)}, in the Redis database of the broker`],
        links: [LINKS.visibilityTimeout],
      }),
    );
  else if (back) {
    const timeout =
      workers.visibilityTimeout === null
        ? "with Celery's default visibility timeout of an hour, or later where the project sets a longer one"
        : `with the visibility timeout of ${String(workers.visibilityTimeout)} s that the workers state`;
    const overdue = back.resolvesTo !== undefined && back.resolvesTo <= found.world.now;
    out.push(
      adviseOn(back, {
        id: 'wait-redelivery',
        title: overdue
          ? workers.none
            ? 'Only start a worker: {rows} {comes back to its queue by itself|come back to their queues by themselves}'
            : 'Do not dispatch {rows}: {it is|they are} overdue to come back to the queue'
          : `Do nothing for {rows}: {it comes|they come} back${resolves(back)}`,
        why: overdue
          ? `{rows} {was|were} taken by workers that are gone. {Its message is|Their messages are} overdue (${timeout}) and {comes|come} back once a worker is up; dispatched again, {it|they} would run twice.`
          : `{rows} {was|were} taken by workers that are gone. {Its message comes|Their messages come} back${resolves(back)} (${timeout}), once a worker is up; dispatched again, {it|they} would run twice.`,
        actions: workers.none
          ? ['celery -A <project> worker']
          : overdue
            ? ['Look at the visibility timeout of the workers: it may be longer, or none of them brings messages back']
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
        title: `Do nothing for {rows}: {it runs|they run}${resolves(timed) === '' ? ' at {its|their} time' : resolves(timed)}`,
        why: '{rows} {waits|wait} for a time that was set for {it|them}: a countdown, an ETA or a retry.',
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
          ? 'Do nothing for {rows}: a worker has {it|them}'
          : 'Do nothing for {rows} yet: a worker took {it|them}',
        why: workers.asked
          ? "{rows} {is|are} with a worker, which runs {it|them} now or next; the admin's Resume would kill or repeat {it|them}."
          : 'The {message|messages} of {rows} {was|were} taken by a worker: it runs {it|them}, or it is gone and {it comes|they come} back.',
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
        title: 'Look at {rows} that came back after {it|they} had begun: maybe a crash loop',
        why: '{rows} began more than once and {comes|come} back: such a task ends its worker and takes the others of that worker with it, or it runs longer than the visibility timeout.',
        actions: [
          'Read the log of the worker at the last run (out of memory, segmentation fault)',
          'If it crashes: revoke, fix the task, dispatch again',
        ],
      }),
    );
  return out;
};
