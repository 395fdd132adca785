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
  workerTask,
  world,
} from '../../support/facts';

/** `verdict/cause/confidence`, or for unknown `unknown: ` and the verdicts of its readings in the order of the alphabet. */
function verdictOf(of: Partial<ShownFacts>, around: World = world()): string {
  const { verdict, cause, confidence, readings } = judge(facts(of), around, RULES);
  if (verdict !== 'unknown') return [verdict, cause ?? '-', confidence].join('/');
  return `unknown: ${[...new Set(readings.map((reading) => reading.verdict))].sort().join(' ')}`;
}

const of = (change: Partial<TypeHistory>): World =>
  world({ histories: new Map([['shop.tasks.send', history(change)]]) });
const asked = world({ workers: ANSWERED });
const notAsked = world({ workers: NOT_ASKED });
const ago = (seconds: number) => ({ lastRun: NOW - seconds, createdAt: NOW - seconds, updatedAt: NOW - seconds });

describe('causes/otherReadings', () => {
  const young = pending({ ...ago(300), startedAt: NOW - 300 });

  it('a task that a worker may run unseen is not called failed, lost or held while a run of its type may last as long, whoever is connected or answers', () => {
    for (const around of [world(), asked]) {
      assert.match(verdictOf({ row: young }, around), /^unknown: .*running/);
      assert.match(verdictOf({ row: changed(young, { message: 'null' }) }, around), /^unknown: .*running/);
      assert.match(verdictOf({ row: changed(young, { totalPages: 3 }) }, around), /^unknown: .*running/);
      assert.match(verdictOf({ row: young, messages: [takenMessage()] }, around), /^unknown: .*held.* running/);
      const undone = { row: young, effect: effect('not-executed') };
      assert.match(verdictOf(undone, around), /^unknown: .*running/);
    }
  });

  it('a task that a worker may run unseen may also be running where the first save put SCHEDULED back, or where somebody paused it', () => {
    const putBack = row({ ...ago(300), updatedAt: NOW - 299 });
    assert.match(verdictOf({ row: putBack, effect: effect('not-executed') }), /^unknown: .*running/);
    assert.match(verdictOf({ row: row({ ...ago(300), status: 'PAUSED' }) }), /^unknown: .*running/);
    assert.equal(verdictOf({ row: row({ ...ago(300), status: 'PAUSED', killed: true }) }), 'lost/paused/proven');
    assert.equal(verdictOf({ row: row(ago(300)), effect: effect('not-executed') }), 'lost/message-missing/likely');
  });

  it('a task that a worker may run unseen is over after ten times the longest run of its type, a quarter of an hour at least, a day where none is known', () => {
    const since = (seconds: number) => ({
      row: pending({ ...ago(seconds), startedAt: NOW - seconds, message: 'null' }),
    });
    const known = of({ longestRun: 360 });
    assert.match(verdictOf(since(3599), known), /running/);
    assert.equal(verdictOf(since(3601), known), 'failed/worker-lost/likely');
    assert.match(verdictOf(since(899), of({ longestRun: 0.1 })), /running/);
    assert.equal(verdictOf(since(901), of({ longestRun: 0.1 })), 'failed/worker-lost/likely');
    for (const unknown of [world({ histories: new Map() }), of({ done: 29 }), of({ longestRun: null })]) {
      assert.match(verdictOf(since(23 * HOUR), unknown), /running/);
      assert.equal(verdictOf(since(25 * HOUR), unknown), 'failed/worker-lost/likely');
    }
  });

  it('a task that a worker may run unseen may have left its effect and go on', () => {
    assert.match(verdictOf({ row: young, effect: effect('executed') }), /^unknown: .*finished.* running/);
  });
});

describe('causes/otherReadings', () => {
  const long = pending({ startedAt: NOW - 4 * HOUR, lastRun: NOW - 4 * HOUR, updatedAt: NOW - 4 * HOUR });

  it('a queued message of a task that began is no proof that it waits: it may have come back while its run goes on', () => {
    const again = { row: long, messages: [message({ redelivered: true })] };
    assert.equal(verdictOf(again, notAsked), 'unknown: running waiting');
    assert.equal(verdictOf(again, asked), 'waiting/backlog/proven');
    assert.equal(verdictOf({ ...again, tasks: [workerTask()] }, asked), 'running/-/proven');
    const moved = { ...again, row: { ...long, startedAt: NOW - 6 * HOUR } };
    assert.equal(verdictOf(moved, notAsked), 'unknown: running waiting');
    assert.equal(
      verdictOf({ ...moved, messages: [takenMessage({ redelivered: true })] }, notAsked).split(' ')[0],
      'unknown:',
    );
  });

  it('a queued message of a task that began may be that of its next page, which it sent before it ended', () => {
    const page = {
      row: pending({ ...ago(60), startedAt: NOW - 60, totalPages: 3 }),
      messages: [message({ taskId: 'next page' })],
    };
    assert.equal(verdictOf(page, notAsked), 'unknown: running waiting');
    assert.equal(verdictOf({ ...page, row: pending({ totalPages: 3 }) }, notAsked), 'waiting/-/proven');
  });

  it('a queued message of a task that began waits when it is a retry, because a retry is sent after the run', () => {
    const retry = message({ libraryAttempts: 1, taskId: 'retry' });
    assert.equal(verdictOf({ row: pending(ago(60)), messages: [retry] }, notAsked), 'waiting/-/proven');
  });
});

describe('causes/otherReadings', () => {
  const rival = { id: 8, status: 'DONE', createdAt: NOW - 999 * HOUR };

  it('an effect and another row with the same arguments belongs to one of them only', () => {
    assert.equal(verdictOf({ effect: effect('executed'), rival }), 'unknown: failed finished lost');
    assert.equal(verdictOf({ row: pending(), effect: effect('executed'), rival }), 'unknown: failed finished lost');
    assert.equal(verdictOf({ row: pending(), effect: effect('failed'), rival }), 'unknown: failed finished lost');
  });

  it('an effect and another row with the same arguments is no proof where nobody has looked for one', () => {
    assert.equal(verdictOf({ effect: effect('executed'), rival: 'unsearched' }), 'finished/lost-update/likely');
  });
});

describe('causes/otherReadings', () => {
  it('an effect that is not there says that a SCHEDULED row never ran only where its last save came too soon for a run', () => {
    const saved = (seconds: number) => ({
      row: row({ updatedAt: row().createdAt! + seconds }),
      effect: effect('not-executed'),
    });
    assert.equal(verdictOf(saved(0.099)), 'lost/message-missing/likely');
    assert.equal(verdictOf(saved(0.101)), 'unknown: failed finished lost');
    const unknown = world({ histories: new Map() });
    assert.equal(verdictOf(saved(0.014), unknown), 'lost/message-missing/likely');
    assert.equal(verdictOf(saved(0.05), unknown), 'unknown: failed finished lost');
    const unread = { ...saved(0), row: row({ updatedAt: null }) };
    assert.equal(verdictOf(unread), 'unknown: failed finished lost');
  });

  it('an effect that is not there of a row that began says that it failed only where its type asks for no retries', () => {
    const undone = { row: pending(), effect: effect('not-executed') };
    assert.equal(verdictOf(undone), 'failed/-/likely');
    assert.match(verdictOf(undone, of({ retried: 1 })), /^unknown: .*lost/);
    assert.match(verdictOf(undone, of({ done: 20, errors: 9 })), /^unknown: .*lost/);
  });

  it('an effect that is not there of a row that was resumed and not begun since says that it is lost', () => {
    const resumed = pending({ currentPage: 0, message: 'null' });
    assert.equal(verdictOf({ row: resumed }), 'unknown: failed finished lost');
    assert.equal(verdictOf({ row: resumed, effect: effect('not-executed') }), 'lost/message-missing/likely');
    assert.equal(
      verdictOf({ row: { ...resumed, attempts: 2 } }).split(' ')[0],
      'failed/worker-lost/likely',
      'a retry began',
    );
  });
});

describe('causes/otherReadings', () => {
  const failed = (doneAt: number, more = {}) =>
    result('FAILURE', { exceptionType: 'ValueError', raisedIn: 'handling', doneAt, ...more });
  const { lastRun } = pending();

  it('a record near the last run proves nothing where it was stored before that run began', () => {
    assert.equal(verdictOf({ row: pending(), result: failed(lastRun + 1) }), 'failed/result-failure/proven');
    assert.match(verdictOf({ row: pending(), result: failed(lastRun - 1) }), /^unknown: failed/);
    assert.equal(verdictOf({ result: failed(lastRun - 1) }).split(':')[0], 'unknown', 'its id was used before');
    const ended = result('REVOKED', { exceptionMessage: 'expired', doneAt: lastRun - 30 });
    assert.match(verdictOf({ row: pending(), result: ended }), /^unknown/);
  });

  it('a record near the last run is of the first run where a retry or a page began since, whatever the clocks say', () => {
    for (const of of [pending({ attempts: 2 }), pending({ currentPage: 2, totalPages: 2 })])
      assert.doesNotMatch(verdictOf({ row: of, result: failed(NOW) }), /result-failure/);
  });

  it('a record near the last run says by its traceback whether the body had returned', () => {
    const limit = (raisedIn: 'last-save' | 'handling') =>
      result('FAILURE', { exceptionType: 'SoftTimeLimitExceeded', raisedIn });
    assert.equal(verdictOf({ row: pending(), result: limit('last-save') }), 'finished/-/proven');
    assert.equal(verdictOf({ row: pending(), result: limit('handling') }), 'failed/result-failure/proven');
    const untold = result('FAILURE', { exceptionType: 'SoftTimeLimitExceeded' });
    assert.match(verdictOf({ row: pending(), result: untold }), /^unknown: failed finished/);
    const receiver = result('FAILURE', { exceptionType: 'ValueError' });
    assert.equal(verdictOf({ row: pending(), result: receiver }), 'failed/result-failure/likely');
    assert.equal(
      verdictOf({ row: pending(), result: receiver, effect: effect('executed') }),
      'finished/effect-found/proven',
    );
  });
});

describe('causes/otherReadings', () => {
  const retried = { row: pending({ attempts: 2 }) };

  it('a retry that is nowhere has likely ended where nothing was lost and no first run of the type was cut off', () => {
    assert.equal(verdictOf(retried), 'finished/retry-not-recorded/likely');
    for (const around of [
      of({ cutOff: 1 }),
      of({ done: 29 }),
      world({ redis: { flushes: 1 } }),
      world({ redis: { startedAt: NOW - HOUR } }),
      world({ redis: { startedAt: null } }),
      world({ redis: null }),
    ])
      assert.match(verdictOf(retried, around), /^unknown: .*lost/);
    assert.match(verdictOf({ row: pending({ attempts: 10 }) }), /^unknown/, 'the last attempt records an error');
  });
});

describe('causes/otherReadings', () => {
  const between = { row: pending({ currentPage: 1, totalPages: 3 }) };

  it('a task of several pages is lost before its last page only where its type hardly ever stops there and the broker lost something', () => {
    const flushed = (change: Partial<TypeHistory>): World => ({
      ...of(change),
      losses: world({ redis: { flushes: 1 } }).losses,
    });
    assert.equal(verdictOf(between, flushed({ pagedDone: 95, pagesLeft: 5 })), 'lost/page-interrupted/likely');
    for (const around of [
      flushed({ pagedDone: 94, pagesLeft: 6 }),
      flushed({ pagedDone: 29, pagesLeft: 0 }),
      flushed({ pagedDone: 95, pagesLeft: 5, cutOff: 1 }),
      of({ pagedDone: 95, pagesLeft: 5 }),
    ])
      assert.equal(verdictOf(between, around), 'unknown: failed finished lost');
  });
});

describe('causes/otherReadings', () => {
  it('a message that was taken is held for sure only where the row was not saved since', () => {
    const since = (seconds: number) => ({
      row: row({ ...ago(7200), updatedAt: takenMessage().deliveredAt! + seconds }),
      messages: [takenMessage()],
    });
    const slow = of({ longestRun: 3600 });
    assert.equal(verdictOf(since(-61), slow), 'held/redelivery-pending/proven');
    assert.match(verdictOf(since(-59), slow), /^unknown: .*held.* running/);
  });
});

describe('causes/otherReadings', () => {
  it('a row whose status says how it ended is an error only where no run entered its body after that', () => {
    const error = row({ status: 'ERROR', message: 'text', exception: true });
    for (const around of [world(), asked, notAsked]) assert.equal(verdictOf({ row: error }, around), 'failed/-/proven');
    assert.equal(verdictOf({ row: changed(error, { message: 'empty' }) }), 'unknown: failed finished');
  });

  it('a row whose status says how it ended is one that an operator paused, which keeps how its run ended before', () => {
    const paused = row({ status: 'PAUSED' });
    assert.equal(verdictOf({ row: paused }), 'lost/paused/likely');
    assert.equal(verdictOf({ row: changed(paused, { startedAt: paused.lastRun }) }), 'unknown: failed finished lost');
    const killed = changed(paused, { killed: true });
    assert.equal(verdictOf({ row: killed }), 'lost/paused/proven');
    assert.equal(verdictOf({ row: changed(killed, { startedAt: paused.lastRun }) }), 'lost/paused/likely');
    assert.match(verdictOf({ row: changed(killed, { startedAt: paused.lastRun, totalPages: 2 }) }), /^unknown/);
  });
});

describe('causes/otherReadings', () => {
  it('a message that was thrown away was the second one of a row that began', () => {
    for (const exceptionMessage of ['expired', 'revoked']) {
      const record = result('REVOKED', { exceptionMessage });
      assert.match(verdictOf({ result: record }), /^failed\/.*\/proven$/);
      assert.match(verdictOf({ row: pending(), result: record }), /^unknown: failed/);
      assert.match(verdictOf({ result: record }, notAsked), /^unknown: .*held/);
    }
  });
});

describe('causes/otherReadings', () => {
  it('a task whose broker may be another one may be held or running there as well as waiting', () => {
    const elsewhere = world({ elsewhere: 'Nothing in this broker belongs to these tasks' });
    assert.match(verdictOf({ row: pending() }, elsewhere), /running.* waiting/);
    assert.match(verdictOf({}, elsewhere), /held.* waiting/);
  });
});
