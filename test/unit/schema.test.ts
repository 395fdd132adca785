import assert from 'node:assert/strict';
import { aDiagnosis, aSample, aTaskType } from '../support/diagnosis';
import { schemaErrors } from '../support/schema';

/** A Diagnosis as an exported file has it, with `arguments` as plain values. */
function exported(sample: object = {}, type: object = {}, whole: object = {}): object {
  const row = { ...aSample(), arguments: { a: 1 }, ...sample };
  return { ...aDiagnosis(), taskTypes: [{ ...aTaskType(), samples: [row], ...type }], ...whole };
}

describe('the published JSON Schema', () => {
  it('takes what a check without verification gives', () => {
    assert.deepEqual(schemaErrors(exported()), []);
    assert.deepEqual(schemaErrors(exported({ startedAt: '2025-02-15T10:23:45.000001Z', priority: 3 })), []);
  });

  it('takes the parts that verification adds', () => {
    const verification = {
      verdict: 'unknown',
      confidence: 'possible',
      evidence: [
        { source: 'broker', says: 'All 3 queues searched: no message.', supports: 'lost' },
        { source: 'row', says: 'Never started.' },
      ],
      readings: [
        { verdict: 'lost', cause: 'never-published', why: 'No message.', decidedBy: 'A worker that answers.' },
      ],
    };
    const whole = exported({ celeryState: 'SUCCESS', verification }, { verdicts: { unknown: 3 } });
    const { infrastructure } = aDiagnosis();
    const systems = {
      infrastructure: { ...infrastructure, redis: { version: '7.0' }, queues: [{ name: 'celery' }], workers: [] },
    };
    assert.deepEqual(schemaErrors({ ...whole, ...systems }), []);
  });

  it('refuses what the contract does not have', () => {
    const wrong: readonly object[] = [
      exported({ surprise: 1 }),
      exported({ id: '1' }),
      exported({ lastRun: '2025-02-15 10:23:45+00:00' }),
      exported({ lastRun: '2025-02-15T10:23:45.12Z' }),
      exported({ lastRun: '' }),
      exported({ attempts: 1.5 }),
      exported({}, { count: 0 }),
      exported({}, { maxHoursStuck: null }),
      exported({}, { verdicts: { gone: 1 } }),
      exported({ verification: { verdict: 'lost', confidence: 'sure', evidence: [] } }),
      exported({ verification: { verdict: 'lost', cause: 'magic', confidence: 'proven', evidence: [] } }),
      exported({}, {}, { schemaVersion: 2 }),
      exported({}, {}, { sources: [] }),
      exported({}, {}, { extra: true }),
    ];
    wrong.forEach((value, index) => {
      assert.notDeepEqual(schemaErrors(value), [], `case ${String(index)}`);
    });
    assert.notDeepEqual(schemaErrors({ ...exported(), generatedAt: undefined }), []);
  });
});
