/** What was raised, as result backends keep it. */
import { DEFAULT_MASKED_KEYS, oneLineJson } from '../base/jsonText';
import { readPythonList } from './pythonList';
import { untyped } from './typedValue';

export interface RaisedException {
  /** The name of its class, without the module or class around it; null where it is unknown. */
  readonly exceptionType: string | null;
  /** Its own words; null where they are not told. */
  readonly exceptionMessage: string | null;
}

const MAX_MESSAGE = 500;
const MAX_NAME = 200;
const MAX_ITEMS = 20;
const MAX_DEPTH = 5;
const NOTHING: RaisedException = { exceptionType: null, exceptionMessage: null };
/** A pickle in base64, of the protocols 2 to 5: it is never loaded, because that can run code. */
const PICKLED = /^gA[I-X][\w+/=\n-]{8,}$/;
/** What Celery stores in place of an exception that could not be pickled (celery/utils/serialization.py `UnpickleableExceptionWrapper`). */
const WRAPPER = 'UnpickleableExceptionWrapper';

/**
 * Reads `{exc_type, exc_message, exc_module}` (Celery 5.6.3 celery/backends/base.py `prepare_exception`). The message is the list of the
 * exception's arguments since Celery 4.3, and its text before; an argument can be anything that JSON has, or the repr of what it has not.
 * @param result of a state that comes with an exception
 */
export function readException(result: unknown, depth = 0): RaisedException {
  const plain = untyped(result);
  if (typeof plain === 'string') return ofText(plain, depth);
  if (!isObject(plain)) return NOTHING;
  const { exc_type: type, exc_message: message, exc } = plain;
  if (type === undefined && message === undefined && exc !== undefined && depth < MAX_DEPTH)
    return readException(exc, depth + 1);
  return unwrapped(nameOf(type), untyped(message));
}

/** The whole result is a text: that of the exception, or JSON that was encoded twice. */
function ofText(text: string, depth: number): RaisedException {
  if (PICKLED.test(text)) return NOTHING;
  if (depth < MAX_DEPTH && /^\s*\{\s*"exc/.test(text)) {
    const inner = parsed(text);
    if (isObject(inner)) return readException(inner, depth + 1);
  }
  return { exceptionType: null, exceptionMessage: text.slice(0, MAX_MESSAGE) };
}

function unwrapped(type: string | null, message: unknown): RaisedException {
  if (type === WRAPPER && Array.isArray(message) && typeof message[1] === 'string') {
    const [, name, args, text] = message as unknown[];
    const own = textOf(args);
    return {
      exceptionType: nameOf(name),
      exceptionMessage: own === '' ? (textOf(text) ?? own) : (own ?? textOf(text)),
    };
  }
  return { exceptionType: type, exceptionMessage: textOf(message) };
}

/** `Outer.Inner`, `f.<locals>.E` and `<class 'shop.E'>` are known by their last name, which the rules use. */
function nameOf(type: unknown): string | null {
  const text = untyped(type);
  if (typeof text !== 'string') return null;
  const name = /^<class '(.*)'>$/.exec(text)?.[1] ?? text;
  const last = name.slice(name.lastIndexOf('.') + 1).trim();
  return last === '' ? null : last.slice(0, MAX_NAME);
}

/** The words of an exception; null where there are none at all. */
function textOf(message: unknown): string | null {
  if (message === null || message === undefined) return null;
  if (typeof message === 'string') {
    if (PICKLED.test(message)) return null;
    // The list of its arguments, written as a text.
    const list = listIn(message);
    if (list) return textOf(list);
  }
  return wordsOf(message, 0).slice(0, MAX_MESSAGE);
}

function listIn(text: string): unknown[] | undefined {
  if (!/^\s*[[(]/.test(text)) return undefined;
  const json = parsed(text);
  return Array.isArray(json) ? json : readPythonList(text);
}

function wordsOf(value: unknown, depth: number): string {
  const plain = untyped(value);
  if (Array.isArray(plain)) {
    if (depth >= MAX_DEPTH) return '…';
    const items = plain.slice(0, MAX_ITEMS);
    // Django's ValidationError has a code and parameters behind its message, which mostly are none.
    while (items.length > 1 && items.at(-1) === null) items.pop();
    return items.map((item) => wordsOf(item, depth + 1)).join(', ');
  }
  if (isObject(plain)) {
    if (depth >= MAX_DEPTH) return '…';
    return Object.entries(masked(plain))
      .slice(0, MAX_ITEMS)
      .map(([key, one]) => `${key}: ${wordsOf(one, depth + 1)}`)
      .join(', ');
  }
  return typeof plain === 'string' ? plain.slice(0, MAX_MESSAGE) : String(plain);
}

/** Without what is under names such as password. */
function masked(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = oneLineJson(JSON.stringify(object), DEFAULT_MASKED_KEYS).rawJSON;
  const clean = parsed(text);
  return isObject(clean) ? clean : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
