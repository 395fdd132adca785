/** Small, careful reading of JSON that others wrote. */

export type JsonRecord = Readonly<Record<string, unknown>>;

/** An object, or null for anything else. */
export function record(value: unknown): JsonRecord | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}

export function list(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? (value as unknown[]) : null;
}

/** Text, cut to what a name can be: what a worker sends is shown and kept. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 512) : null;
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Zero or more: seconds, for example. */
export function amount(value: unknown): number | null {
  const number = finite(value);
  return number !== null && number >= 0 ? number : null;
}

/** How many there are. */
export function size(value: unknown): number | null {
  return Number.isSafeInteger(value) ? amount(value) : null;
}
