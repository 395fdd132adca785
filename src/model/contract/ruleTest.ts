import * as v from 'valibot';
import { about, object } from '../../base/shape';
import { size, words } from './values';

/** Where a rule comes from. */
export const ORIGINS = ['built-in', 'own', 'drafted'] as const;

/** What a rule's claim may count for after its test. */
export const EARNED = ['proven', 'likely', 'none'] as const;

export const ruleCounts = object({
  looked: about('Rows that were looked at.', size),
  executed: size,
  failed: size,
  notExecuted: size,
  cannotSay: about('Rows of which the rule decides nothing.', size),
});

const bound = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** One rule, tried on rows of one task type whose outcome is known. */
export const ruleTest = about(
  'An effect rule, tried on tasks of one type whose outcome is known, in the snapshot that every number comes from.',
  object({
    task: about('The task type as module.name.', words),
    table: about('The table that the rule looks into.', words),
    origin: v.picklist(ORIGINS),
    rule: v.exactOptional(
      about('Which of several rules for this task type: 1 for the first. Absent where there is one.', size),
    ),
    finished: about('Tasks that ran, as their rows record. The rule should call them executed.', ruleCounts),
    notRun: about(
      'Tasks that cannot have run: their message still waits, or it was never published. The rule should call them not executed, or decide nothing.',
      ruleCounts,
    ),
    undetermined: about(
      'Stuck tasks whose verdict depends on their effect: what the rule says of them, before its test limits that.',
      ruleCounts,
    ),
    falseAlarmsAtMost: about(
      'Of the tasks that did not run, the share that the rule calls executed or failed: its upper 95% bound (Wilson; 3/n where there was none). Null where there are no such tasks.',
      bound,
    ),
    missesAtMost: about(
      'Of the finished tasks, the share that the rule calls not executed: its upper 95% bound. Null where there are no such tasks.',
      bound,
    ),
    strength: object({
      declared: about('The strongest claim of the rule.', v.picklist(['proven', 'likely'])),
      earned: about(
        'What its claim that a task was executed or failed may count for; none: it decides nothing.',
        v.picklist(EARNED),
      ),
      notExecuted: v.exactOptional(
        about(
          'What its claim that a task was not executed may count for. Absent where the rule never makes that claim.',
          v.picklist(EARNED),
        ),
      ),
    }),
    because: v.exactOptional(about('Why it counts for less than it declares.', words)),
  }),
);

/** What `check-task-status rules test --format json` prints. */
export const ruleTests = about(
  'How well effect rules tell tasks that ran from tasks that did not: printed by check-task-status rules test --format json.',
  object({
    schemaVersion: about('Raised when a reader of this version could misread the file.', v.literal(1)),
    rules: v.array(ruleTest),
  }),
  { title: 'Tests of effect rules of Celery Task Diagnostics, version 1' },
);
