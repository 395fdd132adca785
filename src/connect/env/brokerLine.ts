/** Names of variables that stand where Celery's do. */
export const OF_CELERY = /CELERY|BROKER|REDIS/;

/** Where in a `.env` file the broker's URL belongs. Lines and characters count from 0. */
export interface BrokerLine {
  readonly line: number;
  readonly character: number;
  /** A line to put before `line`, without its line end; absent where one is there already. */
  readonly insert?: string;
}

const ASSIGNMENT =
  /^(?<comment>[ \t]*(?:#[#!\s]*)?)(?<prefix>(?:export|set)[ \t]+)?(?<name>[A-Za-z_]\w*)[ \t]*=(?<value>.*)$/;
/** Names that are read as the broker, the best first. */
const BROKER = ['CELERY_BROKER_URL', 'BROKER_URL', 'CELERY_BROKER', 'CELERY_REDIS_URL', 'REDIS_URL'];
/** Variables that the new one belongs beside, the nearest first. */
const BESIDE = [/CELERY|BROKER/, /REDIS|VALKEY/, /^DATABASE_URL$/, /POSTGRES|DATABASE|^PG|^DB_|SQL/];

/**
 * Finds the line where a person writes the broker's URL: one that is there, commented or empty; else a new one at the end of the block of
 * Celery, of Redis or of the database; else at the end of the file.
 */
export function brokerLine(text: string): BrokerLine {
  const lines = text.split(/\r\n|\r|\n/);
  const found = lines.flatMap((content, line) => {
    const groups = ASSIGNMENT.exec(content)?.groups;
    return groups
      ? [{ line, content, ...(groups as Readonly<Record<'comment' | 'name', string>>), prefix: groups.prefix ?? '' }]
      : [];
  });
  for (const name of BROKER) {
    const named = found.filter((one) => one.name === name);
    const [there] = [...named.filter(({ comment }) => comment.trim() === ''), ...named];
    if (there) return { line: there.line, character: there.content.length };
  }
  const set = found.filter(({ comment }) => comment.trim() === '');
  const beside = BESIDE.map((pattern) => set.findLast(({ name }) => pattern.test(name))).find(
    (one) => one !== undefined,
  );
  const insert = `${beside?.prefix ?? ''}CELERY_BROKER_URL=`;
  const line = beside ? endOfBlock(lines, beside.line) : endOfFile(lines);
  return { line, character: insert.length, insert };
}

/** The line behind the last one that follows without an empty line between. */
function endOfBlock(lines: readonly string[], from: number): number {
  const next = lines.findIndex((content, line) => line > from && content.trim() === '');
  return next < 0 ? lines.length : next;
}

function endOfFile(lines: readonly string[]): number {
  return lines.at(-1) === '' ? lines.length - 1 : lines.length;
}
