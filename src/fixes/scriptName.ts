import type { FixKind, FixScript } from '../model/fix';

const ENDINGS: Readonly<Record<FixScript['language'], string>> = {
  sql: 'sql',
  python: 'py',
  diff: 'diff',
  markdown: 'md',
};

const NAMES: Readonly<Partial<Record<FixKind, (tasks: string) => string>>> = {
  sql: (tasks) => `mark-${tasks}-as-done`,
  'inverse-sql': (tasks) => `undo-mark-${tasks}-as-done`,
  django: (tasks) => `mark-${tasks}-as-done`,
  'inverse-django': (tasks) => `undo-mark-${tasks}-as-done`,
  dispatch: (tasks) => `dispatch-${tasks}`,
};

/**
 * The name of a script's file, which says what it does: `mark-3499-tasks-as-done.sql`.
 * @param attempt from 1; each later one gives another name
 */
export function scriptName({ kind, title, language, rows }: Omit<FixScript, 'text'>, attempt = 1): string {
  const name = NAMES[kind]?.(`${String(rows)}-${rows === 1 ? 'task' : 'tasks'}`) ?? slug(title);
  return `${name}${attempt === 1 ? '' : `-${String(attempt)}`}.${ENDINGS[language]}`;
}

const MOST_SLUG = 60;

function slug(title: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_SLUG);
  return words.replace(/^-+|-+$/g, '') || 'script';
}
