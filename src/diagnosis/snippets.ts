import type { Snippet } from './model';
import { escapeUnsafe } from './unsafeText';

/** The task table as queries for people need it. */
export interface SnippetTable {
  /** Quoted and schema-qualified. */
  readonly sql: string;
  /** Columns that can be read. */
  readonly columns: ReadonlySet<string>;
}

/** What a person wants to see of a row, in this order; releases differ in which they have. */
const SHOWN = ['id', 'task_module', 'task_name', 'status', 'task_id', 'status_message', 'attempts', 'last_run'];

/**
 * A query that shows these rows, by primary key; none where there are no ids or where the table's name could steer the terminal that it is
 * pasted into.
 */
export function rowsQuery(table: SnippetTable, ids: readonly number[]): Snippet[] {
  const columns = SHOWN.filter((column) => table.columns.has(column));
  const text = `select ${columns.join(', ')}\n  from ${table.sql}\n where id in (${ids.join(', ')})\n order by id;`;
  const title = ids.length === 1 ? 'Copy the query for an example row' : 'Copy the query for example rows';
  return ids.length === 0 || !isSafe(table.sql) ? [] : [{ language: 'sql', title, text }];
}

/**
 * A command of Celery. `PROJECT` has to be replaced, and not `<project>`, which a shell takes for a file.
 * @param command behind `celery -A PROJECT`
 * @param warning in words alone: a shell that does not know comments (zsh as people use it) must not find anything to do in them
 */
export function celeryCommand(title: string, command: string, warning: string): Snippet {
  return shell(
    title,
    `# ${warning}\n# PROJECT stands for the Celery app that the workers are started with.\ncelery -A PROJECT ${command}`,
  );
}

const ASKS =
  'Asks the workers over the broker. Like every Celery client it may bring back messages whose visibility timeout has passed.';

/** `celery inspect …`: a client of Celery, so it is not purely a reader. */
export function celeryInspect(method: 'ping' | 'active_queues' | 'registered'): Snippet {
  return celeryCommand(`Copy celery inspect ${method}`, `inspect ${method}`, ASKS);
}

/** A worker for these queues; none where a name is nothing to put into a command. */
export function startWorker(queues: readonly string[]): Snippet[] {
  if (queues.some((name) => name.includes(',') || name.startsWith('-') || !isSafe(name))) return [];
  const names = queues.length === 0 ? '' : ` -Q ${quoteForShell(queues.join(','))}`;
  const warning = 'Starts a worker, which runs what waits. To be decided first.';
  return [celeryCommand('Copy the command that starts a worker', `worker${names}`, warning)];
}

/** Read commands for the broker's Redis, whose address and password stay out of the text. */
export function redisCommand(title: string, ...commands: readonly string[]): Snippet {
  return shell(title, commands.map((command) => `redis-cli -u "$REDIS_URL" ${command}`).join('\n'));
}

function shell(title: string, text: string): Snippet {
  return { language: 'shell', title, text };
}

/** As one word of a shell, whatever is in it. */
function quoteForShell(text: string): string {
  return /^[\w.,:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function isSafe(text: string): boolean {
  return escapeUnsafe(text) === text;
}
