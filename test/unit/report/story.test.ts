import assert from 'node:assert/strict';
import type { SourceReport } from '../../../src/model/sources';
import { CONTRADICTS, type Evidence, type Verdict, type Verification } from '../../../src/model/verdict';
import { dispute, sourceTitle, storyParts } from '../../../src/report/story';

const ok = (name: string): SourceReport => ({ name, state: 'ok', detail: '' });
const judged = (verdict: Verdict, evidence: readonly Evidence[]): Verification => ({
  verdict,
  confidence: 'likely',
  evidence,
});
const words = (seen: readonly { readonly says: string }[]): string[] => seen.map(({ says }) => says);

describe('report/story', () => {
  it('what decided comes before everything else, and what is left goes from source to source as one looks', () => {
    const verification = judged('finished', [
      { source: 'redis', says: 'It was emptied' },
      { source: 'broker', says: 'Nowhere' },
      { source: 'row', says: 'SCHEDULED' },
      { source: 'effects', says: 'It left its trace', supports: 'finished' },
    ]);
    const { because, against, also } = storyParts(verification, [ok('postgres'), ok('broker')]);
    assert.deepEqual(words(because), ['It left its trace']);
    assert.deepEqual(against, []);
    assert.deepEqual(
      also.map(({ source, seen, gap }) => [source, words(seen), gap]),
      [
        ['row', ['SCHEDULED'], null],
        ['broker', ['Nowhere'], null],
        ['redis', ['It was emptied'], null],
      ],
    );
  });

  it('a message that is nowhere decides that a task is lost, although no observation names that verdict', () => {
    const evidence: Evidence[] = [
      { source: 'row', says: 'Never published' },
      { source: 'broker', says: 'Nowhere' },
      { source: 'workers', says: 'None' },
    ];
    assert.deepEqual(words(storyParts(judged('lost', evidence)).because), ['Never published', 'Nowhere']);
    const named = [...evidence, { source: 'effects', says: 'Not done', supports: 'lost' } as const];
    assert.deepEqual(words(storyParts(judged('lost', named)).because), ['Not done', 'Nowhere']);
  });

  it('what says the opposite stands apart, once and without the mark that the log has', () => {
    const { because, against } = storyParts(
      judged('lost', [
        { source: 'effects', says: `It left its trace.${CONTRADICTS}`, supports: 'finished', contradicts: true },
        { source: 'effects', says: 'Its message is in a queue', supports: 'waiting' },
        { source: 'effects', says: 'No message', supports: 'lost' },
      ]),
    );
    assert.deepEqual(words(against), ['It left its trace.']);
    assert.deepEqual(words(because), ['No message']);
  });

  it('every observation is told once, also where two say the same', () => {
    const { because, against, also } = storyParts(
      judged('failed', [
        { source: 'redis', says: 'Same' },
        { source: 'results', says: 'Same', supports: 'failed' },
        { source: 'redis', says: 'Same' },
      ]),
    );
    assert.deepEqual([because, against].map(words), [['Same'], []]);
    assert.deepEqual(
      also.map(({ source, seen }) => [source, words(seen)]),
      [['redis', ['Same', 'Same']]],
    );
  });

  it('every source that could not be used is named, also one that said nothing of this row', () => {
    const { also } = storyParts(judged('unknown', [{ source: 'workers', says: 'The workers were not asked' }]), [
      ok('postgres'),
      { name: 'workers', state: 'unavailable', detail: 'asking is off' },
      { name: 'effects', state: 'not-configured', detail: 'no rule' },
      { name: 'siblings', state: 'unavailable', detail: 'too slow' },
    ]);
    assert.deepEqual(
      also.map(({ source, gap, seen }) => [source, gap, seen.length]),
      [
        ['workers', { state: 'unavailable', detail: 'asking is off' }, 1],
        ['effects', { state: 'not-configured', detail: 'no rule' }, 0],
        ['siblings', { state: 'unavailable', detail: 'too slow' }, 0],
      ],
    );
  });

  it('the verdicts that the evidence points to are named where it cannot decide, and only there', () => {
    const evidence: Evidence[] = [
      { source: 'row', says: 'a', supports: 'lost' },
      { source: 'effects', says: 'b', supports: 'finished' },
      { source: 'redis', says: 'c', supports: 'unknown' },
    ];
    assert.deepEqual(dispute(judged('unknown', evidence)), ['lost', 'finished']);
    assert.deepEqual(dispute(judged('unknown', evidence.slice(1))), []);
    assert.deepEqual(dispute(judged('lost', evidence)), []);
    assert.deepEqual(dispute(undefined), []);
    assert.deepEqual(words(storyParts(judged('unknown', evidence)).because), ['a', 'b', 'c']);
  });

  it('a source that is not known keeps its name, also a strange one', () => {
    assert.equal(sourceTitle('toString'), 'toString');
    assert.equal(sourceTitle('broker'), 'Message');
  });
});
