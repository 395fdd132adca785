import { strict as assert } from 'node:assert';
import type { RowDetails } from '../../../src/model/diagnosis';
import type { Evidence, Verification } from '../../../src/model/verdict';
import { outweighed } from '../../../src/page/model/overruled';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

const plain = makeDiagnosis({ types: 1, rows: 3, samples: 1 }).taskTypes[0]!.samples[0]!;
const says = (source: Evidence['source'], supports?: Evidence['supports']): Evidence => ({
  source,
  says: 'something',
  ...(supports === undefined ? {} : { supports }),
});

function judged(
  verdict: Verification['verdict'],
  confidence: Verification['confidence'],
  ...evidence: Evidence[]
): RowDetails {
  return { ...plain, verification: { verdict, confidence, evidence } };
}

describe('page/overruled', () => {
  it('evidence that speaks for another verdict is named, with why a message that was seen decides', () => {
    const sentence = outweighed(judged('waiting', 'proven', says('broker', 'waiting'), says('effects', 'lost')));
    assert.match(
      sentence ?? '',
      /^What the database shows of its effects points to lost; it is outweighed, because its message/,
    );
  });

  it('evidence that speaks for another verdict is named where a verdict was observed, and where signs agree', () => {
    const proven = judged(
      'finished',
      'proven',
      says('results', 'finished'),
      says('broker', 'lost'),
      says('redis', 'lost'),
    );
    assert.match(
      outweighed(proven) ?? '',
      /^The broker and the state of Redis point to lost; they are outweighed, because finished was observed directly/,
    );
    const likely = judged('lost', 'likely', says('row', 'lost'), says('results', 'finished'));
    assert.match(
      outweighed(likely) ?? '',
      /^The result backend points to finished; it is outweighed, because the strongest signs agree on lost/,
    );
  });

  it('evidence that speaks for another verdict is not spoken of where all agrees, or nothing was decided', () => {
    assert.equal(outweighed(judged('lost', 'likely', says('broker', 'lost'), says('row'))), null);
    assert.equal(outweighed(judged('lost', 'likely', says('broker', 'unknown'))), null);
    assert.equal(outweighed(judged('unknown', 'possible', says('broker', 'lost'), says('row', 'finished'))), null);
    assert.equal(outweighed(without(plain, 'verification')), null);
  });
});
