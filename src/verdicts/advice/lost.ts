import { LINKS } from './links';
import { redisCommand } from './snippets';
import { number } from '../../base/numbers';
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

/** Rows that will never run by themselves. */
export const lost: Adviser = (found) => {
  const out: Advice[] = [];
  const gone = gather(found, 'lost', [...advised('dispatch-lost', FIRST), undefined], { twin: false });
  if (gone)
    out.push(
      adviseOn(gone, {
        id: 'dispatch-lost',
        title: gone.proven
          ? 'Dispatch {rows} again: {it|they} will never run by {itself|themselves}'
          : 'Dispatch {rows} again: {it is|they are} likely lost',
        why: '{rows} {has|have} no message and no worker, and no sign that {it|they} ran.',
        actions: [
          'Be sure that the Redis that was searched is the broker of these tasks',
          "Never use the admin's Resume for it: it runs a task again and then marks it ERROR",
          `In the editor, Generate Fix Script writes the Django script for ${scriptRows(gone)}, except those that another row followed: it looks at each again before it dispatches it`,
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
        title: 'Do not dispatch {rows}: another row with the same task and arguments followed',
        why: '{rows} {was|were} never published, and a row with the same task and arguments was made within a day: when a first message comes again, its work gets another row, and dispatched here it would be done twice.',
        actions: [
          'Look at the other row first: it is named in the evidence; where it did the same work, cancel this one',
        ],
      }),
    );
  const pages = gather(found, 'lost', advised('resume-pages'));
  if (pages)
    out.push(
      adviseOn(pages, {
        id: 'resume-pages',
        title: 'Continue {rows} that stopped between {its|their} pages',
        why: '{rows} {stands before its|stand before their} last page, and no page is queued or running.',
        actions: [
          'Dispatch again with page=current_page-1 to repeat the page, or page=current_page if it ended; see the log of the worker',
          "Never use the admin's Resume for it: it skips a page",
        ],
      }),
    );
  const paused = gather(found, 'lost', advised('paused-tasks'));
  if (paused)
    out.push(
      adviseOn(paused, {
        id: 'paused-tasks',
        title: 'Decide about {rows} that {was|were} paused',
        why: '{rows} {was|were} paused by an operator and {has|have} no message: {it stays|they stay} so until somebody decides.',
        actions: [
          'Ask who paused, and why',
          'To run it: set its status to PENDING first, because a paused row throws its message away, then dispatch it',
        ],
      }),
    );
  const unsettled = gather(found, ['lost', 'unknown'], UNSETTLED);
  const losses = unsettled ? lossesAfter(found.world.losses, unsettled.oldest) : [];
  const wiped = gather(found, 'lost', ['broker-wiped']);
  if (unsettled && losses.length > 0)
    out.push({
      id: 'protect-broker',
      title: 'Protect the broker: its Redis was emptied or lost keys',
      why: about(
        unsettled,
        `Messages that were in this Redis before are gone, and the {message|messages} of {rows} may have been among them: ${madeOf(found)}.`,
      ),
      evidence: losses,
      actions: [
        "Keep the cache in another Redis: Django's cache.clear() empties the whole database",
        'maxmemory-policy noeviction, and an append-only file, for a Redis that holds queues',
      ],
      ...(wiped ? aboutRows(wiped, [LOOK_AT_REDIS]) : { rows: 0, snippets: [LOOK_AT_REDIS] }),
      links: [LINKS.eviction],
    });
  return out;
};

/** `42,384 that are lost because of this, and 72,701 of which nothing is decided` */
function madeOf(found: Found): string {
  const part = (verdict: Verdict, causes: readonly (Cause | undefined)[], what: string): string[] => {
    const group = gather(found, verdict, causes);
    return group ? [`${group.margin > 0 ? 'about ' : ''}${number(group.rows)} ${what}`] : [];
  };
  return [
    ...part('lost', ['broker-wiped'], 'called lost because of it'),
    ...part('lost', ['message-missing', undefined], 'lost without a known cause'),
    ...part('unknown', UNSETTLED, 'undecided'),
  ].join(', ');
}
