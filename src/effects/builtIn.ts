import { rulesFrom, type EffectRule } from '../model/effectRule';
import buildProfileAcademy from './builtIn/buildProfileAcademy.json';
import cohortUserAssignments from './builtIn/cohortUserAssignments.json';
import deliverHook from './builtIn/deliverHook.json';
import fixIssue from './builtIn/fixIssue.json';
import learnpackWebhook from './builtIn/learnpackWebhook.json';

const FILES = [
  // assignments/tasks.py, services/learnpack/client.py: every end of the body saves the webhook, which stamps updated_at. The
  // administration can send a webhook again, and its status stays until then.
  learnpackWebhook,
  // notify/tasks.py: the hook keeps only its newest answer, and one hook serves many deliveries.
  deliverHook,
  // admissions/tasks.py: get_or_create, and an existing profile is made active, which leaves its created_at. build_cohort_user makes
  // the very same profile at nearly the same time, so a new one is a sign and no proof.
  buildProfileAcademy,
  // monitoring/tasks.py saves ran_at, attempts and fixed together at its end. The supervisor moves ran_at too when it sees the
  // issue again (utils/decorators/supervisor.py), so that a time alone proves nothing.
  fixIssue,
  // assignments/tasks.py puts the assignment's id into the list that its status names. The lists carry no time: another task for
  // the same assignment leaves the same.
  cohortUserAssignments,
];

/**
 * Rules for five tasks of the platform that this tool was first made for (breatheco-de/apiv2 374aa3c, default Django table names). Each
 * declares the strength of proof that its source code allows, and earns it in its test. Most of these rows outlive one task, so the rules compare times: what was so
 * before the task's row was made is no effect of the task. A test checks the files against the contract.
 */
export const BUILT_IN_EFFECTS: readonly EffectRule[] = rulesFrom(
  'built-in',
  FILES.flatMap(({ rules }) => rules as readonly unknown[]) as readonly EffectRule[],
);
