import type { Snippet } from '../../model/diagnosis';

/** As `schemas/effects.schema.json` takes it: not every name that a row may have. */
const TASK = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
const LONGEST_TASK = 400;

/**
 * A rule for the task with most of these rows, to be filled in: its names of table, columns and argument are obviously none.
 * @param types rows by `module.name`
 * @returns none where no name can stand in a rule
 */
export function exampleRule(types: ReadonlyMap<string, number>): Snippet[] {
  const [biggest] = [...types]
    .filter(([name]) => name.length <= LONGEST_TASK && TASK.test(name))
    .sort((a, b) => b[1] - a[1]);
  if (!biggest) return [];
  const rule = {
    task: biggest[0],
    table: 'your_table',
    find: { your_id_column: ['args[0]', 'kwargs.your_argument'] },
    outcomes: [
      {
        when: [{ column: 'your_time_column', atOrAfter: 'created_at' }],
        says: 'executed',
        strength: 'likely',
        text: 'Row {your_id_column} of your_table was changed at {your_time_column}, after this task was made.',
      },
      {
        when: [{ column: 'your_time_column', before: 'created_at' }],
        says: 'not-executed',
        text: 'Row {your_id_column} of your_table was not changed since {your_time_column}, before this task was made.',
      },
    ],
    noRow: { says: 'cannot-say', text: 'There is no row {your_id_column} in your_table.' },
  };
  return [{ language: 'json', title: 'Copy an example rule', text: JSON.stringify([rule], null, 2) }];
}
