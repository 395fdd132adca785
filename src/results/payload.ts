import type { ResultPayload } from './payloadTypes';
import { isoSeconds } from '../wire/celeryTime';
import { parsePythonJsonBytes } from '../wire/pythonJson';
import { readException } from './exception';
import { placeOfException } from './traceback';
import { untyped } from './typedValue';
import { readUsualPayload } from './decodePayloadFast';

const MAX_NAME = 200;
/** Celery's own states that an exception comes with (celery/states.py: EXCEPTION_STATES). */
const WITH_EXCEPTION: ReadonlySet<string> = new Set(['FAILURE', 'RETRY', 'REVOKED']);

/**
 * Reads the value of a result key (Celery 5.6.3 celery/backends/base.py `_get_result_meta`, `encode`): JSON, also with kombu's typed
 * values. YAML, msgpack and pickle are recognised and never loaded, since loading them can run code; of YAML the status line is read.
 */
export function readResultPayload(bytes: Buffer): ResultPayload {
  return readUsualPayload(bytes, WITH_EXCEPTION) ?? parseResultPayload(bytes);
}

/** The same of any value, also of one that is not written as usual. */
export function parseResultPayload(bytes: Buffer): ResultPayload {
  const format = formatOf(bytes);
  if (format === 'json') return readJson(bytes);
  if (format === 'yaml') return readYaml(bytes);
  return unreadable(format === 'unknown' ? 'not decoded: no format that Celery writes' : `${format}, not decoded`);
}

/** The same from a JSON value that was parsed already. */
export function readResultMeta(meta: unknown): ResultPayload {
  if (!isObject(meta)) return unreadable('not decoded: JSON, but no result');
  const { status, result, date_done: doneAt } = meta;
  if (typeof status !== 'string' || status === '') return unreadable('not decoded: no status in it');
  return {
    state: status.slice(0, MAX_NAME),
    ...(WITH_EXCEPTION.has(status) ? readException(result) : { exceptionType: null, exceptionMessage: null }),
    returnedValue: status === 'SUCCESS' ? result !== null && result !== undefined : null,
    byWorker: 'children' in meta ? Array.isArray(meta.children) : null,
    doneAt: isoSeconds(untyped(doneAt)),
    ...placeOfException(meta.traceback),
    note: null,
  };
}

function readJson(bytes: Buffer): ResultPayload {
  const meta = parsePythonJsonBytes(bytes);
  return meta === undefined ? unreadable('not decoded: broken JSON') : readResultMeta(meta);
}

/**
 * PyYAML writes the keys of the outer mapping at the start of a line and indents everything else, so one `status:` there is the status.
 */
function readYaml(bytes: Buffer): ResultPayload {
  const [found, another] = bytes.toString('utf8').matchAll(/^status: ([A-Za-z_]{1,100})\r?$/gm);
  if (found?.[1] === undefined || another !== undefined) return unreadable('yaml, not decoded');
  return { ...unreadable('yaml: only its status was read'), state: found[1] };
}

type Format = 'json' | 'yaml' | 'pickle' | 'msgpack' | 'unknown';

/** By the first bytes. Pickle begins with 0x80 and its protocol, which msgpack would read as an empty map with something behind. */
function formatOf(bytes: Buffer): Format {
  const [first = 0, second = 0] = bytes;
  if (first === 0x80 && second >= 1 && second <= 5) return 'pickle';
  if ((first >= 0x80 && first <= 0x8f) || first === 0xde || first === 0xdf) return 'msgpack';
  const start = bytes.subarray(0, 64).toString('latin1').trimStart();
  if (start.startsWith('{') || start.startsWith('[') || start.startsWith('"')) return 'json';
  return /^[A-Za-z_]+:( |\r?\n)/.test(start) ? 'yaml' : 'unknown';
}

function unreadable(note: string): ResultPayload {
  return {
    state: null,
    exceptionType: null,
    exceptionMessage: null,
    returnedValue: null,
    byWorker: null,
    doneAt: null,
    note,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
