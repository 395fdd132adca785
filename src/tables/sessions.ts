import type { SourceReport } from '../model/diagnosis';
import type { SessionsView } from '../model/facts';
import type { Snapshot } from '../ports/database';
import type { TaskTable } from './table';

/**
 * The last statements of other sessions, as far as they save rows of this table. It must be the first question of a snapshot.
 * @throws Problem when the snapshot itself failed
 */
export async function readSessions(snapshot: Snapshot, table: TaskTable): Promise<SessionsView> {
  const { sessions } = table.kind.extras;
  if (sessions) return await sessions(snapshot, table);
  return sessionsNotRead('how tasks save rows of such a table is not known', 'not-configured');
}

/** @param detail why, as the end of a sentence */
export function sessionsNotRead(
  detail: string,
  state: Exclude<SourceReport['state'], 'ok' | 'partial'> = 'unavailable',
): SessionsView {
  const report = { name: 'sessions', state, detail } as const;
  const untold = { tasks: new Set<string>(), anyTask: 0 };
  return { report, doubt: null, untold, since: null, killed: null, abandoned: null, find: () => [] };
}
