import { count, number } from '../evidence/words';
import type { Advice, Adviser } from './advice';

/** What is wrong around the rows: workers that hear nothing, messages without a row, sources that failed. */
export const surroundings: Adviser = ({ world, rows, messagesWithoutRow }) => {
  const out: Advice[] = [];
  const { workers, broker } = world;
  if (workers.deaf > 0)
    out.push({
      id: 'restart-deaf-workers',
      rows,
      title: `Restart ${count(workers.deaf, 'worker')} that ${workers.deaf === 1 ? 'is' : 'are'} connected but deaf`,
      why: `${count(workers.deaf, 'client')} wait for tasks in Redis and neither take any nor answer: the process is up, and consumes nothing.`,
      evidence: [workers.says, workers.report.detail],
      actions: ['Restart these workers'],
    });
  const first = [...broker.firstMessages.values()].reduce((sum, { queued }) => sum + queued, 0);
  if (first > 0)
    out.push({
      id: 'first-messages',
      rows: 0,
      title: `Know that ${count(first, 'more task')} wait without a row`,
      why: `${count(first, 'first message')} in the queues make their row only when a worker runs them: the table does not show them yet.`,
      evidence: [...broker.firstMessages].slice(0, 3).map(([task, { queued }]) => `${task} ${number(queued)}`),
      actions: ['Nothing: they run when workers do'],
    });
  if (messagesWithoutRow !== null && messagesWithoutRow > 0)
    out.push({
      id: 'messages-without-row',
      rows: 0,
      title: `Know that ${count(messagesWithoutRow, 'message')} will make a new row`,
      why: `The rows of ${count(messagesWithoutRow, 'message')} were deleted: the library makes a new row when it runs them.`,
      evidence: [broker.searched],
      actions: ['Nothing, unless these tasks must not run any more'],
    });
  return out;
};
