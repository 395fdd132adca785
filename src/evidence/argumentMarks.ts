/**
 * What is remembered of a task's arguments so that a message can be compared with a row: a hash of each, never a value. A retry, a page and
 * a repeated delivery have their positional arguments in common with the row (celery-task-manager 1.11.4 core/decorators.py).
 */

/**
 * A header (see `HEADER`), a hash for each positional argument, and a pair of hashes (name, value) for each keyword argument.
 * 0 stands for a value that cannot be compared.
 */
export type ArgumentMarks = readonly number[];

/** How the arguments of a message and of a row compare. */
export type Likeness =
  /** At least one argument was compared, and all of them are equal. */
  | 'equal'
  /** Both have none, so that nothing could be compared. */
  | 'nothing'
  /** Some could not be compared: not decoded, too large, or cut. */
  | 'unread'
  /** They were given in another way: more or fewer by position, or other values by name. */
  | 'unlike'
  /** A positional argument is another one. */
  | 'different';

/** Bits of the header: two counts and what else is known. */
const HEADER = { names: 8, paged: 1 << 16, cut: 1 << 17, told: 1 << 18, count: 0xff } as const;
/** Arguments that are compared; of more than these the rest counts as cut. */
const MOST = 32;
/** Longer texts and larger lists are not compared: their hash would cost more than it tells. */
const MOST_CHARACTERS = 4096;
const MOST_PARTS = 200;

/** The library's own keyword arguments: they differ from run to run. */
const OF_LIBRARY: ReadonlySet<string> = new Set(['task_manager_id', 'page', 'total_pages', 'attempts']);
const UNKNOWN = 0;

type Fields = Readonly<Record<string, unknown>>;

/** The marks of decoded arguments. @returns null where they are no arguments */
export function marksOf(args: unknown, kwargs: unknown): ArgumentMarks | null {
  if (!Array.isArray(args) || !isObject(kwargs)) return null;
  const names = Object.keys(kwargs).filter((name) => !OF_LIBRARY.has(name));
  return put(
    args.slice(0, MOST).map(markOf),
    names.slice(0, MOST).map((name) => [hash(name), markOf(kwargs[name])] as const),
    flags('page' in kwargs, args.length > MOST || names.length > MOST),
  );
}

/**
 * The same of arguments as Python's json module wrote them, where none is a list, an object or a float: without taking them apart, because
 * this is done for every message of a queue.
 * @param args what stands between the brackets; @param kwargs what stands between the braces
 */
export function marksOfPlainJson(args: string, kwargs: string): ArgumentMarks | null {
  if (args.includes('\\') || kwargs.includes('\\')) return marksOfJson(`[${args}]`, `{${kwargs}}`);
  const values = plainPieces(args);
  const marks: (readonly [number, number])[] = [];
  let paged = false;
  for (const piece of kwargs === '' ? [] : splitPlain(kwargs)) {
    const end = piece.indexOf('": ');
    const name = piece.slice(1, end);
    if (name === 'page') paged = true;
    if (!OF_LIBRARY.has(name)) marks.push([hash(name), hash(piece, end + 3)]);
  }
  return put(values.slice(0, MOST), marks.slice(0, MOST), flags(paged, values.length > MOST || marks.length > MOST));
}

/** The same of JSON texts. @returns null where one of them is no JSON */
export function marksOfJson(args: string, kwargs: string): ArgumentMarks | null {
  try {
    return marksOf(JSON.parse(args), JSON.parse(kwargs));
  } catch {
    return null;
  }
}

/**
 * The same of Python's repr, as `headers.argsrepr` and a worker's answer have it. celery/utils/saferepr.py cuts it and does not escape the
 * quotes in texts, so it is read only as far as it is plain numbers, words and texts.
 * @param told whether it only stands for a body that could not be decoded, so that being equal proves less
 * @returns null where nothing can be read
 */
export function marksOfRepr(args: unknown, kwargs: unknown, told: boolean): ArgumentMarks | null {
  if (typeof args !== 'string') return null;
  const list = reprPieces(args.trim(), '[(', '])');
  if (list === null) return null;
  const named = typeof kwargs === 'string' ? reprPieces(kwargs.trim(), '{', '}') : null;
  const pairs = (named?.pieces ?? []).flatMap(({ name, value }) =>
    name === null || OF_LIBRARY.has(name) ? [] : [[hash(name), markOf(value)] as const],
  );
  const paged = named?.pieces.some(({ name }) => name === 'page') ?? false;
  return put(
    list.pieces.slice(0, MOST).map(({ value }) => markOf(value)),
    pairs.slice(0, MOST),
    flags(paged, list.cut || list.pieces.length > MOST) | (told ? HEADER.told : 0),
  );
}

/** Whether they are those of a page: the library's `page` is among them. */
export function isPage(marks: ArgumentMarks | null): boolean {
  return marks !== null && ((marks[0] ?? 0) & HEADER.paged) !== 0;
}

/** @param row marks of the row's arguments; null where these could not be read. @param message the same of a message */
export function compareArguments(row: ArgumentMarks | null, message: ArgumentMarks | null): Likeness {
  if (row === null || message === null) return 'unread';
  const [a, b] = [counts(row), counts(message)];
  let equal = 0;
  let open = a.cut || b.cut || b.told;
  for (let at = 1; at <= Math.min(a.args, b.args); at++) {
    if (row[at] === UNKNOWN || message[at] === UNKNOWN) open = true;
    else if (row[at] !== message[at]) return 'different';
    else equal++;
  }
  if (a.args !== b.args && !a.cut && !b.cut) return 'unlike';
  const values = new Map<number, number>();
  for (let at = 1 + a.args; at < row.length; at += 2) values.set(row[at] ?? 0, row[at + 1] ?? 0);
  for (let at = 1 + b.args; at < message.length; at += 2) {
    const own = values.get(message[at] ?? 0);
    const other = message[at + 1];
    if (own === undefined) continue;
    if (own === UNKNOWN || other === UNKNOWN) open = true;
    else if (own !== other) return 'unlike';
    else equal++;
  }
  if (open) return 'unread';
  if (equal > 0) return 'equal';
  // Arguments by name that have not one name in common are no agreement.
  return row.length === 1 && message.length === 1 ? 'nothing' : 'unlike';
}

function counts(marks: ArgumentMarks): { args: number; cut: boolean; told: boolean } {
  const header = marks[0] ?? 0;
  return { args: header & HEADER.count, cut: (header & HEADER.cut) !== 0, told: (header & HEADER.told) !== 0 };
}

function flags(paged: boolean, cut: boolean): number {
  return (paged ? HEADER.paged : 0) | (cut ? HEADER.cut : 0);
}

function put(args: readonly number[], kwargs: readonly (readonly [number, number])[], more: number): ArgumentMarks {
  const marks = [args.length | (kwargs.length << HEADER.names) | more, ...args];
  for (const [name, value] of kwargs) marks.push(name, value);
  return marks;
}

/** A number that equal values have in common, however they were written. */
function markOf(value: unknown): number {
  const text = typeof value === 'string' && value.length > MOST_CHARACTERS ? undefined : canonical(value, [MOST_PARTS]);
  return text === undefined || text.length > MOST_CHARACTERS ? UNKNOWN : hash(text);
}

/** JSON with sorted names. @param left how many parts may still be met. @returns undefined for what two writers write differently */
function canonical(value: unknown, left: [number]): string | undefined {
  if (--left[0] < 0) return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (Array.isArray(value))
    return joined(
      value.map((item) => canonical(item, left)),
      '[',
      ']',
    );
  if (!isObject(value)) return JSON.stringify(value);
  // kombu 5.3 and later wrap what JSON does not have (kombu/utils/json.py); the row has it as text.
  if ('__type__' in value) return undefined;
  const names = Object.keys(value).sort();
  const parts = names.map((name) => {
    const part = canonical(value[name], left);
    return part === undefined ? undefined : `${JSON.stringify(name)}:${part}`;
  });
  return joined(parts, '{', '}');
}

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.includes(undefined) ? undefined : open + parts.join(',') + close;
}

/** FNV-1a over UTF-16; never 0. */
function hash(text: string, from = 0, to = text.length): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value | 0 || 1;
}

/** Hashes of the values in a list without escapes, nested ones or floats: each is written as `canonical` writes it. */
function plainPieces(text: string): number[] {
  return text === '' ? [] : splitPlain(text).map((piece) => hash(piece));
}

function splitPlain(text: string): string[] {
  if (!text.includes('"') || !text.includes(',')) return text.split(', ');
  const pieces: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x2c && !quoted) {
      pieces.push(text.slice(start, at));
      start = at + 2;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

interface ReprPiece {
  readonly name: string | null;
  readonly value: unknown;
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
]);
const PIECE =
  /(?:'([\w.-]+)': )?(None|True|False|-?\d{1,15}(?:\.\d+)?(?=[,)\]}])|'[^'\\]*'|"[^"\\]*")(?:, |,?(?=[)\]}]$))/y;

/** @param open the brackets that may stand first. @returns null for anything else; `cut`: what follows the pieces was not understood */
function reprPieces(text: string, open: string, close: string): { pieces: ReprPiece[]; cut: boolean } | null {
  const at = open.indexOf(text.charAt(0));
  if (text === '' || at < 0) return null;
  const pieces: ReprPiece[] = [];
  PIECE.lastIndex = 1;
  for (let end = 1; ; end = PIECE.lastIndex) {
    if (end === text.length - 1 && text.endsWith(close.charAt(at))) return { pieces, cut: false };
    const match = pieces.length > MOST ? null : PIECE.exec(text);
    if (!match) return { pieces, cut: true };
    const [, name = null, word = ''] = match;
    const value = WORDS.has(word) ? WORDS.get(word) : /^['"]/.test(word) ? word.slice(1, -1) : Number(word);
    pieces.push({ name, value });
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
