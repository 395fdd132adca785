import type { Snippet } from '../../model/diagnosis';
import { quoteLiteral } from '../../sql/identifiers';
import { TERMINAL_STATUSES } from '../../model/statuses';
import { escapeUnsafe } from '../../base/unsafeText';

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

/** Of the index, so that it is known as ours and found again. */
const SCAN_INDEX = 'celery_task_diagnostics_stuck';

/**
 * The partial index that spares a check the whole table, and what takes it away again; none where the table's name could steer the
 * terminal that it is pasted into. Its condition is word for word that of the scan, or the planner would not use it; with the ids in it
 * the table itself is not read at all (without them the planner goes on reading it all: measured).
 */
export function createScanIndex(table: Pick<SnippetTable, 'sql'>): Snippet[] {
  const schema = /^("(?:[^"]|"")+")\./.exec(table.sql)?.[1];
  if (schema === undefined || !isSafe(table.sql)) return [];
  const finished = TERMINAL_STATUSES.map(quoteLiteral).join(', ');
  const create = [
    '-- Makes an index, on the primary. To be decided first. Not inside a transaction; the tasks go on meanwhile.',
    `CREATE INDEX CONCURRENTLY ${SCAN_INDEX}`,
    `  ON ${table.sql} (status, task_module, task_name, last_run DESC) INCLUDE (id)`,
    `  WHERE status NOT IN (${finished});`,
  ];
  const drop = [
    '-- Takes that index away again, also one whose making failed. Not inside a transaction.',
    `DROP INDEX CONCURRENTLY ${schema}.${SCAN_INDEX};`,
  ];
  return [
    { language: 'sql', title: 'Copy the statement that makes the index', text: create.join('\n') },
    { language: 'sql', title: 'Copy the statement that drops it', text: drop.join('\n') },
  ];
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
