import type { Snippet } from '../../model/diagnosis';
import type { TypeRows } from '../tally';

/** As `schemas/effects.schema.json` takes it: not every name that a row may have. */
const TASK = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
const LONGEST_TASK = 400;

/**
 * A rule to fill in for the task with most of these rows. Its table, columns and argument have names that nobody can take for real.
 * @returns none where no task has a name that a rule accepts
 */
export function exampleRule(types: Iterable<TypeRows>): Snippet[] {
  const [biggest] = [...types]
    .filter(({ name }) => name.length <= LONGEST_TASK && TASK.test(name))
    .sort((a, b) => b.rows - a.rows);
  if (!biggest) return [];
  const rule = {
    task: biggest.name,
    table: 'your_table',
    find: { your_id_column: ['args[0]', 'kwargs.your_argument'] },
    outcomes: [
      {
        when: [{ column: 'your_time_column', atOrAfter: 'created_at' }],
        says: 'executed',
        strength: 'likely',
        text: 'Row {your_id_column} of your_table was changed at {your_time_column}, after this task was created.',
      },
      {
        when: [{ column: 'your_time_column', before: 'created_at' }],
        says: 'not-executed',
        text: 'Row {your_id_column} of your_table has not changed since {your_time_column}, before this task was created.',
      },
    ],
    noRow: { says: 'cannot-say', text: 'Row {your_id_column} does not exist in your_table.' },
  };
  return [{ language: 'json', title: 'Copy an example rule', text: JSON.stringify([rule], null, 2) }];
}
