import type * as vscode from 'vscode';
import { isBroken, profileDescription, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import { celeryServer } from '../../connect/celeryTarget';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { withoutFullStop } from '../../base/sentences';

/** A connection in a list to choose from. */
export interface ConnectionItem extends vscode.QuickPickItem {
  readonly entry: ProfileEntry;
}

/**
 * A connection as lists show it: its name, production in words, whose database it is, and where it was found. No secret.
 * @param currentId of the connection in use
 * @param last what its latest check found
 */
export function connectionItem(entry: ProfileEntry, currentId?: string, last?: string): ConnectionItem {
  if (isBroken(entry)) {
    return { label: `$(error) ${plain(entry.name)}`, description: plain(entry.problem.message), entry };
  }
  const icon = entry.production ? 'warning' : entry.origin === 'settings' ? 'database' : 'file';
  const marks = [...(entry.id === currentId ? ['in use'] : []), ...(entry.production ? ['PRODUCTION'] : [])];
  return {
    label: `$(${entry.id === currentId ? 'check' : icon}) ${plain(entry.name)}`,
    description: plain([...marks, profileDescription(entry)].join(' · ')),
    detail: plain(
      [...(last === undefined ? [] : [last]), entry.foundIn ?? 'Saved in the settings', ...celery(entry)].join(' · '),
    ),
    entry,
  };
}

/** Text of others for a place that shows icons: `$(flame)` in it stays text. */
export function plain(text: string): string {
  return escapeUnsafe(text).replaceAll('$(', '$\u2060(');
}

function celery({ broker, results, addedBroker }: ConnectionProfile): string[] {
  const named = [broker, results].filter((target) => target !== undefined);
  const found = new Set(named.map((target) => (target instanceof Problem ? target : celeryServer(target))));
  const [first, ...others] = [...found].filter((one) => !(one instanceof Problem));
  const unclear = [...found].find((one) => one instanceof Problem && one.kind === 'not-configured');
  if (unclear instanceof Problem) return [withoutFullStop(unclear.message)];
  // A server of results alone gives no verdict.
  const missing = broker === undefined ? ['no broker: verdicts need it'] : [];
  if (first !== undefined)
    return [[`${first}${addedBroker ? ' (added here)' : ''}`, ...others].join(' and '), ...missing];
  return found.size > 0 ? ['a broker that cannot be read'] : missing;
}
