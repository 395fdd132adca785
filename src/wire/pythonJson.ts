import { isUtf8 } from 'node:buffer';

/**
 * Reads JSON as Python's json module writes it: with NaN and Infinity, which JSON does not have. They are read as Infinity, so that
 * nobody takes them for a number. Whole numbers beyond 2^53 lose digits, and `Number.isSafeInteger` tells that they may have.
 * @returns undefined where it is no JSON
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return /\b(?:NaN|Infinity)\b/.test(text) ? parseWithoutNaN(text) : undefined;
  }
}

/**
 * The same of bytes. Those that are not UTF-8 are broken and not JSON: their readable rest must not be taken for what was written.
 */
export function parsePythonJsonBytes(bytes: Buffer): unknown {
  return isUtf8(bytes) ? parsePythonJson(bytes.toString('utf8')) : undefined;
}

/** In one pass, without going back: a text of many quotes that never ends would take hours otherwise. */
function parseWithoutNaN(text: string): unknown {
  let quoted = false;
  const plain = text.replace(/"|\\.|\b(?:NaN|Infinity)\b/gs, (found) => {
    if (found === '"') quoted = !quoted;
    return quoted || found === '"' || found.startsWith('\\') ? found : '1e999';
  });
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}
