import assert from 'node:assert/strict';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { readDiagnosis } from '../../../src/report/readDiagnosis';
import { textLog } from '../../../src/report/textLog';
import { CONTRADICTS, type Evidence } from '../../../src/model/verdict';
import type { Diagnosis } from '../../../src/model/diagnosis';
import type { SourceReport } from '../../../src/model/sources';
import { aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';

function back(diagnosis: Diagnosis): Diagnosis {
  return readDiagnosis(diagnosisJson(diagnosis), 'report.json');
}

function sourceOf(source: SourceReport, workers: Diagnosis['infrastructure']['workers'] = []): SourceReport {
  const { infrastructure } = aVerifiedDiagnosis();
  const read = back(aVerifiedDiagnosis({ sources: [source], infrastructure: { ...infrastructure, workers } }));
  return read.sources[0]!;
}

describe('report/upgraded', () => {
  const CAPPED = 'Redis at a:1: 3 queues; only 5 of 9 messages were read (celeryTasks.maxQueueScan)';

  it('an export of a release before gaps gets those that its sentences tell, and keeps its states, its sentences and its log', () => {
    const old: SourceReport = { name: 'broker', state: 'ok', detail: CAPPED };
    const gap = { kind: 'capped', setting: 'celeryTasks.maxQueueScan', says: CAPPED } as const;
    assert.deepEqual(sourceOf(old), { ...old, gaps: [gap] });
    const diagnosis = aVerifiedDiagnosis({ sources: [old] });
    assert.equal(textLog(back(diagnosis)), textLog(diagnosis));
  });

  it('an old export says that there is no worker only where it was said then', () => {
    const workers = (detail: string): string[] =>
      (sourceOf({ name: 'workers', state: 'ok', detail }).gaps ?? []).map(({ kind }) => kind);
    assert.deepEqual(workers('no worker is connected; no client of Redis waits for tasks'), []);
    assert.deepEqual(workers('no worker received the question, but that there is none is not known'), ['unanswered']);
    assert.deepEqual(workers('the workers were not asked; asking is off (celeryTasks.askWorkers, --ask-workers)'), [
      'not-asked',
    ]);
  });

  it('an export keeps the gaps that it has, of kinds and settings that this release does not know too', () => {
    const gaps = [{ kind: 'capped', says: 'x' }] as const;
    assert.deepEqual(sourceOf({ name: 'broker', state: 'partial', detail: CAPPED, gaps }).gaps, gaps);
    const later = [{ kind: 'eaten', setting: 'celeryTasks.feed', says: 'x' }] as unknown as SourceReport['gaps'];
    assert.deepEqual(sourceOf({ name: 'broker', state: 'partial', detail: '', gaps: later! }).gaps, [
      { kind: 'other', says: 'x' },
    ]);
  });

  it('an export that is read says which evidence contradicts its verdict where the sentence says so, whatever else the file says', () => {
    const told: Evidence = { source: 'effects', says: `It left its trace.${CONTRADICTS}`, supports: 'finished' };
    const wrong: Evidence = { source: 'effects', says: 'It left its trace.', supports: 'finished', contradicts: true };
    const sample = aSample({
      id: 1,
      verification: { verdict: 'lost', confidence: 'likely', evidence: [told, wrong] },
    });
    const read = back(aVerifiedDiagnosis({ taskTypes: [aTaskType({ samples: [sample], examples: [sample] })] }));
    for (const rows of [read.taskTypes[0]!.samples, read.taskTypes[0]!.examples!])
      assert.deepEqual(
        rows[0]!.verification!.evidence.map(({ contradicts }) => contradicts),
        [true, undefined],
      );
  });
});
