import { count, number } from '../../../base/numbers';
import type { SourceReport } from '../../../model/diagnosis';
import type { Around } from './around';

/** How the sessions were read, and every gap by name. */
export function reportOf(around: Around): Pick<SourceReport, 'state' | 'detail'> {
  const { others, hidden, untracked } = around;
  if (others > 0 && hidden === others)
    return {
      state: 'not-configured',
      detail: `PostgreSQL hides the statements of ${count(others, 'other session')} from this role, and shows no other: grant it pg_read_all_stats`,
    };
  if (others > 0 && hidden + untracked === others)
    return { state: 'not-configured', detail: 'PostgreSQL does not record statements (track_activities is off)' };
  return { state: 'ok', detail: [count(others, 'other session'), ...gapsOf(around)].join('; ') };
}

function gapsOf({ hidden, untracked, cut, bound, poolers, pooled, namesakes, killed, abandoned }: Around): string[] {
  const gaps: string[] = [];
  if (hidden > 0) gaps.push(`${number(hidden)} of other roles are hidden (pg_read_all_stats shows them)`);
  if (untracked > 0) gaps.push(`${count(untracked, 'session')} without statements (track_activities is off)`);
  if (cut > 0)
    gaps.push(`${count(cut, 'save')} cut before the id of the row (a larger track_activity_query_size shows it)`);
  if (bound > 0) gaps.push(`${count(bound, 'save')} whose row is a parameter (server_side_binding)`);
  if (poolers > 0 || pooled) gaps.push('a pooler keeps sessions for its clients, so that an idle one proves nothing');
  if (namesakes > 0) gaps.push(`${count(namesakes, 'table')} of the same name in other schemas`);
  const ended = [
    ...((killed ?? 0) > 0 ? [`an operator ended ${count(killed ?? 0, 'session')}`] : []),
    ...((abandoned ?? 0) > 0 ? [`${count(abandoned ?? 0, 'client')} vanished`] : []),
  ];
  if (ended.length > 0) gaps.push(`since its counters began ${ended.join(' and ')}`);
  return gaps;
}

/** Why an idle session whose last statement is a save of a row does not say that a task is at work; null where nothing speaks against it. */
export function doubtOf({ poolers, pooled, namesakes }: Around): string | null {
  if (namesakes > 0) return 'another schema has a table of the same name';
  return poolers > 0 || pooled ? 'a pooler keeps sessions open after their clients are gone' : null;
}
