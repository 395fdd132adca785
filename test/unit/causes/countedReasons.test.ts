import assert from 'node:assert/strict';
import { NO_MESSAGES } from '../../../src/brokers/noMessages';
import { RULES } from '../../../src/causes/rules';
import type { BrokerView, QueueFacts, World } from '../../../src/model/facts';
import type { Reading } from '../../../src/model/verdict';
import { judge, toReading } from '../../../src/verdicts/judge';
import { facts, NOT_ASKED, world } from '../../support/facts';

const queue = (name: string, consumers: number | null, change: Partial<QueueFacts> = {}): QueueFacts => ({
  name,
  prefix: '',
  length: 2,
  priorities: [],
  unacked: 0,
  consumers,
  ...change,
});

function around(queues: readonly QueueFacts[], more: Partial<BrokerView> = {}, none = false): World {
  const bounds = { somewhereAtMost: 9, waitingAtMost: 2, heldAtMost: 0 };
  const workers = { ...NOT_ASKED, none, settled: none };
  return world({ workers, broker: { ...NO_MESSAGES, contents: 'counted', queues, bounds, ...more } });
}

function readings(where: World, verdict: Reading['verdict']): Reading[] {
  const judged = judge(facts(), where, RULES);
  assert.equal(judged.verdict, 'unknown', 'a number decides no task');
  return judged.readings.filter((reading) => reading.verdict === verdict).map(toReading);
}

describe('causes/countedReasons', () => {
  it('the reading says why messages wait, where that is one reason for all of them', () => {
    const causeOf = (...args: Parameters<typeof around>): unknown => {
      const [first, ...more] = readings(around(...args), 'waiting');
      assert.deepEqual(more, []);
      return first?.cause;
    };
    const [taken, left] = [queue('celery', 2), queue('emails', 0)];
    const full = { conditions: [{ kind: 'eta-blocked' as const, queue: 'celery', says: 'x' }] };
    assert.equal(causeOf([taken]), 'backlog');
    assert.equal(causeOf([left]), 'no-consumer');
    assert.equal(causeOf([left], {}, true), 'workers-down');
    assert.equal(causeOf([taken], full), 'eta-blocked');
    assert.equal(causeOf([taken, left]), undefined, 'two reasons');
    assert.equal(causeOf([taken, queue('other', 1)], full), 'backlog', 'one of both is full');
    assert.equal(causeOf([queue('celery', null)]), undefined, 'consumers are not shown');
    assert.equal(causeOf([left, queue('dead', 0, { keeps: 'dead-letters' })]), 'no-consumer');
    assert.equal(
      causeOf([taken, queue('dead', 0, { keeps: 'dead-letters' })]),
      'backlog',
      'dead letters need no worker',
    );
    assert.equal(causeOf([queue('celery', 2, { length: 0 })]), undefined, 'they were taken meanwhile');
  });

  it('dead letters are a reading of failure and delayed tasks one of waiting, and neither lets a task be lost', () => {
    const bounds = { somewhereAtMost: 4, waitingAtMost: 0, heldAtMost: 0 };
    const dead = around(
      [queue('dead', 0, { keeps: 'dead-letters' })],
      { bounds: { ...bounds, deadLetteredAtMost: 2 } },
      true,
    );
    assert.ok(readings(dead, 'failed').some(({ cause }) => cause === 'dead-lettered'));
    const delayed = around([queue('celery_delayed_4', 0, { keeps: 'delayed' })], {
      bounds: { ...bounds, delayedAtMost: 2 },
    });
    assert.deepEqual(
      readings(delayed, 'waiting').map(({ cause }) => cause),
      ['eta'],
    );
    for (const where of [dead, delayed]) assert.notEqual(judge(facts(), where, RULES).verdict, 'lost');
  });
});
