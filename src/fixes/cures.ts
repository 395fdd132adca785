import type { Cause } from '../diagnosis/verification';
import { TERMINAL_STATUSES } from '../diagnosis/statuses';
import { GENERATED } from './markers';
import type { FixScript } from './model';
import { LIBRARY_FILE, LIBRARY_VERSION, PATCHES, type LibraryPatch } from './patches';
import { SETTINGS } from './settingsCures';
import { sqlComment, sqlLiteral } from './sqlText';

/** What ends these causes, so that no new rows get stuck: patches of the library first, then settings. */
export function cureScripts(causes: ReadonlySet<Cause>): FixScript[] {
  const patches = Object.entries(PATCHES)
    .filter(([cause]) => causes.has(cause as Cause))
    .map(([, patch]) => patchScript(patch));
  const settings = new Set([...causes].map((cause) => SETTINGS[cause]).filter((cure) => cure !== undefined));
  return [
    ...patches,
    ...[...settings].map(({ title, text }): FixScript => {
      const words = `<!-- ${GENERATED} -->\n\n# Cure: ${title}\n\n${text}\n`;
      return { kind: 'cure', title: `Cure: ${title}`, language: 'markdown', text: words, rows: 0 };
    }),
  ];
}

function patchScript({ title, why, hunk }: LibraryPatch): FixScript {
  const words = [
    GENERATED,
    '',
    `Cures ${title}. ${why}`,
    `Written for celery-task-manager ${LIBRARY_VERSION}. To apply it, in the folder that holds task_manager (site-packages, or a copy`,
    'of your own that you install instead; an upgrade brings the fault back): patch -p1 < this_file.diff; patch -R -p1 undoes it.',
    'Restart the workers afterwards. Rows that are stuck already stay so.',
    '',
    `--- a/${LIBRARY_FILE}`,
    `+++ b/${LIBRARY_FILE}`,
    ...hunk,
    '',
  ];
  return { kind: 'cure', title: `Library patch: ${title}`, language: 'diff', text: words.join('\n'), rows: 0 };
}

/**
 * The partial index that makes the scan fast: of a big table it holds only the rows that are not finished. One statement alone, because
 * clients put several into one transaction, where CONCURRENTLY is refused. Its numbers are those of the project's facts, measured.
 * @param table quoted and schema-qualified
 */
export function indexCure(table: string): FixScript {
  // As the scan asks, in the same order, so that PostgreSQL sees that the index has what it asks for.
  const finished = TERMINAL_STATUSES.map(sqlLiteral).join(', ');
  const words = [
    GENERATED,
    '',
    'An index over the rows that are not finished: counting them by task reads it instead of the whole table.',
    'Measured at 1,000,000 rows (PostgreSQL 15): 24 MB, built in 0.9 s; counting the stuck rows by task then took 57 ms, where one pass',
    'over the table that only counts took 146 ms. The bigger the part of finished rows, the more it saves.',
    "Its price: 38 % more WAL in a task's life, and HOT updates fall from 100 % to 49 %, because every change of a status writes it too.",
    'Run it alone, outside of a transaction, as the owner of the table. CONCURRENTLY lets the tasks go on meanwhile; a build that fails',
    'leaves an invalid index, which has to be dropped. Django does not know of it: AddIndexConcurrently in a migration would.',
    `To undo it: DROP INDEX CONCURRENTLY IF EXISTS ${schemaOf(table)}${INDEX};`,
    '',
  ];
  const statement = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${INDEX}
    ON ${table} (status, task_module, task_name, last_run DESC)
 WHERE status NOT IN (${finished});
`;
  const text = sqlComment(words) + statement;
  return { kind: 'cure', title: 'SQL: the partial index that makes checks fast', language: 'sql', text, rows: 0 };
}

const INDEX = 'task_manager_unfinished';

/** `"public".`: an index is in its table's schema, which only the DROP may name. */
function schemaOf(table: string): string {
  return /^"(?:[^"]|"")*"\./.exec(table)?.[0] ?? '';
}
