import type { Timestamp } from '../model/diagnosis';
import type { FixScript } from '../model/fix';
import { OUTDATED } from './markers';
import { timeText } from './times';

/**
 * Lines to put before a document that is older than the last check: they say so, and a script refuses to run with them. In SQL the
 * error comes inside a transaction of its own, because clients go on after an error: everything after it is refused too, up to the
 * script's last word, and a COMMIT then rolls back. Read only, because psql with ON_ERROR_ROLLBACK and drivers with savepoints of their
 * own take the error alone back and go on in the same transaction; in `begin`, because SET TRANSACTION would end with their savepoint.
 * @param newerCheckAt when the newer check was made
 * @returns text that ends in a line break
 */
export function staleGuard(language: FixScript['language'], newerCheckAt: Timestamp): string {
  const why = `A newer check ran at ${timeText(newerCheckAt)}, and rows may have other verdicts now. Generate the script again.`;
  if (language === 'sql') {
    const stop = `do $$ begin raise exception '${OUTDATED} ${why}'; end $$;`;
    return `-- ${OUTDATED}\n-- ${why}\nbegin transaction read only;\n${stop}\n\n`;
  }
  if (language === 'python') return `# ${OUTDATED}\n# ${why}\nraise SystemExit('${OUTDATED} ${why}')\n\n`;
  return `${OUTDATED}\n${why}\n\n`;
}

/** Whether a document begins with such a guard. */
export function hasStaleGuard(text: string): boolean {
  return text.slice(0, 100).split('\n', 1)[0]?.includes(OUTDATED) ?? false;
}
