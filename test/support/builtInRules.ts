import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import type { EffectRule } from '../../src/model/effectRule';

/** The built-in rules as a person would write them. */
export const WRITTEN_RULES: readonly EffectRule[] = BUILT_IN_EFFECTS.map(({ origin, ...rule }) => {
  if (origin !== 'built-in') throw new Error(`${rule.table} has the origin ${String(origin)}`);
  return rule;
});

/** Two rules for one task that use what the built-in ones do not need. */
export const WHOLE_LANGUAGE: readonly EffectRule[] = [
  {
    task: 'shop.tasks.notify',
    where: [
      { argument: ['args[1]', 'kwargs.kind'], equals: 'mail' },
      { argument: 'kwargs.count', in: [1, '2', true] },
    ],
    table: 'task_manager_taskmanager',
    fixed: { task_module: 'shop.tasks', task_name: 'mail' },
    find: { 'arguments.args[0]': { from: ['args[0]', 'kwargs.user.id'], default: 1 } },
    outcomes: [
      {
        when: [{ column: 'created_at', within: 60 }],
        atLeast: 2,
        says: 'executed',
        text: 'It sent {id} for {arguments.args[0]}.',
      },
    ],
    noRow: { says: 'not-executed', text: 'It sent nothing for {arguments.args[0]}.' },
  },
  {
    task: ['shop.tasks.notify', 'shop.tasks.remind'],
    table: 'shop_note',
    find: { id: 'args[0]' },
    outcomes: [{ says: 'executed', text: 'Note {id} is there.' }],
  },
];
