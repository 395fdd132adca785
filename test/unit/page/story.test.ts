import assert from 'node:assert/strict';
import type { SourceReport } from '../../../src/model/sources';
import { chipTime } from '../../../src/page/model/time';
import { headOf } from '../../../src/report/panelMessages';
import { safeLink } from '../../../src/page/model/links';
import { bytes, exactHours, exactTime, minuteTime } from '../../../src/page/model/moments';
import { UTC } from '../../../src/page/model/zone';
import { cureOf, sourceWords } from '../../../src/page/model/words';
import { upgraded } from '../../../src/report/upgraded';
import { aDiagnosis } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const diagnosis = makeDiagnosis({ types: 3, rows: 30, samples: 1 });
describe('page/story', () => {
  it('the page tells the cure of a source that could not be used, unless the source does', () => {
    const cure = (name: string, state: SourceReport['state'], detail: string): string | null =>
      cureOf(upgraded(aDiagnosis({ sources: [{ name, state, detail }] })).sources[0]!)?.says ?? null;
    assert.match(cure('results', 'not-configured', 'no URL is named')!, /CELERY_RESULT_BACKEND/);
    assert.match(cure('effects', 'not-configured', 'no effect rule covers these tasks')!, /celeryTasks\.effects/);
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
