import { ABOUT } from '../causes/about';
import { LIBRARY_FILE, LIBRARY_VERSION, type LibraryPatch } from '../causes/libraryPatch';
import type { SettingsCure } from '../causes/settingsCures';
import { CAUSES, type Cause } from '../model/verdict';
import { GENERATED } from './markers';
import type { FixCheck, FixScript } from '../model/fix';
import { sqlComment } from './sqlText';

/**
 * What ends these causes, so that no new rows get stuck: patches of the library in a fixed order, then settings in the order of the causes.
 * @param onRabbit the broker is RabbitMQ
 */
export function cureScripts(causes: ReadonlySet<Cause>, onRabbit: boolean): FixScript[] {
  const cureOf = (cause: Cause): SettingsCure | LibraryPatch | null => {
    const { cure } = ABOUT[cause];
    return onRabbit && cure?.kind === 'settings' && cure.onRabbit !== undefined ? cure.onRabbit : cure;
  };
  const patches = new Set(CAUSES.filter((cause) => causes.has(cause)).map(cureOf));
  const settings = new Set([...causes].map(cureOf));
  return [
    ...[...patches].filter((cure) => cure?.kind === 'patch').map(patchScript),
    ...[...settings].filter((cure) => cure?.kind === 'settings').map(settingsScript),
  ];
}

function settingsScript({ title, text }: SettingsCure): FixScript {
  const words = `<!-- ${GENERATED} -->\n\n# Prevention: ${title}\n\n${text}\n`;
  return { kind: 'cure', title: `Prevention: ${title}`, language: 'markdown', text: words, rows: 0 };
}

function patchScript({ title, why, hunk }: LibraryPatch): FixScript {
  const words = [
    GENERATED,
    '',
    `Fixes this fault: ${title}. ${why}`,
    `Written for celery-task-manager ${LIBRARY_VERSION}. To apply it: run patch -p1 < this_file.diff in the folder that holds`,
    'task_manager (site-packages, or a copy of your own that you install instead; an upgrade brings the fault back). To undo it: patch -R -p1.',
    'Restart the workers afterwards. Rows that are stuck now stay stuck.',
    '',
    `--- a/${LIBRARY_FILE}`,
    `+++ b/${LIBRARY_FILE}`,
    ...hunk,
    '',
  ];
  return { kind: 'cure', title: `Library patch: ${title}`, language: 'diff', text: words.join('\n'), rows: 0 };
}

/**
 * The partial index that spares a check the whole table. The document holds one statement alone, because clients put several into one
 * transaction, where CONCURRENTLY is refused; the one that takes it away stands in a comment.
 * @param statements the one that makes it, then the one that drops it, each with comments of its own
 * @returns none where there are no statements
 */
export function indexScripts([create, drop]: NonNullable<FixCheck['index']>): FixScript[] {
  if (!create || !drop) return [];
  const words = [
    GENERATED,
    '',
    'A partial index over unfinished rows, so that a check does not read the whole table. It does not help tasks that are stuck now,',
    'and it slows down every change of a status: skip it if you check only now and then.',
    'To run it: as the owner of the table, alone and outside of a transaction: psql -f, or a window of its own with autocommit.',
    'A failed build leaves an invalid index, which you must drop. Django does not know about the index: to keep it, put',
    'AddIndexConcurrently with the same name into a migration of your own.',
    'To undo it:',
    ...drop.text.split('\n').filter((line) => !line.startsWith('--')),
    '',
  ];
  const text = `${sqlComment(words)}${create.text}\n`;
  return [
    { kind: 'index', title: 'SQL: create a partial index that makes checks fast', language: 'sql', text, rows: 0 },
  ];
}
