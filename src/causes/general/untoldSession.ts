import { constant, type Rule } from '../claim';
import { begun, celeryName } from '../helpers';

const CUT = constant({
  verdict: 'running',
  confidence: 'possible',
  why: 'A PostgreSQL session has saved a row of this task before the task body, but its statement is cut off before the id of the row.',
  decidedBy: 'ask the workers, or raise track_activity_query_size',
});
const BOUND = constant({
  verdict: 'running',
  confidence: 'possible',
  why: 'A PostgreSQL session has saved a row, but its statement does not show which one.',
  decidedBy: 'ask the workers',
});

/** Sessions that may be running it, of which PostgreSQL does not tell the row: while there is one, a row that began may be at work. */
export const untoldSession: Rule = {
  name: 'untold-session',
  situations: [10],
  for: 'any',
  apply: ({ row }, { sessions }) => {
    const { tasks, anyTask } = sessions.untold;
    if ((tasks.size === 0 && anyTask === 0) || !begun(row)) return undefined;
    if (tasks.has(celeryName(row))) return CUT;
    return anyTask > 0 ? BOUND : undefined;
  },
};
