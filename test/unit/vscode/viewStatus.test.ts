import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/connect/profile';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { cancelled, Problem } from '../../../src/base/problem';
import type { CheckResult, CheckState } from '../../../src/vscode/checks/checkState';
import { JudgedRows } from '../../../src/model/judgedRows';
import { answerOf } from '../../../src/report/summary';
import { viewStatus, type ViewStatus, type ViewSurroundings } from '../../../src/vscode/tree/viewStatus';
import { aDiagnosis, aTaskType } from '../../support/diagnosis';

const profile: ConnectionProfile = {
  id: 'settings:prod',
  name: 'prod',
  origin: 'settings',
  database: { host: 'host', port: 5432, database: 'shop', user: 'bob', sslMode: 'prefer' },
  written: {},
};
const refused = new Problem('refused', 'Connection refused.');
const other = { status: 'PENDING', count: 1, maxHoursStuck: 1, taskTypes: [] };
const FINISHED = new Date('2025-03-25T05:00:00Z');

function result(fields: Partial<Diagnosis> = {}, more: Partial<CheckResult> = {}): CheckResult {
  const request = {
    hours: 906,
    limit: 5,
    statuses: ['SCHEDULED'],
    table: 't',
    maskedKeys: [],
    checkExecution: false,
    askWorkers: false,
  };
  return {
    diagnosis: aDiagnosis(fields),
    profile,
    request,
    judged: new JudgedRows(),
    finishedAt: FINISHED,
    ...more,
  };
}

function status(check: CheckState, fields: Partial<ViewSurroundings> = {}): ViewStatus {
  const now = new Date(FINISHED.getTime() + 12 * 60_000);
  return viewStatus(check, { configured: true, clock: () => '01:42', now, elapsed: NOW, usualHours: 906, ...fields });
}

const NOW = 1_000_000;
const STUCK = '3 stuck · counts only · 12 min ago · prod';

describe('vscode/viewStatus', () => {
  it('the message over the tree before the first check is nothing: the welcome view speaks', () => {
    const empty = { message: undefined, badge: undefined };
    assert.deepEqual(status({}, { configured: false }), { state: 'not-configured', ...empty });
    assert.deepEqual(status({}), { state: 'not-checked', ...empty });
    assert.deepEqual(status({ problem: cancelled() }), { state: 'not-checked', ...empty }, 'a cancel is no failure');
  });

  it('the message over the tree while a check runs is its step and how long it runs, in one line', () => {
    const progress = { step: 3, steps: 5, label: 'Reading a\nb...', elapsedMs: 5 };
    const running = { profile, beganAt: NOW - 200 };
    assert.deepEqual(status({ running }), { state: 'checking', message: 'Checking… 0 s', badge: undefined });
    assert.equal(status({ running: { ...running, progress } }).message, 'Checking… 3 of 5 · 0 s · Reading a\\nb');
    const later = { ...running, beganAt: NOW - 12_001, progress };
    assert.match(status({ running: later }).message ?? '', /^Checking… 3 of 5 · 12 s · /, 'while a step is long');
    const again = status({ running, result: result() });
    assert.deepEqual([again.state, again.message], ['stuck', 'Checking… 0 s']);
  });

  it('the message over the tree after a failure is the whole sentence, and whose connection it was', () => {
    const failed = status({ problem: refused, failedOn: profile });
    assert.deepEqual([failed.state, failed.message], ['failed', '⚠ prod: Connection refused.']);
    const production = { ...profile, production: true } as const;
    assert.equal(status({ problem: refused, failedOn: production }).message, '⚠ PRODUCTION: prod: Connection refused.');
    assert.equal(status({ problem: refused }).message, '⚠ Connection refused.', 'a setting that cannot be used');
    assert.equal(status({ problem: refused }, { configured: false }).state, 'failed');
  });

  it('the message over the tree after a result is the answer, its age, and whose it is', () => {
    assert.deepEqual(status({ result: result() }), { state: 'stuck', message: STUCK, badge: undefined });
    const now = new Date(FINISHED.getTime() + 59_000);
    assert.match(status({ result: result() }, { now }).message ?? '', / · just now · prod$/);
    const later = new Date(FINISHED.getTime() + 3 * 3_600_000);
    assert.match(status({ result: result() }, { now: later }).message ?? '', / · 3 h ago · prod$/);
  });

  it('the message over the tree says the hours where they are not the usual ones, and what is filtered', () => {
    const { parameters } = aDiagnosis();
    const of = (hours: number): string =>
      status({ result: result({ parameters: { ...parameters, hours } }) }).message?.split(' · ')[0] ?? '';
    assert.deepEqual([906, 24, 168, 0.5].map(of), [
      '3 stuck',
      '3 stuck over 24 h',
      '3 stuck over 7 days',
      '3 stuck over 0.5 h',
    ]);
    const filter = { verdicts: ['lost'] as const, text: 'hook' };
    assert.equal(
      status({ result: result() }, { filter }).message,
      '3 stuck · counts only · filter: lost · “hook” · 12 min ago · prod',
    );
  });

  it('the message over the tree after verification is the two greatest shares', () => {
    const parameters = { ...aDiagnosis().parameters, checkExecution: true };
    const taskTypes = [
      aTaskType({ count: 800, verdicts: { unknown: 700, lost: 100 } }),
      aTaskType({ count: 200, verdicts: { lost: 120, finished: 60, waiting: 12, held: 8 } }),
    ];
    const shown = status({ result: result({ taskTypes, parameters }) });
    assert.equal(shown.message, '1,000 stuck · 70% unknown · 22% lost · 12 min ago · prod');
  });

  it('the badge counts the tasks that need a decision, and is absent where there are none', () => {
    const badge = (verdicts: Parameters<typeof aTaskType>[0]): ViewStatus['badge'] =>
      status({ result: result({ taskTypes: [aTaskType(verdicts), aTaskType({ verdicts: { lost: 2, waiting: 1 } })] }) })
        .badge;
    assert.deepEqual(badge({ verdicts: { failed: 1200 } }), {
      value: 1202,
      tooltip: 'Tasks that need a decision: 2 lost, 1,200 failed',
    });
    assert.equal(status({ result: result({ taskTypes: [aTaskType({ verdicts: { waiting: 9 } })] }) }).badge, undefined);
  });

  it('the message over the tree says what changed since the check before', () => {
    const since = (change?: number): string =>
      status({
        result: result({}, { since: { at: FINISHED, settled: [], ...(change === undefined ? {} : { change }) } }),
      }).message ?? '';
    assert.match(since(-6480), /^3 stuck \(−6,480 since 01:42\) · /);
    assert.match(since(12), /^3 stuck \(\+12 since 01:42\) · /);
    assert.match(since(0), /^3 stuck \(unchanged since 01:42\) · /);
    assert.match(since(), /^3 stuck · /, 'another question');
    const none = result({ taskTypes: [] }, { since: { at: FINISHED, settled: [], change: -3 } });
    assert.match(status({ result: none }).message ?? '', /\(−3 since 01:42\) · /);
  });

  it('that nothing is stuck never stands alone over the tree: the age rule is named, and the younger tasks', () => {
    const diagnosis = {
      taskTypes: [],
      younger: [{ status: 'SCHEDULED', count: 148_708, oldestLastRun: '2025-02-15T11:00:00Z' }],
    };
    const clean = status({ result: result(diagnosis) });
    const { stuck, younger } = answerOf(aDiagnosis(diagnosis));
    assert.ok(younger?.includes('148,708'));
    assert.deepEqual([clean.state, clean.message], ['clean', `${stuck}. ${younger}. · 12 min ago · prod`]);
    assert.doesNotMatch(clean.message ?? '', /nothing is stuck/i);
    const others = status({ result: result({ taskTypes: [], otherStatuses: [other] }) });
    assert.match(others.message ?? '', / · 12 min ago · prod$/);
  });

  it('the message over the tree keeps the last result and marks it when a later check fails, but not when it was cancelled', () => {
    const failed = status({ result: result(), problem: refused, failedOn: profile });
    assert.equal(failed.state, 'stuck');
    assert.equal(
      failed.message,
      `⚠ Last check failed: prod: Connection refused. Showing the previous result: ${STUCK}`,
    );
    const clean = status({ result: result({ taskTypes: [] }), problem: refused });
    assert.match(clean.message ?? '', /^⚠ Last check failed: Connection refused\./);
    assert.deepEqual(status({ result: result(), problem: cancelled() }), status({ result: result() }));
  });
});
