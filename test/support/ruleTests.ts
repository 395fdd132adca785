import type { RuleCounts, RuleTest } from '../../src/model/ruleTest';

/** Counts that add up. */
export function ruleCounts(looked: number, parts: Partial<RuleCounts> = {}): RuleCounts {
  const { executed = 0, failed = 0, notExecuted = 0 } = parts;
  return { looked, executed, failed, notExecuted, cannotSay: looked - executed - failed - notExecuted };
}

/** A rule that holds what it declares. */
export const A_RULE_TEST: RuleTest = {
  task: 'shop.tasks.send_invoice',
  table: 'billing_invoice',
  origin: 'own',
  finished: ruleCounts(3499, { executed: 3480, notExecuted: 4 }),
  notRun: ruleCounts(533, { notExecuted: 511 }),
  undetermined: ruleCounts(63_933, { executed: 29_804, notExecuted: 11_399 }),
  falseAlarmsAtMost: 3 / 533,
  missesAtMost: 0.0029,
  strength: { declared: 'proven', earned: 'proven', notExecuted: 'likely' },
};

/** One that finds effects of tasks that did not run. */
export const A_BROKEN_RULE_TEST: RuleTest = {
  task: 'shop.tasks.sync_contact',
  table: 'crm_contact',
  origin: 'drafted',
  finished: ruleCounts(2000, { executed: 1990 }),
  notRun: ruleCounts(412, { executed: 401 }),
  undetermined: ruleCounts(5210, { executed: 5100 }),
  falseAlarmsAtMost: 0.985,
  missesAtMost: 0.0015,
  strength: { declared: 'likely', earned: 'none' },
  because: 'It calls 401 of 412 tasks that did not run executed or failed.',
};

/** One that there was nothing to test on. */
export const AN_UNTESTED_RULE_TEST: RuleTest = {
  task: 'shop.tasks.close_day',
  table: 'shop_day',
  origin: 'built-in',
  finished: ruleCounts(120, { executed: 120 }),
  notRun: ruleCounts(0),
  undetermined: ruleCounts(0),
  falseAlarmsAtMost: null,
  missesAtMost: 0.025,
  strength: { declared: 'proven', earned: 'likely' },
  because: 'no task that did not run was there to test it on',
};
