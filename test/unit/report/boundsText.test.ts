import assert from 'node:assert/strict';
import { boundsCell, boundsSentence, boundsShort, messagesAtMost } from '../../../src/report/boundsText';

function bounded(count: number, waitingAtMost: number, heldAtMost: number, nowhereAtLeast: number) {
  return { count, bounds: { waitingAtMost, heldAtMost, nowhereAtLeast } };
}

describe('report/boundsText', () => {
  const SENTENCES: readonly (readonly [ReturnType<typeof bounded>, string])[] = [
    [
      bounded(1204, 37, 4, 1163),
      'Of these 1,204 tasks at most 37 are waiting and at most 4 are held; at least 1,163 have no message.',
    ],
    [bounded(10, 1, 1, 8), 'Of these 10 tasks at most 1 is waiting and at most 1 is held; at least 8 have no message.'],
    [bounded(10, 9, 0, 1), 'Of these 10 tasks at most 9 are waiting and none is held; at least 1 has no message.'],
    [bounded(10, 0, 4, 6), 'Of these 10 tasks none is waiting and at most 4 are held; at least 6 have no message.'],
    [bounded(10, 7, 6, 0), 'Of these 10 tasks at most 7 are waiting and at most 6 are held.'],
    [bounded(10, 0, 0, 10), 'None of these 10 tasks has a message: none is waiting, and none is held.'],
    // Something else than waiting and held: a queue that keeps messages.
    [bounded(10, 0, 0, 7), 'Of these 10 tasks none is waiting and none is held; at least 7 have no message.'],
    [bounded(10, 10, 0, 0), 'Each of these 10 tasks may be waiting; none is held.'],
    [bounded(10, 10, 3, 0), 'Each of these 10 tasks may be waiting; at most 3 are held.'],
    [bounded(10, 0, 10, 0), 'Each of these 10 tasks may be held; none is waiting.'],
    [bounded(10, 10, 10, 0), 'Each of these 10 tasks may be waiting or held.'],
    [bounded(1, 0, 0, 1), 'This task has no message: it is not waiting, and it is not held.'],
    [bounded(1, 1, 1, 0), 'This task may be waiting or held.'],
    [bounded(1, 1, 0, 0), 'This task may be waiting; it is not held.'],
    [bounded(1, 0, 1, 0), 'This task may be held; it is not waiting.'],
    [bounded(1, 0, 0, 0), 'This task is not waiting, and it is not held.'],
  ];
  for (const [type, sentence] of SENTENCES)
    it(`what numbers say of a type: ${sentence}`, () => {
      assert.equal(boundsSentence(type), sentence);
    });

  it('names messages that are kept or delayed, where there may be some', () => {
    const kept = (
      count: number,
      waiting: number,
      deadLetteredAtMost: number,
      delayedAtMost: number,
      nowhere: number,
    ) => {
      const type = bounded(count, waiting, 0, nowhere);
      return { ...type, bounds: { ...type.bounds, deadLetteredAtMost, delayedAtMost } };
    };
    assert.equal(
      boundsSentence(kept(1204, 34, 3, 1, 1166)),
      'Of these 1,204 tasks at most 34 are waiting, none is held, at most 1 is waiting for its time and at most 3 are in a dead-letter queue; at least 1,166 have no message.',
    );
    assert.equal(
      boundsSentence(kept(30, 30, 3, 0, 0)),
      'Each of these 30 tasks may be waiting; none is held and at most 3 are in a dead-letter queue.',
    );
    assert.equal(
      boundsSentence(kept(1, 0, 1, 0, 0)),
      'This task may be in a dead-letter queue; it is not waiting and it is not held.',
    );
    assert.equal(boundsSentence(kept(10, 5, 0, 0, 5)), boundsSentence(bounded(10, 5, 0, 5)));
    assert.equal(
      boundsCell(kept(1204, 34, 3, 1, 1166)),
      '≤ 34 waiting, none held, ≤ 1 delayed, ≤ 3 dead-lettered, ≥ 1,166 without a message',
    );
  });

  it('says nothing of a type that nothing bounds', () => {
    assert.deepEqual(
      [boundsSentence, boundsShort, boundsCell, messagesAtMost].map((of) => of({ count: 3 })),
      [null, null, null, null],
    );
  });

  it('has the same in a few characters, but not where each task may have a message', () => {
    assert.equal(boundsShort(bounded(1204, 37, 4, 1163)), '≤ 41 messages');
    assert.equal(boundsShort(bounded(10, 1, 0, 9)), '≤ 1 message');
    assert.equal(boundsShort(bounded(10, 0, 0, 10)), 'no message');
    assert.equal(boundsShort(bounded(10, 10, 4, 0)), null);
    assert.equal(boundsCell(bounded(1204, 37, 4, 1163)), '≤ 37 waiting, ≤ 4 held, ≥ 1,163 without a message');
    assert.equal(boundsCell(bounded(10, 10, 0, 0)), '≤ 10 waiting, none held');
  });
});
