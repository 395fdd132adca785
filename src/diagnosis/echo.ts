import { escapeUnsafe } from './unsafeText';

const MAX_LENGTH = 80;

/**
 * A value that a person typed or configured, as an error message may repeat it: on one line, not endless, and of a URL only
 * its scheme, because a URL in the wrong place (`--hours $DATABASE_URL`) has its password with it.
 */
export function echo(value: unknown): string {
  const text = typeof value === 'string' ? value : ((JSON.stringify(value) as string | undefined) ?? 'nothing');
  const hidden = text.replace(/([a-z][a-z0-9+.-]*:\/\/).*?(['"]?)$/is, '$1***$2');
  return escapeUnsafe(hidden.slice(0, MAX_LENGTH));
}
