import { unzipSync } from 'node:zlib';
import { parsePythonJson } from './pythonJson';

/** A body as JSON, or in one word why it was not decoded. */
export type Body = { readonly value: unknown } | { readonly unreadable: string };

/** What a compressed body may grow to. */
const MAX_UNPACKED = 32 * 1024 * 1024;

/** Names of formats that are recognised and never loaded: loading pickle and YAML can run code (kombu/serialization.py). */
const NOT_LOADED: Readonly<Record<string, string>> = {
  'application/x-python-serialize': 'pickle',
  'application/x-yaml': 'yaml',
  'application/x-msgpack': 'msgpack',
};

/** Compressions by the header `compression` (kombu 5.6.2 kombu/compression.py); zlib and gzip share the first one. */
const ZLIB: ReadonlySet<string> = new Set(['application/x-gzip', 'gzip', 'zlib', 'deflate', 'application/gzip']);

/**
 * Decodes a message's body: base64 or bare text, compressed or not, JSON or something that is left alone.
 * @param envelope the message as kombu wrote it into Redis
 */
export function readBody(envelope: Readonly<Record<string, unknown>>): Body {
  const { body, headers, properties, 'content-type': type } = envelope;
  if (typeof body !== 'string') return { unreadable: 'no body' };
  if (typeof type === 'string' && type !== 'application/json' && type !== 'json')
    return { unreadable: NOT_LOADED[type] ?? 'unknown content type' };
  const bytes = field(properties, 'body_encoding') === 'base64' ? Buffer.from(body, 'base64') : body;
  const compression = field(headers, 'compression');
  if (typeof compression !== 'string') return parse(bytes);
  if (!ZLIB.has(compression.toLowerCase())) return { unreadable: `${compression.slice(0, 40)} compression` };
  try {
    return parse(unzipSync(bytes, { maxOutputLength: MAX_UNPACKED }));
  } catch {
    return { unreadable: 'broken or too large compressed body' };
  }
}

function parse(text: string | Buffer): Body {
  const value = parsePythonJson(text.toString());
  return value === undefined ? { unreadable: 'broken JSON body' } : { value };
}

function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}
