import { count, number } from '../../base/numbers';
import { LINKS } from './links';
import { redisCommand } from './snippets';
import type { Advice, Adviser } from './advice';

/** What is wrong around the rows: workers that hear nothing, messages without a row, sources that failed. */
export const surroundings: Adviser = ({ world, rows, messagesWithoutRow }) => {
  const out: Advice[] = [];
  const { workers, broker } = world;
  if (workers.deaf > 0)
    out.push({
      id: 'restart-deaf-workers',
      rows,
      title: `Look at ${count(workers.deaf, 'connected client')} that ${workers.deaf === 1 ? 'takes' : 'take'} no tasks: a deaf worker must be restarted`,
      why: `${count(workers.deaf, 'client')} of Redis once asked for tasks and now neither ${workers.deaf === 1 ? 'takes any nor answers' : 'take any nor answer'}: a worker that is up and consumes nothing, or a process that asked workers a question and kept its connection.`,
      evidence: [workers.says, workers.report.detail],
      actions: ['redis-cli CLIENT LIST (cmd=brpop with a large idle)', 'Restart the workers among them'],
      snippets: [redisCommand('Copy the command that lists the clients', 'CLIENT LIST')],
      links: [LINKS.clientList],
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
