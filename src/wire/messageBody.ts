import { unzipSync } from 'node:zlib';
import { decodeBase64 } from './base64';
import { parsePythonJsonBytes } from './pythonJson';

/** A body as JSON, or in a few words why it was not decoded; `broken`: it is not as it was written. */
export type Body = { readonly value: unknown } | { readonly unreadable: string; readonly broken: boolean };

/** What a compressed body may grow to. */
const MAX_UNPACKED = 32 * 1024 * 1024;

/** Names of formats that are recognised and never loaded: loading pickle and YAML can run code (kombu/serialization.py). */
const NOT_LOADED: ReadonlyMap<string, string> = new Map([
  ['application/x-python-serialize', 'pickle'],
  ['application/x-yaml', 'yaml'],
  ['application/x-msgpack', 'msgpack'],
]);

/** Compressions by the header `compression` (kombu 5.6.2 kombu/compression.py); zlib and gzip share the first one. */
const ZLIB: ReadonlySet<string> = new Set(['application/x-gzip', 'gzip', 'zlib', 'deflate', 'application/gzip']);
/** Others that kombu knows. Any other name is not repeated: there could be one for each message. */
const COMPRESSIONS: ReadonlySet<string> = new Set([
  ...['application/x-bz2', 'bzip2', 'bzip', 'application/x-brotli', 'brotli'],
  ...['application/x-lzma', 'lzma', 'xz', 'application/zstd', 'zstd', 'zstandard'],
]);

/**
 * Decodes a message's body: base64 or bare text, compressed or not, JSON or something that is left alone.
 * @param envelope the message as kombu wrote it into the broker
 */
export function readBody(envelope: Readonly<Record<string, unknown>>): Body {
  const { body, headers, properties, 'content-type': type } = envelope;
  if (typeof body !== 'string') return broken('no body');
  if (typeof type === 'string' && type !== 'application/json' && type !== 'json')
    return { unreadable: NOT_LOADED.get(type) ?? 'unknown content type', broken: !NOT_LOADED.has(type) };
  const bytes = field(properties, 'body_encoding') === 'base64' ? decodeBase64(body) : Buffer.from(body);
  if (bytes === undefined) return broken('broken base64 body');
  const compression = field(headers, 'compression');
  if (typeof compression !== 'string') return parse(bytes);
  const name = compression.toLowerCase();
  if (!ZLIB.has(name)) {
    const known = COMPRESSIONS.has(name);
    return { unreadable: known ? `${name} compression` : 'unknown compression', broken: !known };
  }
  try {
    return parse(unzipSync(bytes, { maxOutputLength: MAX_UNPACKED }));
  } catch {
    return broken('broken or too large compressed body');
  }
}

function parse(bytes: Buffer): Body {
  const value = parsePythonJsonBytes(bytes);
  return value === undefined ? broken('broken JSON body') : { value };
}

function broken(unreadable: string): Body {
  return { unreadable, broken: true };
}

function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}
