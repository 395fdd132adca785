import assert from 'node:assert/strict';
import type { ShownFacts, TypeHistory, World } from '../../../src/model/facts';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import {
  ANSWERED,
  HOUR,
  NOT_ASKED,
  NOW,
  changed,
  effect,
  facts,
  history,
  message,
  pending,
  result,
  row,
  takenMessage,
  unpublished,
  workerTask,
  world,
} from '../../support/facts';

/** `verdict/cause/confidence`, or for unknown `unknown: reading | reading`. */
function verdictOf(of: Partial<ShownFacts>, around: World = world()): string {
  const { verdict, cause, confidence, readings } = judge(facts(of), around, RULES);
  if (verdict !== 'unknown') return [verdict, cause ?? '-', confidence].join('/');
  return `unknown: ${readings.map((reading) => [reading.verdict, reading.cause ?? '-'].join('/')).join(' | ')}`;
}

const asked = world({ workers: ANSWERED });

/** The pairs that a row alone cannot tell apart. */
const GONE = 'unknown: lost/message-missing | finished/lost-update | failed/-';
const DIED = 'unknown: failed/worker-lost | lost/message-missing | finished/- | failed/empty-exception';
const RETRIED =
  'unknown: failed/worker-lost | lost/message-missing | finished/retry-not-recorded | failed/empty-exception';

/** Tasks of several pages hardly ever stop before their last, and the broker was emptied. */
const paged = world({
  histories: new Map([['shop.tasks.send', history({ pagedDone: 100, pagesLeft: 1 })]]),
  redis: { flushes: 1 },
});
/** First runs of the type were cut off. */
const cutOff = world({ histories: new Map([['shop.tasks.send', history({ cutOff: 3, retried: 5 })]]) });

describe('causes/situations', () => {
  it('situation 1: a first message in a queue has no row; a row of the same task is not judged by it', () => {
    const around = world({ broker: { firstMessages: new Map([['shop.tasks.send', { queued: 3, again: 0 }]]) } });
    assert.equal(verdictOf({ row: unpublished() }, around), 'lost/never-published/likely');
  });

  it('situation 2: never published', () => {
    assert.equal(verdictOf({ row: unpublished() }), 'lost/never-published/likely');
    const young = { lastRun: NOW - 10 * 60, createdAt: NOW - 10 * 60 };
    assert.equal(
      verdictOf({ row: unpublished(young) }),
      'unknown: waiting/- | lost/never-published',
      'publishing may take a quarter of an hour',
    );
    const again = world({ broker: { firstMessages: new Map([['shop.tasks.send', { queued: 0, again: 1 }]]) } });
    assert.equal(
      verdictOf({ row: unpublished() }, again),
      'unknown: lost/never-published',
      'its first message may come again',
    );
  });

  it('situation 3: queued; without workers, with workers, taken in advance', () => {
    assert.equal(verdictOf({ messages: [message()] }), 'waiting/workers-down/proven');
    assert.equal(verdictOf({ messages: [message()] }, asked), 'waiting/backlog/proven');
    assert.equal(verdictOf({ messages: [message()] }, world({ workers: NOT_ASKED })), 'waiting/-/proven');
    const reserved = workerTask({ state: 'reserved' });
    assert.equal(verdictOf({ messages: [takenMessage()], tasks: [reserved] }, asked), 'held/prefetched/proven');
  });

  it('situation 4: queued where nobody consumes, or behind lists that are served first', () => {
    assert.equal(verdictOf({ messages: [message({ queue: 'reports' })] }, asked), 'waiting/no-consumer/proven');
    const queues = [
      {
        name: 'celery',
        prefix: '',
        length: 9,
        unacked: 0,
        priorities: [
          { priority: 0, length: 8 },
          { priority: 9, length: 1 },
        ],
      },
    ];
    const busy = world({ workers: ANSWERED, broker: { queues } });
    assert.equal(verdictOf({ messages: [message({ priority: 9 })] }, busy), 'waiting/priority-starved/proven');
    assert.equal(verdictOf({ messages: [message({ priority: 0 })] }, busy), 'waiting/backlog/proven');
    const longer = message({ priority: 9, listLength: 8 });
    assert.equal(verdictOf({ messages: [longer] }, busy), 'waiting/backlog/proven', 'a few before it are no starving');
  });

  it('situations 5 and 6: gone, or ran and was put back: only an effect tells', () => {
    assert.equal(verdictOf({}), GONE);
    const flushed = world({ redis: { flushes: 1 } });
    assert.equal(verdictOf({}, flushed), 'unknown: lost/broker-wiped | finished/lost-update | failed/-');
    assert.equal(verdictOf({ effect: effect('executed') }), 'finished/lost-update/proven');
    assert.equal(verdictOf({ effect: effect('executed', 'likely') }), 'finished/lost-update/likely');
    assert.equal(verdictOf({ effect: effect('not-executed', 'likely') }), 'lost/message-missing/likely');
    assert.equal(verdictOf({ effect: effect('not-executed') }, flushed), 'lost/broker-wiped/likely');
    assert.equal(verdictOf({ effect: effect('failed') }), 'failed/effect-found/proven');
    assert.equal(verdictOf({ effect: effect('cannot-say') }), GONE);
    assert.equal(verdictOf({ result: result('SENT') }), GONE, 'SENT says only "published"');
  });

  it('situations 7, 15 and 16: killed, an exception without a text, or the last save failed', () => {
    assert.equal(verdictOf({ row: pending() }), DIED);
    assert.equal(verdictOf({ row: pending(), effect: effect('executed') }), 'finished/effect-found/proven');
    assert.equal(verdictOf({ row: pending(), effect: effect('not-executed', 'likely') }), 'failed/-/likely');
    const killed = result('FAILURE', { exceptionType: 'WorkerLostError' });
    assert.equal(verdictOf({ row: pending(), result: killed }), 'failed/worker-lost/likely');
    assert.equal(
      verdictOf({ row: pending(), result: killed, effect: effect('executed', 'likely') }),
      'finished/effect-found/likely',
      'the time limit may have ended the last save',
    );
    const database = result('FAILURE', { exceptionType: 'OperationalError' });
    assert.equal(
      verdictOf({ row: pending(), result: database }).split(':')[0],
      'unknown',
      'the last save may have failed after the body',
    );
    assert.equal(verdictOf({ row: pending({ message: 'null' }) }), 'failed/worker-lost/likely');
  });

  it('situation 8: taken by a worker that is gone; whose it is when workers are up, they must be asked', () => {
    const late = { row: pending(), messages: [takenMessage()] };
    assert.equal(verdictOf(late), 'held/redelivery-pending/likely');
    assert.equal(verdictOf(late, asked), 'held/redelivery-pending/likely');
    assert.equal(verdictOf(late, world({ workers: NOT_ASKED })).startsWith('unknown: held/- | running/-'), true);
    assert.equal(verdictOf({ messages: [takenMessage()] }, world({ workers: NOT_ASKED })), 'held/-/likely');
  });

  it('situation 9: a crash loop', () => {
    const again = pending({ startedAt: NOW - 20 * HOUR, lastRun: NOW - 2 * HOUR });
    assert.equal(verdictOf({ row: again, messages: [message({ redelivered: true })] }), 'waiting/crash-loop/likely');
    assert.equal(verdictOf({ row: again, messages: [takenMessage({ redelivered: true })] }), 'held/crash-loop/likely');
    const running = { messages: [takenMessage({ redelivered: true })], tasks: [workerTask()] };
    assert.equal(verdictOf({ row: again, ...running }, asked), 'running/crash-loop/proven');
    assert.equal(
      verdictOf({ row: pending(), messages: [takenMessage({ redelivered: true })] }),
      'held/redelivery-pending/likely',
      'once is no loop',
    );
  });

  it('situation 9: no loop where nothing was delivered again', () => {
    const again = pending({ startedAt: NOW - 20 * HOUR, lastRun: NOW - 2 * HOUR });
    assert.equal(verdictOf({ row: again, messages: [takenMessage()] }), 'held/redelivery-pending/likely');
  });

  it('situation 10: running', () => {
    assert.equal(verdictOf({ row: pending(), tasks: [workerTask()] }, asked), 'running/-/proven');
    assert.equal(
      verdictOf({ row: pending(), tasks: [workerTask({ taskId: 'of a retry' })] }, asked),
      'running/-/proven',
    );
  });

  it('situation 11: waits for its retry', () => {
    const retry = { taskId: 'another', libraryAttempts: 1, eta: NOW + 60 };
    assert.equal(
      verdictOf({ row: pending({ attempts: 2 }), messages: [takenMessage(retry)] }),
      'held/retry-wait/proven',
    );
    assert.equal(verdictOf({ row: pending({ attempts: 2 }), messages: [message(retry)] }), 'waiting/retry-wait/proven');
  });

  it('situation 11: a countdown or an ETA, and a retry whose time has come', () => {
    const later = { eta: NOW + HOUR };
    assert.equal(verdictOf({ messages: [takenMessage(later)] }, world({ workers: NOT_ASKED })), 'held/eta/proven');
    assert.equal(verdictOf({ messages: [message(later)] }), 'waiting/eta/proven');
    const scheduled = workerTask({ state: 'scheduled', eta: NOW + HOUR });
    assert.equal(verdictOf({ tasks: [scheduled] }, asked), 'held/eta/proven');
    assert.equal(verdictOf({ messages: [takenMessage({ eta: NOW - HOUR })] }), 'held/redelivery-pending/proven');
    const overdue = { libraryAttempts: 1, eta: NOW - HOUR };
    assert.equal(verdictOf({ row: pending(), messages: [takenMessage(overdue)] }), 'held/redelivery-pending/likely');
    assert.equal(verdictOf({ messages: [takenMessage()], tasks: [scheduled] }, asked), 'held/eta/proven');
  });

  it('situation 3: what a worker holds is not waiting for redelivery', () => {
    const due = workerTask({ state: 'scheduled', eta: NOW - 1 });
    assert.equal(verdictOf({ row: pending(), tasks: [due] }, asked), 'held/prefetched/proven');
    const { resolvesAt } = judge(facts({ messages: [takenMessage()], tasks: [due] }), asked, RULES);
    assert.equal(resolvesAt, undefined);
  });

  it('situations 12 and 13: its retry is lost, or it succeeded and was never recorded', () => {
    assert.equal(verdictOf({ row: pending({ attempts: 2 }) }, cutOff), RETRIED);
    assert.equal(
      verdictOf({ row: pending({ attempts: 2 }), effect: effect('executed') }),
      'finished/retry-not-recorded/proven',
    );
    assert.equal(
      verdictOf({ row: pending({ attempts: 2 }), effect: effect('not-executed') }),
      RETRIED,
      'a retry that was killed looks like one whose message is gone',
    );
  });

  it('situation 14: an open circuit breaker', () => {
    assert.equal(verdictOf({ row: pending({ message: 'circuit-open' }) }), 'failed/circuit-breaker/likely');
    const recorded = result('FAILURE', { exceptionType: 'TypeError' });
    assert.equal(
      verdictOf({ row: pending({ message: 'circuit-open' }), result: recorded }),
      'failed/circuit-breaker/likely',
    );
  });

  it('situation 17: between two pages', () => {
    assert.equal(verdictOf({ row: pending({ currentPage: 2, totalPages: 5 }) }, paged), 'lost/page-interrupted/likely');
    const undone = { row: pending({ currentPage: 2, totalPages: 5 }), effect: effect('not-executed', 'likely') };
    assert.equal(verdictOf(undone, paged), 'lost/page-interrupted/likely');
    assert.equal(
      verdictOf({ row: pending({ currentPage: 2, totalPages: 5 }), messages: [message()] }),
      'waiting/workers-down/proven',
    );
  });

  it('situation 18: thrown away because it is not registered', () => {
    const record = result('FAILURE', { exceptionType: 'NotRegistered', exceptionMessage: 'shop.tasks.send' });
    assert.equal(verdictOf({ result: record }), 'failed/unregistered/proven');
  });

  it('situation 19: REVOKED that nobody wrote who had the message says only that somebody revoked it', () => {
    const told = result('REVOKED', { exceptionMessage: 'revoked', byWorker: false });
    assert.equal(
      verdictOf({ result: told }),
      'unknown: failed/revoked | lost/message-missing | finished/lost-update | failed/-',
    );
    const known = world({ workers: { ...ANSWERED, revoked: new Set([row().taskId]) } });
    assert.equal(verdictOf({}, known).startsWith('unknown: failed/- | lost/message-missing'), true);
    assert.equal(verdictOf({ messages: [message()] }, known), 'waiting/revoked/proven');
    const sentSince = message({ taskId: 'of a Resume' });
    assert.equal(
      verdictOf({ messages: [sentSince] }, known),
      'waiting/backlog/proven',
      'the new message is not revoked',
    );
    const terminated = result('REVOKED', { exceptionMessage: 'terminated', byWorker: null });
    assert.equal(verdictOf({ row: pending(), result: terminated }), 'failed/revoked/likely');
  });

  it('situation 19: revoked or expired; revoked while it is still queued', () => {
    const record = result('REVOKED', { exceptionMessage: 'revoked' });
    assert.equal(verdictOf({ result: record }), 'failed/revoked/proven');
    assert.equal(verdictOf({ result: record, messages: [message()] }), 'waiting/revoked/proven');
    const unread = world({ broker: { contents: 'part', incompleteBecause: 'a cap' } });
    assert.equal(verdictOf({ result: record }, unread).startsWith('unknown'), true, 'it may still be queued');
    assert.equal(verdictOf({ result: result('REVOKED', { exceptionMessage: 'expired' }) }), 'failed/expired/proven');
    assert.equal(verdictOf({ messages: [message({ expires: NOW - 1 })] }), 'waiting/expired/proven');
  });

  it('situation 20: paused', () => {
    assert.equal(verdictOf({ row: row({ status: 'PAUSED', killed: true }) }), 'lost/paused/proven');
    assert.equal(verdictOf({ row: row({ status: 'PAUSED' }) }), 'lost/paused/likely');
    assert.equal(verdictOf({ row: row({ status: 'PAUSED' }), messages: [message()] }), 'waiting/paused/proven');
    assert.equal(verdictOf({ row: row({ status: 'PAUSED' }), messages: [takenMessage()] }), 'held/paused/proven');
  });

  it('situation 21: begun with an empty task id is judged like the others', () => {
    assert.equal(verdictOf({ row: pending({ taskId: '' }) }), DIED);
    assert.equal(
      verdictOf({ row: pending({ taskId: '' }), messages: [takenMessage()] }),
      'held/redelivery-pending/likely',
    );
  });

  it("situation 22: a false ERROR after the admin's Resume", () => {
    const resumed = row({ status: 'ERROR', message: 'empty', currentPage: 2, totalPages: 1 });
    assert.equal(verdictOf({ row: resumed }), 'unknown: finished/- | failed/-');
    assert.equal(verdictOf({ row: resumed, effect: effect('executed') }), 'finished/effect-found/proven');
    assert.equal(
      verdictOf({ row: changed(resumed, { exception: true, message: 'text' }) }, asked),
      'failed/-/proven',
      'a real error',
    );
  });

  it('situation 23: eager mode leaves no broker, so nothing is lost', () => {
    const eager = world({
      broker: { found: false, contents: 'part', incompleteBecause: 'no queue of Celery is in this Redis' },
    });
    assert.equal(
      verdictOf({}, eager),
      'unknown: lost/message-missing | finished/lost-update | failed/- | waiting/- | held/-',
    );
  });

  it('situation 24: a message without its row is no matter of a row', () => {
    assert.equal(verdictOf({}, world({ broker: { managerIds: [99] } })), GONE);
  });

  it('situation 25: workers that are connected and deaf', () => {
    const heard = { ...ANSWERED.workers![0]!, seen: 'heartbeat' as const };
    const deaf = { asked: true, none: false, settled: false, deaf: 1, workers: [heard] };
    assert.equal(verdictOf({ messages: [message()] }, world({ workers: deaf })), 'waiting/workers-down/proven');
    assert.equal(verdictOf({}, world({ workers: deaf })).startsWith('unknown'), true);
  });

  it('situation 26: a twin row has done the work', () => {
    const twin = { id: 8, status: 'DONE', createdAt: NOW - 999 * HOUR };
    assert.equal(verdictOf({ row: unpublished(), twin }), 'lost/never-published/likely');
    assert.equal(
      verdictOf({ row: unpublished(), twin, effect: effect('executed') }),
      'unknown: finished/effect-found | lost/never-published',
    );
  });
});

describe('causes/situations', () => {
  const rows = {
    gone: row(),
    unpublished: unpublished(),
    died: pending(),
    retried: pending({ attempts: 3 }),
    paged: pending({ currentPage: 1, totalPages: 3 }),
    paused: row({ status: 'PAUSED' }),
  };
  const unsettled: Record<string, World> = {
    'the broker is not named': world({ broker: { found: false, contents: 'part' } }),
    'the search was capped': world({ broker: { contents: 'part', incompleteBecause: 'a cap' } }),
    'the workers were not asked': world({ workers: NOT_ASKED }),
    'a worker did not answer': world({ workers: { ...ANSWERED, settled: false } }),
  };

  for (const [why, around] of Object.entries(unsettled)) {
    it(`nothing is lost while ${why}, whatever the row looks like`, () => {
      for (const [name, of] of Object.entries(rows)) {
        for (const seen of [undefined, effect('not-executed')]) {
          const { verdict, readings } = judge(facts({ row: of, effect: seen ?? null }), around, RULES);
          assert.equal(verdict, 'unknown', name);
          assert.ok(
            readings.some((reading) => ['waiting', 'held', 'running'].includes(reading.verdict)),
            name,
          );
        }
      }
    });
  }

  it('a row that moved within the last minute is not lost', () => {
    assert.match(verdictOf({ row: row({ lastRun: NOW - 5 }) }), /^unknown: .*waiting/);
  });

  it('SUCCESS is proof only with a value and one page', () => {
    const value = result('SUCCESS', { returnedValue: true });
    const of = (change: Partial<TypeHistory>) => new Map([['shop.tasks.send', history(change)]]);
    assert.equal(verdictOf({ row: pending(), result: value }), 'finished/result-success/proven');
    assert.equal(
      verdictOf({ result: value }, world({ histories: of({ errors: 0 }) })),
      'finished/result-success/likely',
      'a task that never fails has no fallback that ran',
    );
    assert.match(
      verdictOf({ result: value }, world({ histories: of({ errors: 1 }) })),
      /^unknown: finished\/result-success/,
      'it may be the value of a fallback',
    );
    assert.match(verdictOf({ result: value }, world({ histories: of({ done: 99 }) })), /^unknown/);
    assert.match(verdictOf({ result: result('SUCCESS', { returnedValue: false }) }), /^unknown: finished\/- \|/);
    assert.equal(
      verdictOf({ row: pending({ currentPage: 1, totalPages: 3 }), result: value }, paged),
      'lost/page-interrupted/likely',
    );
    assert.equal(
      verdictOf(
        { row: pending({ currentPage: 2, totalPages: 5 }) },
        { ...paged, workers: world({ workers: NOT_ASKED }).workers },
      ),
      'unknown: lost/page-interrupted | held/- | running/-',
    );
  });

  it('states that survive a kill say nothing', () => {
    for (const state of ['STARTED', 'RETRY', 'PROGRESS', 'SENT'])
      assert.equal(verdictOf({ row: pending(), result: result(state) }), DIED, state);
  });

  it('a message that is seen wins over what looks done, and two proofs that disagree decide nothing', () => {
    assert.equal(verdictOf({ messages: [message()], effect: effect('executed') }), 'waiting/workers-down/proven');
    const both = {
      result: result('FAILURE', { exceptionType: 'ValueError', raisedIn: 'handling' }),
      effect: effect('executed'),
    };
    assert.equal(verdictOf({ row: pending(), ...both }), 'unknown: failed/result-failure | finished/-');
  });

  it('the row itself is believed where it says how it ended', () => {
    assert.equal(verdictOf({ row: row({ status: 'DONE' }) }), 'finished/-/proven');
    assert.equal(verdictOf({ row: row({ status: 'ABORTED' }) }), 'failed/-/proven');
  });

  it('a status that nobody knows gets a reading too', () => {
    assert.equal(verdictOf({ row: row({ status: 'SLEEPING' }) }), 'unknown: unknown/-');
  });
});

/** Every record that may stand under a row's id, and every effect, to be crossed with every way of not knowing where a message is. */
const RECORDS = {
  none: null,
  NotRegistered: result('FAILURE', { exceptionType: 'NotRegistered' }),
  WorkerLostError: result('FAILURE', { exceptionType: 'WorkerLostError' }),
  TimeLimitExceeded: result('FAILURE', { exceptionType: 'TimeLimitExceeded' }),
  ValueError: result('FAILURE', { exceptionType: 'ValueError' }),
  'revoked by a worker': result('REVOKED', { exceptionMessage: 'revoked' }),
  expired: result('REVOKED', { exceptionMessage: 'expired' }),
  terminated: result('REVOKED', { exceptionMessage: 'terminated' }),
  'SUCCESS without a value': result('SUCCESS', { returnedValue: false }),
};
const EFFECTS = {
  none: null,
  'executed, likely': effect('executed', 'likely'),
  failed: effect('failed'),
  'failed, likely': effect('failed', 'likely'),
  'not executed': effect('not-executed'),
};
const ROWS = {
  gone: row(),
  unpublished: unpublished(),
  died: pending(),
  retried: pending({ attempts: 3 }),
  paged: pending({ currentPage: 1, totalPages: 3 }),
  paused: row({ status: 'PAUSED' }),
  'paused and killed': row({ status: 'PAUSED', killed: true }),
  'met an open circuit': pending({ message: 'circuit-open' }),
};

describe('causes/situations', () => {
  const unread = world({ broker: { contents: 'part', incompleteBecause: 'a cap' }, workers: NOT_ASKED });
  const untaken = world({ workers: NOT_ASKED });

  for (const [name, of] of Object.entries(ROWS)) {
    it(`a row that is ${name} is neither failed, finished nor lost, whatever a record or an effect says`, () => {
      for (const [recordName, record] of Object.entries(RECORDS))
        for (const [effectName, seen] of Object.entries(EFFECTS)) {
          const about = `${recordName}, ${effectName}`;
          const unsearched = judge(facts({ row: of, result: record, effect: seen }), unread, RULES);
          assert.equal(unsearched.verdict, 'unknown', `${about}, not searched`);
          const held = { row: of, result: record, effect: seen, messages: [takenMessage()] };
          const { verdict } = judge(facts(held), untaken, RULES);
          assert.ok(['held', 'unknown'].includes(verdict), `${about}, taken: ${verdict}`);
        }
    });
  }

  it('while its message may be somewhere, only a proven effect stands: what the task should do is done', () => {
    assert.equal(verdictOf({ effect: effect('executed') }, unread), 'finished/lost-update/proven');
  });

  it('while its message may be somewhere, nothing is lost where the Redis may be another one', () => {
    const elsewhere = world({ elsewhere: 'Nothing in this broker belongs to these tasks' });
    const others = world({ workers: { ...ANSWERED, registered: new Set(['blog.tasks.index']) } });
    for (const [name, of] of Object.entries(ROWS))
      for (const around of [elsewhere, others])
        assert.notEqual(judge(facts({ row: of, effect: effect('not-executed') }), around, RULES).verdict, 'lost', name);
  });

  it('a message without the time at which it was taken may never come back', () => {
    const stuck = { messages: [takenMessage({ deliveredAt: null })] };
    assert.match(verdictOf(stuck), /^unknown: held\/- \| lost\/message-missing/);
  });
});

describe('causes/situations', () => {
  it('the record of an earlier run says nothing of the last one', () => {
    const old = { doneAt: row().lastRun - 500 * HOUR };
    for (const [name, record] of Object.entries(RECORDS)) {
      if (!record) continue;
      const { verdict } = judge(facts({ row: pending(), result: { ...record, ...old } }), world(), RULES);
      assert.equal(verdict, 'unknown', name);
    }
    const returned = result('SUCCESS', { returnedValue: true, ...old });
    assert.equal(verdictOf({ row: pending(), result: returned }), DIED);
  });

  it('a state that workers write says that the message was taken', () => {
    for (const state of ['SUCCESS', 'STARTED', 'PROGRESS', 'RETRY']) {
      const taken = { result: result(state, { returnedValue: false }) };
      assert.doesNotMatch(verdictOf(taken), /message-missing/, state);
      assert.doesNotMatch(verdictOf(taken, world({ redis: { flushes: 1 } })), /broker-wiped/, state);
      assert.equal(verdictOf({ ...taken, effect: effect('not-executed') }).split('/')[0], 'failed', state);
    }
  });

  it('an effect between two pages is that of one of them', () => {
    const between = pending({ currentPage: 1, totalPages: 5 });
    assert.equal(verdictOf({ row: between, effect: effect('executed') }, paged), 'lost/page-interrupted/likely');
  });
});

describe('causes/situations', () => {
  it('rules have one name each', () => {
    assert.equal(new Set(RULES.map((rule) => rule.name)).size, RULES.length);
  });
});
