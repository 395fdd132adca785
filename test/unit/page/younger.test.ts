import { strict as assert } from 'node:assert';
import { youngerChoices } from '../../../src/page/model/younger';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const { parameters } = makeDiagnosis({ types: 1, rows: 1 });
const NOW = '2026-11-23T10:00:00Z';

function hoursFor(oldest: string | null, hours = 906): (number | string)[][] {
  const younger = oldest === null ? [] : [{ status: 'SCHEDULED', count: 7, oldestLastRun: oldest }];
  return youngerChoices({ younger, generatedAt: NOW, parameters: { ...parameters, hours } }).map((one) => [
    one.hours,
    one.title,
  ]);
}

describe('page/younger', () => {
  it('younger tasks can be asked for at ages that find some of them', () => {
    assert.deepEqual(hoursFor('2026-11-01T00:00:00Z'), [
      [1, 'Show Them'],
      [24, '24 h'],
      [168, '7 days'],
    ]);
    assert.deepEqual(hoursFor('2026-11-22T00:00:00Z'), [
      [1, 'Show Them'],
      [24, '24 h'],
    ]);
    assert.deepEqual(hoursFor('2026-11-23T09:30:00Z'), [[0, 'Show Them']]);
  });

  it('younger tasks are never asked for at an age that the check has already', () => {
    assert.deepEqual(hoursFor('2026-11-22T12:00:00Z', 24), [[1, 'Show Them']]);
    assert.deepEqual(hoursFor(null), []);
  });
});
