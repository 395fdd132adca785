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
      title: `Check ${count(workers.deaf, 'connected client')} that ${workers.deaf === 1 ? 'takes' : 'take'} no tasks: a deaf worker needs a restart`,
      why: `${count(workers.deaf, 'Redis client')} once asked for tasks but now neither ${workers.deaf === 1 ? 'takes any nor answers' : 'take any nor answer'}. Such a client is either a worker that is up and consumes nothing, or a process that asked the workers a question and kept its connection.`,
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
      title: `${count(first, 'queued task')} ${first === 1 ? 'has' : 'have'} no row yet`,
      why: `The library creates the row of a task when a worker runs its first message. ${count(first, 'first message')} ${first === 1 ? 'is' : 'are'} still in the queues, so the table does not show ${first === 1 ? 'this task' : 'these tasks'} yet.`,
      evidence: [...broker.firstMessages].slice(0, 3).map(([task, { queued }]) => `${task} ${number(queued)}`),
      actions: ['Nothing to do: they run once a worker is up'],
    });
  if (messagesWithoutRow !== null && messagesWithoutRow > 0)
    out.push({
      id: 'messages-without-row',
      rows: 0,
      title: `${count(messagesWithoutRow, 'queued message')} ${messagesWithoutRow === 1 ? 'belongs' : 'belong'} to deleted rows`,
      why: `The rows of ${count(messagesWithoutRow, 'message')} were deleted. The library creates a new row when it runs such a message.`,
      evidence: [broker.searched],
      actions: ['Nothing to do, unless these tasks must not run any more'],
    });
  return out;
};
