/** RabbitMQ's own commands, for a person to run on its server. They name queues and virtual hosts, and never an account of the workers. */
import { shellWord } from '../../base/shellWord';
import { isSafe } from '../../base/unsafeText';
import type { RabbitNames } from '../../model/brokerWords';
import type { Snippet } from '../../model/diagnosis';

/** A user for checks alone: the commands that give it rights would take those of another user away. */
const CHECK_USER = 'celery_reader';

/**
 * A command with names in it, as a shell takes it: `rabbitmqctl list_policies -p 'my shop'`.
 * @param words behind the virtual host: names are quoted
 * @returns undefined where a name could steer a terminal, or would be taken for an option
 */
export function inVhost(
  { vhost }: Pick<RabbitNames, 'vhost'>,
  command: string,
  ...words: readonly string[]
): string | undefined {
  if ([vhost, ...words].some((word) => !isSafe(word) || word.startsWith('-') || word === '')) return undefined;
  return [`rabbitmqctl ${command} -p ${shellWord(vhost)}`, ...words.map(shellWord)].join(' ');
}

/** Queues with what this check counts, and their policies. Reads. */
export function listQueues(rabbit: Pick<RabbitNames, 'vhost'>): Snippet[] {
  return shell('Copy the commands that list queues and policies', [
    inVhost(rabbit, 'list_queues', 'name', 'messages_ready', 'messages_unacknowledged', 'consumers', 'policy'),
    inVhost(rabbit, 'list_policies'),
  ]);
}

/** Commands that only read and name nothing. */
export function readCommands(title: string, ...commands: readonly string[]): Snippet[] {
  return shell(title, commands);
}

/** A pattern of a policy for one queue. */
export function patternFor(queue: string): string {
  return `^${queue.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$`;
}

/** Commands that make a user who may read the counts of a virtual host and change nothing. @param asks it may also ask workers */
export function checkUser(rabbit: Pick<RabbitNames, 'vhost'>, asks: boolean): readonly string[] {
  const write = asks ? String.raw`^(celery\.pidbox|amq\.default)$` : '^$';
  const permit = inVhost(rabbit, 'set_permissions', CHECK_USER, '^$', write, '^$');
  return permit === undefined
    ? []
    : [`rabbitmqctl add_user ${CHECK_USER}`, `rabbitmqctl set_user_tags ${CHECK_USER} monitoring`, permit];
}

function shell(title: string, commands: readonly (string | undefined)[]): Snippet[] {
  const known = commands.filter((command) => command !== undefined);
  return known.length < commands.length ? [] : [{ language: 'shell', title, text: known.join('\n') }];
}
