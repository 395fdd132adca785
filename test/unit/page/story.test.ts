import assert from 'node:assert/strict';
import type { RowDetails, SourceReport } from '../../../src/model/diagnosis';
import { CONTRADICTS, type Evidence, type Verdict, type Verification } from '../../../src/model/verdict';
import { chipTime } from '../../../src/page/model/time';
import { headOf } from '../../../src/report/panelMessages';
import { safeLink } from '../../../src/page/model/links';
import { bytes, exactHours, exactTime, minuteTime } from '../../../src/page/model/moments';
import { UTC } from '../../../src/page/model/zone';
import { dispute, storyOf } from '../../../src/page/model/story';
import { cureOf, sourceWords } from '../../../src/page/model/words';
import { upgraded } from '../../../src/report/upgraded';
import { aDiagnosis } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

const diagnosis = makeDiagnosis({ types: 3, rows: 30, samples: 1 });
const plain = diagnosis.taskTypes[0]!.samples[0]!;
const ok = (name: string): SourceReport => ({ name, state: 'ok', detail: '' });

function judged(verdict: Verdict, evidence: readonly Evidence[]): RowDetails {
  const verification: Verification = { verdict, confidence: 'likely', evidence };
  return { ...plain, verification };
}

describe('page/story', () => {
  it('the story of a sample goes from source to source as one looks, with all that each said in its order', () => {
    const sample = judged('lost', [
      { source: 'broker', says: 'No queue has it', supports: 'lost' },
      { source: 'redis', says: 'It was emptied' },
      { source: 'broker', says: '3 queues were searched' },
      { source: 'row', says: 'SCHEDULED' },
    ]);
    const steps = storyOf(sample, [ok('postgres'), ok('broker'), ok('redis')]);
    assert.deepEqual(
      steps.map(({ source, seen }) => [source, seen.map(({ says, supports }) => [says, supports])]),
      [
        ['row', [['SCHEDULED', null]]],
        [
          'broker',
          [
            ['No queue has it', 'lost'],
            ['3 queues were searched', null],
          ],
        ],
        ['redis', [['It was emptied', null]]],
      ],
    );
    assert.ok(steps.every(({ gap }) => gap === null));
  });

  it('the story of a sample names every source that could not be used, also one that said nothing of this row', () => {
    const sample = judged('unknown', [{ source: 'workers', says: 'The workers were not asked' }]);
    const steps = storyOf(sample, [
      ok('postgres'),
      { name: 'workers', state: 'unavailable', detail: 'asking is off' },
      { name: 'effects', state: 'not-configured', detail: 'no rule' },
      { name: 'siblings', state: 'unavailable', detail: 'too slow' },
    ]);
    assert.deepEqual(
      steps.map(({ source, gap, seen }) => [source, gap, seen.length]),
      [
        ['workers', { state: 'unavailable', detail: 'asking is off' }, 1],
        ['effects', { state: 'not-configured', detail: 'no rule' }, 0],
        ['siblings', { state: 'unavailable', detail: 'too slow' }, 0],
      ],
    );
  });

  it('the story of a sample marks what contradicts the verdict, once', () => {
    const [step] = storyOf(
      judged('lost', [
        { source: 'effects', says: `It left its trace.${CONTRADICTS}`, supports: 'finished', contradicts: true },
        { source: 'effects', says: 'Its message is in a queue', supports: 'waiting' },
        { source: 'effects', says: 'No message', supports: 'lost' },
      ]),
      [],
    );
    assert.deepEqual(
      step!.seen.map(({ says, contradicts }) => [says, contradicts]),
      [
        ['It left its trace.', true],
        ['Its message is in a queue', false],
        ['No message', false],
      ],
    );
  });

  it('the story of a sample says which verdicts are disputed where it cannot be told, and only there', () => {
    const evidence: Evidence[] = [
      { source: 'row', says: 'a', supports: 'lost' },
      { source: 'effects', says: 'b', supports: 'finished' },
      { source: 'redis', says: 'c', supports: 'unknown' },
    ];
    assert.deepEqual(dispute(judged('unknown', evidence)), ['lost', 'finished']);
    assert.deepEqual(dispute(judged('unknown', evidence.slice(1))), []);
    assert.deepEqual(dispute(judged('lost', evidence)), []);
  });

  it('the story of a sample has no steps where nothing was verified', () => {
    const sample = without(plain, 'verification');
    assert.deepEqual(storyOf(sample, diagnosis.sources), []);
    assert.deepEqual(dispute(sample), []);
  });
});

describe('page/story', () => {
  it('the page tells the cure of a source that could not be used, unless the source does', () => {
    const cure = (name: string, state: SourceReport['state'], detail: string): string | null =>
      cureOf(upgraded(aDiagnosis({ sources: [{ name, state, detail }] })).sources[0]!)?.says ?? null;
    assert.match(cure('results', 'not-configured', 'no URL is named')!, /CELERY_RESULT_BACKEND/);
    assert.match(cure('effects', 'not-configured', 'no rule speaks of these tasks')!, /celeryTasks\.effects/);
    assert.equal(cure('workers', 'unavailable', 'asking is off (celeryTasks.askWorkers, --ask-workers)'), null);
    assert.equal(cure('results', 'ok', ''), null);
    assert.equal(cure('something new', 'unavailable', 'broken'), null);
  });

  it('the page keeps the name of a source that it does not know, also a strange one', () => {
    assert.equal(sourceWords('toString').title, 'toString');
    assert.equal(sourceWords('broker').title, 'Broker');
  });

  it('the page writes times in UTC with every digit, and durations and sizes as people read them', () => {
    assert.equal(exactTime('2026-11-23T10:00:00.123456Z', UTC), '2026-11-23 10:00:00.123456 UTC');
    assert.equal(minuteTime('2026-11-23T10:00:59Z', UTC), '2026-11-23 10:00 UTC');
    assert.equal(exactHours(2331.256), '2,331.26 h');
    assert.equal(exactHours(2.999), '3.00 h');
    assert.deepEqual([0, 999, 1000, 83_000_000, 1.25e12].map(bytes), [
      '0 bytes',
      '999 bytes',
      '1 kB',
      '83 MB',
      '1.3 TB',
    ]);
  });

  it('the page names the time of chosen bins; the first one may reach back further', () => {
    const head = headOf(diagnosis);
    const { timeline } = head;
    assert.equal(chipTime(head, timeline!, { from: 70, to: 72 }, UTC), '2026-09-05 00:00 to 2026-09-06 12:00 UTC');
    assert.equal(chipTime(head, timeline!, { from: 0, to: 0 }, UTC), '2026-08-01 00:00 to 12:00 UTC');
    const older = {
      ...head,
      taskTypes: head.taskTypes.map((type) => ({ ...type, oldestLastRun: '2020-01-01T00:00:00Z' })),
    };
    assert.equal(chipTime(older, timeline!, { from: 0, to: 0 }, UTC), 'before 2026-08-01 12:00 UTC');
  });

  it('the page links only to https', () => {
    assert.equal(safeLink('https://example.com/a#b'), 'https://example.com/a#b');
    for (const url of [
      'http://example.com',
      'javascript:alert(1)',
      ' JaVaScRiPt:alert(1)',
      'command:x',
      '//example.com',
      '',
      'https://user:pw@example.com',
      'https://user@example.com',
      'https://:pw@example.com',
    ])
      assert.equal(safeLink(url), null, url);
  });
});
