import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/connect/profile';
import type { CheckResult } from '../../../src/vscode/checks/checkState';
import { LastResults } from '../../../src/vscode/checks/lastResults';
import { sinceBefore } from '../../../src/vscode/checks/sinceBefore';
import { aDiagnosis, aTaskType } from '../../support/diagnosis';

function profileOf(id: string, port = 1): ConnectionProfile {
  return {
    id,
    name: id,
    origin: 'settings',
    written: {},
    database: { host: 'h', port, database: 'd', user: 'u', sslMode: 'prefer' },
  };
}

function resultOf(id: string, fields: Partial<CheckResult> = {}): CheckResult {
  const request = { hours: 906, statuses: ['SCHEDULED'], table: 't' };
  return {
    diagnosis: aDiagnosis(),
    profile: profileOf(id),
    request,
    finishedAt: new Date(0),
    ...fields,
  } as CheckResult;
}

describe('vscode/lastResults', () => {
  it('each connection keeps its last result, while it means the same server', () => {
    const results = new LastResults();
    const [a, again, b] = [resultOf('a'), resultOf('a'), resultOf('b')];
    for (const result of [a, b, again]) results.keep(result);
    assert.equal(results.of(profileOf('a')), again);
    assert.equal(results.of(profileOf('b')), b);
    assert.equal(results.of(profileOf('a', 2)), undefined, 'the file names another server now');
    assert.equal(results.of(profileOf('c')), undefined);
  });

  it('results of removed connections go, and the oldest of many', () => {
    const results = new LastResults();
    for (let at = 0; at < 9; at++) results.keep(resultOf(String(at)));
    assert.equal(results.of(profileOf('0')), undefined);
    assert.ok(results.of(profileOf('1')));
    results.keepOnly([{ id: '8' }]);
    assert.equal(results.of(profileOf('1')), undefined);
    assert.ok(results.of(profileOf('8')));
  });
});

describe('vscode/sinceBefore', () => {
  it('a check says how many tasks more or fewer are stuck than at the one before, if both asked the same', () => {
    const before = resultOf('a', { diagnosis: aDiagnosis({ taskTypes: [aTaskType({ count: 10 })] }) });
    const now = resultOf('a', { finishedAt: new Date(9) });
    assert.deepEqual(sinceBefore(before, now), { at: new Date(0), change: -7, settled: [] });
    const other = resultOf('a', { request: { ...now.request, hours: 24 } });
    assert.deepEqual(sinceBefore(before, other), { at: new Date(0), settled: [] });
    const reordered = resultOf('a', { request: { ...now.request, statuses: ['PENDING', 'SCHEDULED'] } });
    const same = resultOf('a', { request: { ...now.request, statuses: ['SCHEDULED', 'PENDING'] } });
    assert.equal(sinceBefore(reordered, same).change, 0);
  });

  it('a check says which steps of the plan before it are done', () => {
    const parameters = { ...aDiagnosis().parameters, checkExecution: true };
    const step = {
      id: 'start-workers',
      title: 'Start the workers',
      why: 'w',
      evidence: [],
      actions: [],
      phase: 'now' as const,
    };
    const before = resultOf('a', { diagnosis: aDiagnosis({ parameters, recommendations: [step] }) });
    const now = resultOf('a', { diagnosis: aDiagnosis({ parameters, recommendations: [] }) });
    assert.deepEqual(sinceBefore(before, now).settled, [{ id: 'start-workers', title: 'Start the workers' }]);
  });
});
