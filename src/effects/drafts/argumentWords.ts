/** What the names of a task's arguments suggest: `webhook_id` is the id of a webhook. */

/** One argument that may lead to a row. */
export interface ArgumentWord {
  /** As the task knows it. */
  readonly name: string;
  /** Where the arguments hold it. */
  readonly places: readonly string[];
  /** What it may be the key of, without underscores and in small letters: `webhook`. */
  readonly words: readonly string[];
  /** The column of such a table that holds it: `id`, `slug`. */
  readonly key: string;
  readonly kind: 'integer' | 'uuid' | 'text';
}

/** The arguments of one task as they were read: `{"args": [...], "kwargs": {...}}`, or the keyword arguments alone. */
export type ReadArguments = unknown;

/** Of the tasks that have an argument, so many must have a value of the same kind. */
const SAME_KIND = 0.8;
/** Shorter words are in the name of every other table. */
const SHORTEST_WORD = 4;
const MOST_ARGUMENTS = 8;
/** Names that say what an argument is the key of by their ends. */
const KEY = /^(.+)_(id|pk|uuid|slug|key|code)$/i;
const KEYS = ['id', 'pk', 'uuid', 'slug'];
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const INTEGER = /^-?\d{1,18}$/;

/**
 * The arguments by which a task may find its rows.
 * @param read the arguments of some tasks of one type
 * @param parameters the names of the positional ones, where the code tells them
 * @param taskName for an argument that is called no more than `id`
 */
export function argumentWords(
  read: readonly ReadArguments[],
  parameters: readonly string[],
  taskName: string,
): ArgumentWord[] {
  const values = new Map<string, unknown[]>();
  const add = (name: string, value: unknown): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (const one of read) {
    const { args, kwargs } = partsOf(one);
    args.forEach((value, index) => {
      const name = parameters[index];
      if (name !== undefined) add(name, value);
    });
    for (const [name, value] of Object.entries(kwargs)) add(name, value);
  }
  const found: ArgumentWord[] = [];
  for (const [name, all] of values) {
    const kind = kindOf(all);
    const meant = kind === undefined ? undefined : meaningOf(name, kind, taskName);
    if (kind === undefined || meant === undefined || !/^[A-Za-z_]\w{0,99}$/.test(name)) continue;
    const position = parameters.indexOf(name);
    const places = [...(position < 0 ? [] : [`args[${String(position)}]`]), `kwargs.${name}`];
    found.push({ name, places, ...meant, kind });
  }
  return found.slice(0, MOST_ARGUMENTS);
}

/** The words of a name that may be a table's, the longest first: `send_invoice` may be about `sendinvoice`, or about `invoice`. */
export function wordsOf(name: string): string[] {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((part) => part !== '');
  const found: string[] = [];
  for (let size = parts.length; size > 0; size--)
    for (let from = 0; from + size <= parts.length; from++) {
      const word = parts.slice(from, from + size).join('');
      if (word.length >= SHORTEST_WORD && !VERBS.has(word)) found.push(word);
    }
  return found;
}

/** What names of tasks begin with, and what no table is called. */
const VERBS = new Set(
  'async task tasks send build create make update delete remove sync process handle check execute import export fetch generate notify refresh schedule deliver save load calculate clean from with into'.split(
    ' ',
  ),
);

function partsOf(one: ReadArguments): { readonly args: readonly unknown[]; readonly kwargs: object } {
  if (!isPlain(one)) return { args: [], kwargs: {} };
  const { args, kwargs } = one as { args?: unknown; kwargs?: unknown };
  if (args === undefined && kwargs === undefined) return { args: [], kwargs: one };
  return { args: Array.isArray(args) ? args : [], kwargs: isPlain(kwargs) ? kwargs : {} };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(values: readonly unknown[]): ArgumentWord['kind'] | undefined {
  const kinds = values.map((value) => {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : undefined;
    if (typeof value !== 'string' || value === '') return undefined;
    if (INTEGER.test(value)) return 'integer';
    return UUID.test(value) ? 'uuid' : value.length <= 200 ? 'text' : undefined;
  });
  return (['integer', 'uuid', 'text'] as const).find(
    (kind) => kinds.filter((one) => one === kind).length >= SAME_KIND * kinds.length,
  );
}

function meaningOf(
  name: string,
  kind: ArgumentWord['kind'],
  taskName: string,
): Pick<ArgumentWord, 'words' | 'key'> | undefined {
  const [, word, key] = KEY.exec(name) ?? [];
  if (word !== undefined && key !== undefined) return { words: [plain(word)], key: keyOf(key) };
  if (KEYS.includes(name.toLowerCase())) return { words: wordsOf(taskName), key: keyOf(name) };
  // A text that is named like a table may be anything of it.
  return kind === 'text' ? undefined : { words: [plain(name)], key: 'id' };
}

function keyOf(name: string): string {
  const key = name.toLowerCase();
  return key === 'pk' ? 'id' : key;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('_', '');
}
