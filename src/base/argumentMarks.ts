import { LIBRARY_KWARGS, PAGE } from './libraryKwargs';

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

const UNKNOWN = 0;

// FNV-1a over UTF-16; never 0.
const SEED = 0x811c9dc5;
const PRIME = 0x01000193;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

function hash(text: string): number {
  let value = SEED;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), PRIME);
  return value | 0 || 1;
}

const HASHES_OF_LIBRARY: readonly number[] = [...LIBRARY_KWARGS].map(hash);
const PAGE_HASH = hash(PAGE);

type Fields = Readonly<Record<string, unknown>>;

/** The marks of decoded arguments. @returns null where they are no arguments */
export function marksOf(args: unknown, kwargs: unknown): ArgumentMarks | null {
  if (!Array.isArray(args) || !isObject(kwargs)) return null;
  const marks: number[] = [0];
  for (let at = 0; at < args.length && at < MOST; at++) marks.push(markOf(args[at]));
  let names = 0;
  for (const name in kwargs)
    if (!LIBRARY_KWARGS.has(name) && names++ < MOST) marks.push(hash(name), markOf(kwargs[name]));
  const cut = args.length > MOST || names > MOST;
  marks[0] = header(Math.min(args.length, MOST), Math.min(names, MOST), flags(PAGE in kwargs, cut));
  return marks;
}

/**
 * The same of arguments as Python's json module wrote them, where none is a list, an object or a float: without taking them apart, because
 * this is done for every message of a queue, and a queue may hold a million.
 * @param body `[[args], {kwargs}, ...`. @param args how long the text between the brackets is; @param kwargs the same between the braces
 */
export function marksOfPlainJson(body: string, args: number, kwargs: number): ArgumentMarks | null {
  const endOfArgs = BEFORE.args + args;
  const start = endOfArgs + BEFORE.kwargs;
  const end = start + kwargs;
  const parsed = (): ArgumentMarks | null =>
    marksOfJson(`[${body.slice(BEFORE.args, endOfArgs)}]`, `{${body.slice(start, end)}}`);
  const marks: number[] = [0];
  let values = 0;
  let value = SEED;
  let quoted = false;
  for (let at = BEFORE.args; at < endOfArgs; at++) {
    const code = body.charCodeAt(at);
    if (code === BACKSLASH) return parsed();
    if (code === QUOTE) quoted = !quoted;
    if (code === COMMA && !quoted) {
      if (values++ < MOST) marks.push(value | 0 || 1);
      value = SEED;
      // And the space behind it.
      at++;
    } else value = Math.imul(value ^ code, PRIME);
  }
  if (args > 0 && values++ < MOST) marks.push(value | 0 || 1);
  let names = 0;
  let paged = false;
  for (let at = start; at < end;) {
    let name = SEED;
    for (let code = body.charCodeAt(++at); code !== QUOTE; code = body.charCodeAt(++at))
      name = Math.imul(name ^ code, PRIME);
    value = SEED;
    quoted = false;
    for (at += 3; at < end; at++) {
      const code = body.charCodeAt(at);
      if (code === BACKSLASH) return parsed();
      if (code === QUOTE) quoted = !quoted;
      if (code === COMMA && !quoted) break;
      value = Math.imul(value ^ code, PRIME);
    }
    at += 2;
    name = name | 0 || 1;
    if (name === PAGE_HASH) paged = true;
    if (!HASHES_OF_LIBRARY.includes(name) && names++ < MOST) marks.push(name, value | 0 || 1);
  }
  marks[0] = header(Math.min(values, MOST), Math.min(names, MOST), flags(paged, values > MOST || names > MOST));
  return marks;
}

/** Characters before the arguments, and between them and those by name. */
const BEFORE = { args: '[['.length, kwargs: '], {'.length } as const;

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
    name === null || LIBRARY_KWARGS.has(name) ? [] : [[hash(name), markOf(value)] as const],
  );
  const paged = named?.pieces.some(({ name }) => name === PAGE) ?? false;
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

function header(args: number, kwargs: number, more: number): number {
  return args | (kwargs << HEADER.names) | more;
}

function put(args: readonly number[], kwargs: readonly (readonly [number, number])[], more: number): ArgumentMarks {
  const marks = [header(args.length, kwargs.length, more), ...args];
  for (const [name, value] of kwargs) marks.push(name, value);
  return marks;
}

/** A number that equal values have in common, however they were written. */
function markOf(value: unknown): number {
  if (Number.isSafeInteger(value) || value === null || typeof value === 'boolean') return hash(String(value));
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

/** @param open the brackets that may come first. @returns null for anything else; `cut`: what follows the pieces was not understood */
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
