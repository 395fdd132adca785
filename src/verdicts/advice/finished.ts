import { LINKS } from './links';
import { patch as lostUpdate } from '../../causes/lostUpdate';
import { patch as retryNotRecorded } from '../../causes/retryNotRecorded';
import { share } from '../sentences/words';
import { advised, adviseOn, gather, scriptRows, type Advice, type Adviser } from './advice';

/** Rows that ran to their end and were not updated. */
export const finished: Adviser = (found) => {
  const out: Advice[] = [];
  const proven = gather(found, 'finished', undefined, { proven: true });
  if (proven)
    out.push(
      adviseOn(proven, {
        id: 'mark-done',
        title: 'Mark {count} finished {task|tasks} as DONE',
        why: '{tasks} {is|are} proven to have completed. If dispatched again, {it|they} would run twice.',
        actions: [
          `In the editor, Generate Fix Script writes the SQL or the Django script for ${scriptRows(proven)}, and the script that undoes it`,
          "TaskManager.objects.filter(id__in=[...], status__in=['SCHEDULED', 'PENDING']).update(status='DONE') in a Django shell",
        ],
        links: [LINKS.querySetUpdate],
      }),
    );
  const likely = gather(found, 'finished', undefined, { proven: false });
  if (likely)
    out.push(
      adviseOn(likely, {
        id: 'confirm-finished',
        title: 'Verify {tasks} that probably finished',
        why: '{tasks} left signs of having run, but something else may have left them. If dispatched again, {it|they} would probably run twice.',
        actions: [
          'Look at the evidence of some samples of each task type',
          'Mark only the tasks that you confirmed as DONE, and dispatch none of them before that',
        ],
      }),
    );
  const race = gather(found, ['finished', 'unknown'], advised('patch-lost-update'));
  const collided = [...found.world.histories.values()].reduce(
    (sum, { done, doneWithoutTaskId }) => ({ done: sum.done + done, lost: sum.lost + doneWithoutTaskId }),
    { done: 0, lost: 0 },
  );
  if (race && collided.lost > 0)
    out.push(
      adviseOn(race, {
        id: 'patch-lost-update',
        title: 'Patch the library so that finished tasks stay DONE',
        why: `The library saves whole rows, so its first save can undo the last one. Of the DONE rows of these tasks, ${share(collided.lost, collided.done)} show traces of that, and {tasks} may have gone back to SCHEDULED after {it|they} had run.`,
        actions: [lostUpdate.action],
        links: [LINKS.updateFields],
      }),
    );
  const retries = gather(found, 'finished', advised('patch-retry'));
  if (retries)
    out.push(
      adviseOn(retries, {
        id: 'patch-retry',
        title: 'Patch the library so that it records success after a retry',
        why: '{tasks} succeeded after a retry but {stays|stay} PENDING: since 1.11.3, the library then compares the wrong page.',
        actions: [retryNotRecorded.action],
      }),
    );
  return out;
};
