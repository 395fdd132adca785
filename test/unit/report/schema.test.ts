import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { GAP_KINDS, GAP_SETTINGS } from '../../../src/model/sources';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { aDiagnosis, aSample, aTaskType, aVerification, aVerifiedDiagnosis } from '../../support/diagnosis';
import { schemaErrors } from '../../support/schema';

/** A Diagnosis as an exported file has it, with `arguments` as plain values. */
function exported(sample: object = {}, type: object = {}, whole: object = {}): object {
  const row = { ...aSample(), arguments: { a: 1 }, ...sample };
  return { ...aDiagnosis(), taskTypes: [{ ...aTaskType(), samples: [row], ...type }], ...whole };
}

/** A verified Diagnosis as an exported file has it. @param infrastructure over its own; undefined leaves a part out */
function verified(infrastructure: object = {}): unknown {
  const diagnosis = aVerifiedDiagnosis();
  const plain = JSON.parse(diagnosisJson(diagnosis)) as { infrastructure: object };
  const changed = { ...plain, infrastructure: { ...plain.infrastructure, ...infrastructure } };
  return JSON.parse(JSON.stringify(changed)) as unknown;
}

describe('report/schema', () => {
  it('the published JSON Schema takes what a check without verification gives', () => {
    assert.deepEqual(schemaErrors(exported()), []);
    assert.deepEqual(schemaErrors(exported({ startedAt: '2025-02-15T10:23:45.000001Z', priority: 3 })), []);
  });

  it('the published JSON Schema takes the parts that verification adds', () => {
    assert.deepEqual(schemaErrors(verified()), []);
    const { redis } = aVerifiedDiagnosis().infrastructure;
    assert.deepEqual(schemaErrors(verified({ redis: undefined, resultsRedis: { ...redis, role: 'results' } })), []);
    assert.deepEqual(schemaErrors(verified({ queues: [], workers: [] })), []);
  });

  it('the published JSON Schema takes what says when rows stopped and what became of them, and refuses what is not counts', () => {
    const timeline = { start: '2025-02-10T00:00:00Z', binSeconds: 604800, bins: 120 };
    const lastRuns = { 0: 1, 119: 2 };
    const outcome = { verdict: 'lost', cause: 'never-published', confidence: 'likely', twin: true, count: 3, lastRuns };
    assert.deepEqual(schemaErrors(exported({}, { lastRuns, outcomes: [outcome] }, { timeline, elapsedMs: 0 })), []);
    const wrong: readonly object[] = [
      exported({}, {}, { elapsedMs: 1.5 }),
      exported({}, {}, { timeline: { ...timeline, bins: 121 } }),
      exported({}, {}, { timeline: { ...timeline, binSeconds: 0 } }),
      exported({}, {}, { timeline: { ...timeline, end: timeline.start } }),
      exported({}, { lastRuns: {} }),
      exported({}, { lastRuns: { 120: 1 } }),
      exported({}, { lastRuns: { '01': 1 } }),
      exported({}, { lastRuns: { 1: 0 } }),
      exported({}, { outcomes: [] }),
      exported({}, { outcomes: [{ ...outcome, twin: false }] }),
      exported({}, { outcomes: [{ ...outcome, confidence: 'sure' }] }),
      exported({}, { outcomes: [{ ...outcome, lastRuns: undefined }] }),
    ];
    wrong.forEach((value, index) => {
      assert.notDeepEqual(schemaErrors(JSON.parse(JSON.stringify(value))), [], `case ${String(index)}`);
    });
  });

  it('the published JSON Schema takes examples, which have the form of samples', () => {
    const row = { ...aSample(), arguments: [1], verification: aVerification() };
    assert.deepEqual(schemaErrors(exported({}, { examples: [row] })), []);
    for (const examples of [[], [{ id: 1 }], [{ ...row, surprise: 1 }]])
      assert.notDeepEqual(schemaErrors(exported({}, { examples })), []);
  });

  it('the published JSON Schema takes what can be done with a recommendation, and refuses other languages and pages', () => {
    const advice = { id: 'a', title: 'a', why: 'a', evidence: [], actions: [] };
    const advised = (more: object): string[] =>
      schemaErrors(exported({}, {}, { recommendations: [{ ...advice, ...more }] }));
    const snippet = { language: 'sql', title: 'Copy', text: 'select 1' };
    assert.deepEqual(advised({ snippets: [{ ...snippet, language: 'json' }] }), []);
    assert.deepEqual(advised({ rows: 0, snippets: [snippet], links: [{ title: 'a', url: 'https://a.example' }] }), []);
    assert.deepEqual(
      advised({ about: { verdicts: ['lost'], causes: [null, 'paused'], proven: true, twin: false } }),
      [],
    );
    const wrong: readonly object[] = [
      { rows: -1 },
      { about: { verdicts: ['gone'] } },
      { about: { causes: [] } },
      { about: { rows: 1 } },
      { snippets: [{ ...snippet, language: 'perl' }] },
      { snippets: [{ ...snippet, text: '' }] },
      { links: [{ title: 'a', url: 'http://a.example' }] },
      { links: [{ title: 'a', url: 'command:a' }] },
    ];
    for (const more of wrong) assert.notDeepEqual(advised(more), [], JSON.stringify(more));
  });

  it('the published JSON Schema refuses systems that are not as the contract says', () => {
    const { infrastructure } = aVerifiedDiagnosis();
    const { redis, queues = [], workers = [] } = infrastructure;
    const wrong: readonly object[] = [
      { redis: { ...redis, password: 'x' } },
      { redis: { ...redis, role: 'cache' } },
      { redis: { ...redis, startedAt: 1739491200 } },
      { redis: { address: 'a' } },
      { queues: [{ name: 'celery' }] },
      { queues: [{ ...queues[0], length: -1 }] },
      { queues: [{ ...queues[0], priorities: [1000] }] },
      { workers: [{ ...workers[0], seen: 'guessed' }] },
      { workers: [{ ...workers[0], active: '4' }] },
      { rabbit: {} },
    ];
    wrong.forEach((fields, index) => {
      assert.notDeepEqual(schemaErrors(verified(fields)), [], `case ${String(index)}`);
    });
  });

  it('the published JSON Schema bounds evidence', () => {
    const many = Array.from({ length: 101 }, () => ({ source: 'row', says: 'x' }));
    const long = [{ source: 'row', says: 'x'.repeat(2001) }];
    for (const evidence of [many, long, [{ source: 'row', says: '' }], [{ source: 'log', says: 'x' }]])
      assert.notDeepEqual(schemaErrors(exported({ verification: { ...aVerification(), evidence } })), []);
  });

  it('the published JSON Schema refuses what the contract does not have', () => {
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

  it('the published schema knows the kinds of gaps and the settings that the code knows, and these settings exist', () => {
    const gaps = (gap: object): string[] =>
      schemaErrors(exported({}, {}, { sources: [{ name: 'broker', state: 'partial', detail: '', gaps: [gap] }] }));
    for (const kind of GAP_KINDS) assert.deepEqual(gaps({ kind, says: 'x' }), [], kind);
    for (const setting of GAP_SETTINGS) assert.deepEqual(gaps({ kind: 'capped', setting, says: 'x' }), [], setting);
    assert.notDeepEqual(gaps({ kind: 'eaten', says: 'x' }), []);
    assert.notDeepEqual(gaps({ kind: 'capped', setting: 'celeryTasks.feed', says: 'x' }), []);
    const manifest = readFileSync('package.json', 'utf8');
    for (const setting of GAP_SETTINGS) assert.ok(manifest.includes(`"${setting}": {`), setting);
  });
});
