import type { SessionsView } from '../model/sessionFacts';
import type { SourceGap } from '../model/sources';
import type { Snapshot } from '../ports/database';
import type { TaskTable } from './table';

const UNKNOWN_SAVES: SourceGap = {
  kind: 'not-recorded',
  says: 'how the tasks of this kind of table save their rows is not known',
};

/**
 * The last statements of other sessions, as far as they save rows of this table. It must be the first question of a snapshot.
 * @throws Problem when the snapshot itself failed
 */
export async function readSessions(snapshot: Snapshot, table: TaskTable): Promise<SessionsView> {
  const { sessions } = table.kind.extras;
  return sessions ? await sessions(snapshot, table) : sessionsNotRead(UNKNOWN_SAVES, 'not-configured');
}

/** A view that says nothing but why. */
export function sessionsNotRead(gap: SourceGap, state: 'unavailable' | 'not-configured' = 'unavailable'): SessionsView {
  const report = { name: 'sessions', state, detail: gap.says, gaps: [gap] } as const;
  const untold = { tasks: new Set<string>(), anyTask: 0 };
  return { report, doubt: null, untold, since: null, killed: null, abandoned: null, find: () => [] };
}
