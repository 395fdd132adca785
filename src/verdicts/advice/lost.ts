import { LINKS } from './links';
import { redisCommand } from './snippets';
import { number } from '../../base/numbers';
import { echo } from '../../base/quoteInput';
import type { Cause, Verdict } from '../../model/verdict';
import { lossesAfter } from '../sentences/losses';
import {
  about,
  aboutRows,
  advised,
  adviseOn,
  gather,
  scriptRows,
  type Advice,
  type Adviser,
  type Found,
} from './advice';

/** The safe way to run a row again: the library's wrapper finds the row by its id and goes on with it (core/decorators.py). */
const DISPATCH =
  "fn.delay(*row.arguments['args'], **{**row.arguments['kwargs'], 'task_manager_id': row.id}) in a Django shell, in batches, without a stored 'attempts'";

const FIRST = ['message-missing', 'broker-wiped'] as const;

/** Rows whose message may have gone with others when the broker lost keys. */
const UNSETTLED = [...advised('protect-broker', FIRST), undefined];

const LOOK_AT_REDIS = redisCommand(
  'Copy the commands that show how this Redis keeps its keys',
  'INFO memory',
  'INFO persistence',
  'INFO stats',
);

/** Rows that will not run unless somebody dispatches them again. */
export const lost: Adviser = (found) => {
  const out: Advice[] = [];
  const { rabbit } = found.world.broker;
  const gone = gather(found, 'lost', [...advised('dispatch-lost', FIRST), undefined], { twin: false });
  if (gone)
    out.push(
      adviseOn(gone, {
        id: 'dispatch-lost',
        title: gone.proven
          ? "Dispatch {tasks} again: {it|they} won't run otherwise"
          : 'Dispatch {tasks} again: {it is|they are} probably lost',
        why: '{tasks} {has|have} no message, no worker and no sign of having run.',
        actions: [
          rabbit
            ? `Make sure that the ${rabbit.product} and the virtual host ${echo(rabbit.vhost)} that were counted are the broker of these tasks`
            : 'Make sure that the Redis that was searched is the broker of these tasks',
          "Never use the admin's Resume for this: it runs a task again and then marks it ERROR",
          ...(rabbit
            ? []
            : [
                `In the editor, Generate Fix Script writes the Django script for ${scriptRows(gone)}, except those with a later duplicate. The script looks at each row again before it dispatches the task`,
              ]),
          DISPATCH,
        ],
        links: [LINKS.calling],
      }),
    );
  const twins = gather(found, 'lost', [...advised('leave-twins', FIRST), undefined], { twin: true });
  if (twins)
    out.push(
      adviseOn(twins, {
        id: 'leave-twins',
        title: "Don't redispatch {tasks}: a later duplicate exists",
        why: '{tasks} {was|were} never published, and within a day another row with the same task and arguments was created. When a first message is delivered again, the library creates another row for the same work. If dispatched again, {this task|these tasks} would do that work twice.',
        actions: ['Look at the other row first: the evidence names it. If it did the same work, cancel this one'],
      }),
    );
  const pages = gather(found, 'lost', advised('resume-pages'));
  if (pages)
    out.push(
      adviseOn(pages, {
        id: 'resume-pages',
        title: 'Continue {tasks} that stopped between two pages',
        why: '{tasks} stopped before {its|their} last page, and no page is queued or running.',
        actions: [
          "Dispatch again with page=current_page-1 to repeat the page, or with page=current_page if the worker's log shows that it completed",
          "Never use the admin's Resume for this: it skips a page",
        ],
      }),
    );
  const paused = gather(found, 'lost', advised('paused-tasks'));
  if (paused)
    out.push(
      adviseOn(paused, {
        id: 'paused-tasks',
        title: 'Review {count} paused {task|tasks}',
        why: 'An operator paused {tasks}. {It has|They have} no message and {stays|stay} paused until somebody acts.',
        actions: [
          'Ask who paused the task, and why',
          'To run it, set its status to PENDING first, because workers discard the message of a paused task. Then dispatch it',
        ],
      }),
    );
  const unsettled = gather(found, ['lost', 'unknown'], UNSETTLED);
  const losses = unsettled ? lossesAfter(found.world.losses, unsettled.oldest) : [];
  const wiped = gather(found, 'lost', ['broker-wiped']);
  if (unsettled && losses.length > 0)
    out.push({
      id: 'protect-broker',
      title: 'Protect the broker: its Redis was flushed or lost keys',
      why: about(
        unsettled,
        `Messages that were in this Redis at the time are gone, and the {message|messages} of {tasks} may have been among them: ${madeOf(found)}.`,
      ),
      evidence: losses,
      actions: [
        "Use another Redis for the cache: Django's cache.clear() empties the whole database",
        'For a Redis that holds queues, set maxmemory-policy noeviction and an append-only file',
      ],
      ...(wiped ? aboutRows(wiped, [LOOK_AT_REDIS]) : { rows: 0, snippets: [LOOK_AT_REDIS] }),
      links: [LINKS.eviction],
    });
  return out;
};

/** `42,384 lost because of it, 72,701 undetermined` */
function madeOf(found: Found): string {
  const part = (verdict: Verdict, causes: readonly (Cause | undefined)[], what: string): string[] => {
    const group = gather(found, verdict, causes);
    return group ? [`${group.margin > 0 ? 'about ' : ''}${number(group.rows)} ${what}`] : [];
  };
  return [
    ...part('lost', ['broker-wiped'], 'lost because of it'),
    ...part('lost', ['message-missing', undefined], 'lost without a known cause'),
    ...part('unknown', UNSETTLED, 'undetermined'),
  ].join(', ');
}
