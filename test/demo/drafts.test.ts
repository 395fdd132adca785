import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import { rulesFrom, type EffectRule } from '../../src/model/effectRule';
import type { RuleDraft } from '../../src/model/ruleTest';
import { falseVerdicts, INCIDENT, judgeIncident, undetermined, type JudgedIncident } from '../support/incident';

const PROJECT = 'tools/demo/project';
const SIGNAL = 'task_manager.django.tasks.execute_signal';

/** These have code, and nobody can say from it what a task leaves. */
const NOT_TO_BE_FOLLOWED = [
  'breathecode.commons.tasks.clean_task',
  'breathecode.provisioning.tasks.async_gitpod_activity',
];

/** These have code that leaves nothing in the database. */
const WITHOUT_EFFECT = [
  'breathecode.activity.tasks.add_activity',
  'breathecode.assignments.tasks.student_task_notification',
  'breathecode.assignments.tasks.teacher_task_notification',
  'breathecode.messaging.tasks.send_slack_digest',
  'breathecode.notify.tasks.send_template_email',
  'breathecode.services.tasks.sync_crm_contacts',
];

/** Other tasks did the same to the same objects later: a rule for them would call lost tasks finished. */
const SHARED = ['breathecode.career.tasks.async_run_spider', 'breathecode.monitoring.tasks.monitor_app'];

/**
 * The demo's project, with rules drafted from its code and accepted without looking. The code was written first, as people write it, and
 * knows nothing of how it is read.
 */
describe('drafted rules on the incident', function () {
  this.timeout(300_000);
  let folder = '';
  let drafts: RuleDraft[] = [];
  let judged: JudgedIncident;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'celery-drafts-'));
    const file = join(folder, 'celery-effects.json');
    const cli = ['dist/check-task-status.js', 'rules', 'draft', '--workspace', PROJECT, '--write', file];
    const json = execFileSync(process.execPath, [...cli, '--format', 'json'], {
      env: { PATH: process.env.PATH, DATABASE_URL: INCIDENT.databaseUrl, REDIS_URL: INCIDENT.redisUrl },
      maxBuffer: 1e8,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    ({ drafts } = JSON.parse(json) as { drafts: RuleDraft[] });
    const written = JSON.parse(readFileSync(file, 'utf8')) as EffectRule[];
    judged = await judgeIncident([...rulesFrom('own', written), ...BUILT_IN_EFFECTS]);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const rulesOf = (task: string, from?: RuleDraft['from']): EffectRule[] =>
    drafts
      .filter((draft) => draft.task === task && (from === undefined || draft.from === from))
      .flatMap(({ rules }) => rules);

  it('leave at most a tenth of the stuck tasks undetermined, half of which were', () => {
    const all = judged.verdicts.size;
    const open = undetermined(judged);
    console.log(`undetermined: ${String(open)} of ${String(all)}, ${((100 * open) / all).toFixed(1)}%`);
    assert.ok(open <= all / 10, `${String(open)} of ${String(all)} are undetermined`);
  });

  it('lead to no false verdict', () => {
    assert.deepEqual(falseVerdicts(judged).slice(0, 20), []);
  });

  it('cover each of the six signals with a rule of its own, and one of them by the task that its receiver sends', () => {
    const signals = rulesOf(SIGNAL, 'code').map(({ table, where, fixed }) => [
      (where ?? []).flatMap((test) => ('equals' in test ? [String(test.equals)] : [])).at(-1),
      fixed?.task_name ?? table,
    ]);
    assert.deepEqual(Object.fromEntries(signals), {
      assignment_status_updated: 'set_cohort_user_assignments',
      revision_status_updated: 'assignments_taskrevision',
      student_edu_status_updated: 'admissions_cohortuser',
      cohort_user_created: 'admissions_onboarding',
      survey_answered: 'feedback_answer',
      event_saved: 'events_eventindexentry',
    });
  });

  it('are not made from code that cannot be followed, nor from code that leaves nothing', () => {
    for (const task of [...NOT_TO_BE_FOLLOWED, ...WITHOUT_EFFECT]) {
      assert.ok(
        drafts.some((draft) => draft.task === task),
        `${task} was asked for`,
      );
      assert.deepEqual(rulesOf(task, 'code'), [], task);
    }
  });

  it('call nothing finished because of what later tasks did to the same object', () => {
    const finished = [...judged.tasks].filter(
      ([id, task]) => SHARED.includes(task) && judged.verdicts.get(id)?.cause === 'effect-found',
    );
    assert.deepEqual(finished, []);
  });
});
