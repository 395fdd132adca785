import type { Timestamp } from '../diagnosis/model';
import type { FixScript } from './model';

/**
 * Lines to put before a script that is older than the last check: they say so, and make it refuse to run. They keep working above
 * anything, also above another guard.
 * @param newerCheckAt when the newer check was made
 * @returns text that ends in a line break
 */
export function staleGuard(language: FixScript['language'], newerCheckAt: Timestamp): string {
  return `${language} ${newerCheckAt}\n`;
}

/** Whether the text of a document begins with such a guard. */
export function hasStaleGuard(text: string): boolean {
  return text === '';
}
