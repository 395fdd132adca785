import { constant, type Claim, type Rule } from './claim';
import { publishedNotBegun, resumedNotBegun } from './rowState';

const DECIDED_BY = 'an effect rule for this task type, or the log of the worker for its task id';

const CLAIMS: readonly Claim[] = [
  constant({
    verdict: 'finished',
    cause: 'lost-update',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: "It ran, and the first message's save put SCHEDULED back.",
    decidedBy: DECIDED_BY,
  }),
  constant({
    verdict: 'failed',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: 'It failed or was thrown away, and what recorded that was overwritten or has expired.',
    decidedBy: DECIDED_BY,
  }),
];

/**
 * The library's race: it ran at once, before the first message saved its task_id; that save writes the whole row and put SCHEDULED back
 * (core/decorators.py `_update_task_manager`). What is left is the row of a message that was never taken, also when somebody resumes it.
 */
export const lostUpdate: Rule = {
  name: 'lost-update',
  situations: [6, 23],
  apply: ({ row }) => (publishedNotBegun(row) || resumedNotBegun(row) ? CLAIMS : undefined),
};
