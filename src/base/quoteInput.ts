import { escapeUnsafe } from './unsafeText';

const MAX_LENGTH = 80;

/**
 * A value that a person typed or configured, as an error message may repeat it: on one line, not endless, and of a URL only
 * its scheme, because a URL in the wrong place (`--hours $DATABASE_URL`) has its password with it.
 */
export function echo(value: unknown): string {
  // Cut first: looking for a scheme in megabytes of one word takes minutes.
  const text = textOf(value).slice(0, MAX_LENGTH);
  return escapeUnsafe(text.replace(/([a-z][a-z0-9+.-]*:\/\/).*?(['"]?)$/is, '$1***$2'));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json ?? 'nothing';
  } catch {
    // Nested deeper than the stack goes; or a bigint, or a circle, which no JSON has.
    return 'a value that cannot be shown';
  }
}
