import { count, number } from '../../../base/numbers';
import { readReport, type SourceGap, type SourceReport } from '../../../model/sources';
import type { Around } from './around';

/** How the sessions were read, and every gap by name. */
export function reportOf(around: Around): SourceReport {
  const { others, hidden, untracked } = around;
  if (others > 0 && hidden === others)
    return unread(
      'forbidden',
      `PostgreSQL hides the statements of ${count(others, 'other session')} from this role, and shows no other: grant it pg_read_all_stats`,
    );
  if (others > 0 && hidden + untracked === others)
    return unread('not-recorded', 'PostgreSQL does not record statements (track_activities is off)');
  const gaps = gapsOf(around);
  const parts = [count(others, 'other session'), ...gaps.map(({ says }) => says), ...endedOf(around)];
  return readReport('sessions', parts.join('; '), gaps);
}

function unread(kind: SourceGap['kind'], says: string): SourceReport {
  return { name: 'sessions', state: 'not-configured', detail: says, gaps: [{ kind, says }] };
}

function gapsOf({ hidden, untracked, cut, bound, poolers, pooled, namesakes }: Around): SourceGap[] {
  const gaps: SourceGap[] = [];
  const add = (kind: SourceGap['kind'], says: string): void => {
    gaps.push({ kind, says });
  };
  if (hidden > 0) add('forbidden', `${number(hidden)} of other roles are hidden (pg_read_all_stats shows them)`);
  if (untracked > 0) add('not-recorded', `${count(untracked, 'session')} without statements (track_activities is off)`);
  if (cut > 0)
    add(
      'too-large',
      `${count(cut, 'save')} cut before the id of the row (a larger track_activity_query_size shows it)`,
    );
  if (bound > 0) add('undecodable', `${count(bound, 'save')} whose row is a parameter (server_side_binding)`);
  if (poolers > 0 || pooled)
    add('pooler', 'a pooler keeps sessions for its clients, so that an idle one proves nothing');
  if (namesakes > 0) add('other-schemas', `${count(namesakes, 'table')} of the same name in other schemas`);
  return gaps;
}

/** Sessions that were ended. This is no gap: it is reported because what they ran is over. */
function endedOf({ killed, abandoned }: Around): string[] {
  const ended = [
    ...((killed ?? 0) > 0 ? [`an operator ended ${count(killed ?? 0, 'session')}`] : []),
    ...((abandoned ?? 0) > 0 ? [`${count(abandoned ?? 0, 'client')} vanished`] : []),
  ];
  return ended.length === 0 ? [] : [`since its counters began ${ended.join(' and ')}`];
}

/** Why an idle session whose last statement is a save of a row does not say that a task is at work; null where nothing speaks against it. */
export function doubtOf({ poolers, pooled, namesakes }: Around): string | null {
  if (namesakes > 0) return 'another schema has a table of the same name';
  return poolers > 0 || pooled ? 'a pooler keeps sessions open after their clients are gone' : null;
}
