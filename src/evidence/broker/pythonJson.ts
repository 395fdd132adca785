/**
 * Reads JSON as Python's json module writes it: with NaN and Infinity, which JSON does not have (they are read as 0).
 * Whole numbers beyond 2^53 lose digits, and `Number.isSafeInteger` tells that they may have.
 * @returns undefined where it is no JSON
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return /\b(?:NaN|Infinity)\b/.test(text) ? parseWithoutNaN(text) : undefined;
  }
}

function parseWithoutNaN(text: string): unknown {
  try {
    return JSON.parse(
      text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|-?\b(?:NaN|Infinity)\b/gs, (_, quoted?: string) => quoted ?? '0'),
    );
  } catch {
    return undefined;
  }
}
