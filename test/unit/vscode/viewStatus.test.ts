import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/connect/profile';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { cancelled, Problem } from '../../../src/base/problem';
import type { CheckResult, CheckState } from '../../../src/vscode/checks/checkState';
import { JudgedRows } from '../../../src/model/judgedRows';
import { viewStatus, type ViewStatus } from '../../../src/vscode/tree/viewStatus';
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

function result(fields: Partial<Diagnosis> = {}): CheckResult {
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
    finishedAt: new Date(0),
  };
}

function status(check: CheckState, configured = true): ViewStatus {
  return viewStatus(check, configured, () => '10:15', NOW);
}

const NOW = 1_000_000;
const STUCK = '3 SCHEDULED over 906 h in 1 type · execution not verified · 10:15 on prod';

describe('vscode/viewStatus', () => {
  it('the message over the tree before the first check is nothing: the welcome view speaks', () => {
    const empty = { message: undefined, problem: undefined, badge: undefined };
    assert.deepEqual(status({}, false), { state: 'not-configured', ...empty });
    assert.deepEqual(status({}, true), { state: 'not-checked', ...empty });
    assert.deepEqual(status({ problem: cancelled() }), { state: 'not-checked', ...empty }, 'a cancel is no failure');
  });

  it('the message over the tree while a check runs is its step and how long it runs', () => {
    const progress = { step: 3, steps: 5, label: 'Reading a\nb', elapsedMs: 5 };
    const running = { profile, beganAt: NOW - 200 };
    assert.deepEqual(status({ running }), {
      state: 'checking',
      message: 'Checking prod: step 1, 0 s…',
      problem: undefined,
      badge: undefined,
    });
    assert.equal(
      status({ running: { ...running, progress } }).message,
      'Checking prod: step 3 of 5, 0 s · Reading a\\nb',
      'the words of a step keep to the line',
    );
    const later = { ...running, beganAt: NOW - 12_001, progress };
    assert.match(
      status({ running: later }).message ?? '',
      /^Checking prod: step 3 of 5, 12 s · /,
      'while a step is long',
    );
    const again = status({ running, result: result() });
    assert.deepEqual([again.state, again.message, again.badge?.value], ['stuck', 'Checking prod: step 1, 0 s…', 1]);
  });

  it('the message over the tree after a failure is the welcome view of its kind', () => {
    assert.deepEqual(status({ problem: refused }), {
      state: 'failed',
      message: undefined,
      problem: 'refused',
      badge: undefined,
    });
    assert.equal(status({ problem: refused }, false).state, 'failed');
  });

  it('the message over the tree after a result is how much, when and where, with a badge', () => {
    assert.deepEqual(status({ result: result() }), {
      state: 'stuck',
      message: STUCK,
      problem: undefined,
      badge: { value: 1, tooltip: '1 task type with stuck tasks' },
    });
    const { parameters } = aDiagnosis();
    const many = Array.from({ length: 1200 }, (_, index) => aTaskType({ taskName: String(index), count: 50 }));
    const found = status({
      result: result({
        taskTypes: many,
        parameters: { ...parameters, hours: 0.5, statuses: ['SCHEDULED', 'PENDING'] },
      }),
    });
    assert.equal(
      found.message,
      '60,000 SCHEDULED, PENDING over 0.5 h in 1,200 types · execution not verified · 10:15 on prod',
    );
    assert.deepEqual(found.badge, { value: 1200, tooltip: '1,200 task types with stuck tasks' });
  });

  it('the message over the tree after verification is what became of them, in numbers', () => {
    const parameters = { ...aDiagnosis().parameters, checkExecution: true };
    const taskTypes = [
      aTaskType({ count: 800, verdicts: { unknown: 700, lost: 100 } }),
      aTaskType({ count: 200, verdicts: { lost: 120, finished: 60, waiting: 12, held: 8 } }),
    ];
    assert.equal(
      status({ result: result({ taskTypes, parameters }) }).message,
      '1,000 SCHEDULED over 906 h in 2 types: 70% unknown · 22% lost · 6% finished · 10:15 on prod',
    );
  });

  it('the message over the tree names the sources that were not readable, each reason once, and calmly those that nobody named', () => {
    const sources = [
      { name: 'postgres', state: 'ok', detail: 'fine' },
      { name: 'broker', state: 'unavailable', detail: 'Connection refused at a:1' },
      { name: 'workers', state: 'unavailable', detail: 'Connection refused at a:1' },
      { name: 'results', state: 'unavailable', detail: 'It is\nslow' },
      { name: 'effects', state: 'not-configured', detail: '' },
    ] as const;
    assert.equal(
      status({ result: result({ sources }) }).message,
      `${STUCK} ⚠ broker, workers could not be read: Connection refused at a:1 ⚠ results could not be read: It is\\nslow · not configured: effects`,
    );
  });

  it('the message over the tree names calmly the sources that were read in part, and not the table that a warning is about already', () => {
    const gaps = [{ kind: 'view', says: 'a view hides rows' }] as const;
    const sources = [
      { name: 'postgres', state: 'partial', detail: 'fine', gaps },
      { name: 'broker', state: 'partial', detail: 'some', gaps: [{ kind: 'capped', says: 'some' }] },
      { name: 'results', state: 'ok', detail: 'an old export', gaps: [{ kind: 'capped', says: 'some' }] },
    ] as const;
    const message = status({ result: result({ sources }) }).message ?? '';
    assert.match(
      message,
      /⚠ Rows may be missing from every number: a view hides rows · read in part: broker, results$/,
    );
  });

  it('the message over the tree when nothing is stuck leaves the word to the welcome view, unless other statuses fill the tree', () => {
    const clean = status({ result: result({ taskTypes: [] }) });
    assert.deepEqual(clean, { state: 'clean', message: undefined, problem: undefined, badge: undefined });
    const others = status({ result: result({ taskTypes: [], otherStatuses: [other] }) });
    assert.deepEqual([others.state, others.message], ['clean', 'nothing stuck over 906 h · 10:15 on prod']);
  });

  it('the message over the tree keeps the last result and marks it when a later check fails, but not when it was cancelled', () => {
    const failed = status({ result: result(), problem: refused });
    assert.deepEqual([failed.state, failed.problem, failed.badge?.value], ['stuck', 'refused', 1]);
    assert.equal(failed.message, `⚠ The latest check failed: Connection refused. Shown is the one before: ${STUCK}`);
    const clean = status({ result: result({ taskTypes: [] }), problem: refused });
    assert.match(clean.message ?? '', /^⚠ The latest check failed: Connection refused\./);
    assert.deepEqual(status({ result: result(), problem: cancelled() }), status({ result: result() }));
  });
});
