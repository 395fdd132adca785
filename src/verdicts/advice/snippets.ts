import type { Snippet } from '../../model/diagnosis';
import { shellWord } from '../../base/shellWord';
import { isSafe } from '../../base/unsafeText';
import type { RabbitNames } from '../../model/brokerWords';

/**
 * A command of Celery. `PROJECT` has to be replaced, and not `<project>`, which a shell takes for a file.
 * @param command behind `celery -A PROJECT`
 * @param warning in words alone: a shell that does not know comments (zsh as people use it) must not find anything to do in them
 */
export function celeryCommand(title: string, command: string, warning: string): Snippet {
  return shell(
    title,
    `# ${warning}\n# Replace PROJECT with the Celery app of the workers.\ncelery -A PROJECT ${command}`,
  );
}

const ASKS =
  'Asks the workers over the broker. Like any Celery client, it may return messages to their queues whose visibility timeout has passed.';
const ASKS_RABBIT =
  'Asks the workers over the broker. Like any Celery client, it declares a queue for the answers, and leaves an exchange behind.';

/**
 * `celery inspect …`: a client of Celery, so it is not purely a reader.
 * @param rabbit where the broker is RabbitMQ
 */
export function celeryInspect(
  method: 'ping' | 'active_queues' | 'registered' | 'scheduled',
  rabbit?: RabbitNames,
): Snippet {
  return celeryCommand(`Copy celery inspect ${method}`, `inspect ${method}`, rabbit ? ASKS_RABBIT : ASKS);
}

/** A worker for these queues; none where a name is nothing to put into a command. */
export function startWorker(queues: readonly string[]): Snippet[] {
  if (queues.some((name) => name.includes(',') || name.startsWith('-') || !isSafe(name))) return [];
  const names = queues.length === 0 ? '' : ` -Q ${shellWord(queues.join(','))}`;
  const warning = 'Starts a worker, which runs everything that is queued. Review first.';
  return [celeryCommand('Copy the command that starts a worker', `worker${names}`, warning)];
}

/** Read commands for the broker's Redis, whose address and password stay out of the text. */
export function redisCommand(title: string, ...commands: readonly string[]): Snippet {
  return shell(title, commands.map((command) => `redis-cli -u "$REDIS_URL" ${command}`).join('\n'));
}

function shell(title: string, text: string): Snippet {
  return { language: 'shell', title, text };
}
