import assert from 'node:assert/strict';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import { surest } from '../../../src/verdicts/surest';
import {
  ANSWERED,
  facts,
  message,
  NOT_ASKED,
  NOW,
  pending,
  row,
  takenMessage,
  workerTask,
  world,
} from '../../support/facts';

describe('verdicts/surest', () => {
  it('how sure a verdict may be of what was seen is proven by an id, or by number, name and arguments', () => {
    for (const match of ['id', 'number-and-arguments'] as const) {
      assert.equal(surest(facts({ messages: [message({ match })] })), 'proven');
      assert.equal(judge(facts({ messages: [message({ match })] }), world(), RULES).confidence, 'proven');
    }
  });

  it('how sure a verdict may be of what was seen is likely by number and name, or in a key that only looks like a queue', () => {
    for (const weak of [message({ match: 'number-and-name' }), message({ inferred: true })]) {
      const { verdict, confidence } = judge(facts({ messages: [weak] }), world(), RULES);
      assert.deepEqual([verdict, confidence], ['waiting', 'likely']);
    }
    const tasks = [workerTask({ match: 'number-and-name' })];
    const { verdict, confidence } = judge(facts({ row: pending(), tasks }), world({ workers: ANSWERED }), RULES);
    assert.deepEqual([verdict, confidence], ['running', 'likely']);
  });

  it('how sure a verdict may be of what was seen is not weakened by a message where a worker reports the task itself', () => {
    const seen = facts({
      row: pending(),
      messages: [takenMessage({ match: 'number-and-name' })],
      tasks: [workerTask()],
    });
    assert.equal(judge(seen, world({ workers: ANSWERED }), RULES).confidence, 'proven');
  });

  it('how sure a verdict may be of what was seen keeps running among the readings where a message came back of a run that began, and nobody was asked', () => {
    const again = pending({ startedAt: NOW - 1e6, lastRun: NOW - 7200 });
    for (const seen of [takenMessage({ redelivered: true }), message({ redelivered: true })]) {
      const open = judge(facts({ row: again, messages: [seen] }), world({ workers: NOT_ASKED }), RULES);
      assert.equal(open.verdict, 'unknown');
      const verdicts = new Set(open.readings.map(({ verdict }) => verdict));
      assert.ok(
        verdicts.has('running') && verdicts.has(seen.place === 'queue' ? 'waiting' : 'held'),
        [...verdicts].join(),
      );
      const closed = judge(facts({ row: again, messages: [seen] }), world({ workers: ANSWERED }), RULES);
      assert.deepEqual([closed.cause, closed.confidence], ['crash-loop', 'likely']);
    }
  });

  it('how sure a verdict may be of what was seen keeps a row from being lost whose number a message of an unknown name has', () => {
    const doubtful = { messages: [message({ match: 'number', task: 'mail' })], tasks: [] };
    const { verdict, readings } = judge(facts({ row: row(), doubtful }), world(), RULES);
    assert.equal(verdict, 'unknown');
    assert.match(readings.find((reading) => reading.verdict === 'waiting')?.why ?? '', /mail/);
  });

  it('how sure a verdict may be of what was seen promises no time where a lock keeps messages from coming back', () => {
    const held = facts({ messages: [takenMessage()] });
    assert.ok(judge(held, world(), RULES).resolvesAt !== undefined);
    const locked = judge(held, world({ broker: { locks: [{ key: 'unacked_mutex', expiresIn: null }] } }), RULES);
    assert.deepEqual([locked.cause, locked.resolvesAt], ['redelivery-pending', undefined]);
  });
});
