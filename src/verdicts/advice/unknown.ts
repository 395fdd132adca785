import { about, aboutRows, adviseOn, gather, type Advice, type Adviser } from './advice';
import { exampleRule } from './exampleRule';
import { LINKS } from './links';
import { checkUser } from './rabbitCommands';
import { leavesQueuesOut, searchBroker } from './searchBroker';
import type { RabbitNames } from '../../model/brokerWords';

/** Rows that the evidence cannot decide: what would decide them. */
export const unknown: Adviser = (found) => {
  const group = gather(found, 'unknown');
  if (!group) return [];
  const { broker, workers } = found.world;
  const out: Advice[] = [];
  // Where messages can only be counted, no search gets further, but all of them can be.
  if (broker.contents === 'part' || leavesQueuesOut(broker)) out.push(searchBroker(group, broker));
  if (found.world.elsewhere !== null)
    out.push({
      id: 'right-broker',
      ...aboutRows(group),
      title: 'Make sure that this is the broker of these tasks',
      why: about(
        group,
        `${found.world.elsewhere}: {tasks} cannot be called lost while this may not be the broker of {it|them}.`,
      ),
      evidence: [broker.report.detail],
      actions: [
        `Compare the broker URL of the project (CELERY_BROKER_URL, broker_url) with the one that was searched, and its ${broker.rabbit ? 'virtual host' : 'database number'}`,
      ],
    });
  if (!workers.settled)
    out.push({
      id: 'ask-workers',
      ...aboutRows(group),
      title: 'Ask the workers what they hold',
      why: about(group, `{tasks} cannot be called lost while a worker may have {it|them}. ${workers.says}.`),
      evidence: [workers.report.detail],
      actions: [
        'Turn on celeryTasks.askWorkers (--ask-workers): it publishes a question to the workers and changes nothing else',
        ...(broker.rabbit ? askingUser(broker.rabbit) : []),
      ],
      ...(broker.rabbit ? { links: [LINKS.access] } : {}),
    });
  out.push(
    adviseOn(group, {
      id: 'add-effect-rules',
      title: 'Add effect rules to resolve {count} undetermined {task|tasks}',
      why: 'Once its message is gone, a task looks the same whether it ran or not. Only what it left in the database shows the difference.',
      actions: [
        'Let the rules be drafted from the code of these tasks: Draft Effect Rule… in the editor, check-task-status rules draft --workspace DIR in a terminal. Each draft is tested on tasks whose outcome is known',
        'Or write rules yourself in celeryTasks.effects (--effects FILE)',
        "Or search the workers' logs for the task ids",
      ],
      snippets: exampleRule(group.types.values()),
    }),
  );
  return out;
};

/** Asking needs the right to write to one exchange, and nothing else. */
function askingUser(rabbit: RabbitNames): string[] {
  const commands = checkUser(rabbit, true);
  return commands.length === 0 ? [] : [`With a user for checks alone: ${commands.join('; ')}`];
}
