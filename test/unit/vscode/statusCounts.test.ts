import assert from 'node:assert/strict';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { statusCounts } from '../../../src/vscode/checks/statusCounts';

const found = {
  taskTypes: [{ byStatus: { QUEUED: 5, RUNNING: 1 } }, { byStatus: { QUEUED: 2 } }],
  otherStatuses: [{ status: 'HELD', count: 100 }],
  younger: [{ status: 'QUEUED', count: 3, oldestLastRun: '2026-01-01T00:00:00Z' }],
} as unknown as Diagnosis;

describe('vscode/statusCounts', () => {
  it('counts every status that a check met, the most frequent first', () => {
    assert.deepEqual(statusCounts(found, ['QUEUED']), [
      { status: 'HELD', old: 100, younger: undefined },
      { status: 'QUEUED', old: 7, younger: 3 },
      { status: 'RUNNING', old: 1, younger: undefined },
    ]);
  });

  it('has those that are asked for, also before any check', () => {
    assert.deepEqual(statusCounts(undefined, ['QUEUED', 'OWN']), [
      { status: 'QUEUED', old: 0, younger: undefined },
      { status: 'OWN', old: 0, younger: undefined },
    ]);
  });
});
