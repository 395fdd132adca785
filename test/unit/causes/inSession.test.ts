import assert from 'node:assert/strict';
import type { RowFacts, World } from '../../../src/model/facts';
import type { RowTouch, SessionSave } from '../../../src/model/sessionFacts';
import { explain } from '../../../src/verdicts/evidence';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import {
  effect,
  facts,
  history,
  HOUR,
  message,
  NOT_ASKED,
  NOW,
  pending,
  result,
  row,
  takenMessage,
  world,
} from '../../support/facts';

/** A task of an hour ago whose body was entered. */
const began = (change: Parameters<typeof pending>[0] = {}) =>
  pending({ lastRun: NOW - HOUR, startedAt: NOW - HOUR, updatedAt: NOW - HOUR, ...change });
const save = (change: Partial<SessionSave> = {}): SessionSave => ({
  save: 'before-body',
  state: 'idle',
  wholeRow: true,
  closes: true,
  at: NOW - HOUR,
  ...change,
});
const touch = (change: Partial<RowTouch> = {}): RowTouch => ({
  state: 'in-progress',
  by: 'change',
  alone: true,
  ...change,
});

function verdict(
  session: { saves?: readonly SessionSave[]; touch?: RowTouch | null },
  more: Partial<RowFacts> = {},
  around: World = world(),
): string {
  const known = facts({
    row: began(),
    ...more,
    session: { saves: session.saves ?? [], touch: session.touch ?? null },
    effect: null,
  });
  const judged = judge({ ...known, effect: more.effect ?? null }, around, RULES);
  const { verdict: word, confidence, readings } = judged;
  // Its sentences are made of the same facts.
  for (const { says } of explain(known, around, word)) assert.doesNotMatch(says, /undefined|NaN|null,|\[object/);
  return word === 'unknown'
    ? `unknown: ${readings.map((reading) => reading.verdict).join(', ')}`
    : `${word}, ${confidence}`;
}

describe('causes/inSession', () => {
  it('a session of PostgreSQL whose last statement is the save before the body runs it, although no worker is connected and nothing has its message', () => {
    assert.equal(verdict({ saves: [save()] }), 'running, likely');
    assert.equal(verdict({ saves: [save()] }, { effect: effect('not-executed') }), 'running, likely');
    assert.equal(verdict({ saves: [save()] }, { row: began({ currentPage: 1, totalPages: 3 }) }), 'running, likely');
    assert.equal(verdict({ saves: [save()] }, { messages: [takenMessage()] }), 'running, likely');
    assert.equal(verdict({ saves: [save()] }, {}, world({ workers: NOT_ASKED })), 'running, likely');
  });

  it('a session of PostgreSQL whose last statement is the save before the body runs it also where the first message put SCHEDULED back meanwhile', () => {
    const overwritten = row({ lastRun: NOW - HOUR, updatedAt: NOW - HOUR + 1.5 });
    assert.equal(verdict({ saves: [save()] }, { row: overwritten }), 'running, likely');
  });

  it('a session of PostgreSQL whose last statement is the save before the body is proof in a transaction that has changed the row and has not ended', () => {
    const inTransaction = [save({ state: 'in-transaction' })];
    assert.equal(verdict({ saves: inTransaction, touch: touch() }), 'running, proven');
    assert.equal(
      verdict({ saves: inTransaction, touch: touch() }, {}, world({ sessions: { doubt: 'a pooler' } })),
      'running, proven',
    );
    // Of a view the row's transaction is not known.
    assert.equal(verdict({ saves: inTransaction }), 'running, likely');
  });

  const possible: readonly [why: string, saves: SessionSave, around?: World, stuck?: RowFacts['row']][] = [
    ['a pooler keeps sessions', save(), world({ sessions: { doubt: 'a pooler keeps sessions' } })],
    [
      'in a transaction of another schema',
      save({ state: 'in-transaction' }),
      world({ sessions: { doubt: 'another schema' } }),
    ],
    ['the application keeps sessions', save({ closes: false })],
    ['a retry, whose success the library never saves', save(), world(), began({ attempts: 2 })],
    ['a statement by hand', save({ wholeRow: false })],
    ['a statement by hand in a transaction', save({ wholeRow: false, state: 'in-transaction' })],
    ["a run's first save, or Resume's", save({ save: 'begun' })],
    ['the row was saved again since', save({ at: NOW - 2 * HOUR })],
    ['no run has begun', save(), world(), began({ currentPage: 0 })],
  ];
  for (const [why, one, around, stuck = began()] of possible)
    it(`a session of PostgreSQL whose last statement is the save before the body leaves a reading, which nothing takes away, where it proves less: ${why}`, () => {
      const told = verdict({ saves: [one] }, { row: stuck }, around);
      assert.match(told, /^unknown: (.*, )?running\b/);
      assert.match(told, /failed/);
    });

  it('a session of PostgreSQL whose last statement is the save before the body says nothing of a body that asked for a retry, whose message is there', () => {
    const waits = [takenMessage({ libraryAttempts: 1, eta: NOW + 60 })];
    assert.equal(verdict({ saves: [save()] }, { messages: waits }), 'held, proven');
    // The message of this very attempt, delivered again.
    const attempt = { row: began({ attempts: 2 }), messages: [message({ libraryAttempts: 1, redelivered: true })] };
    assert.equal(verdict({ saves: [save({ state: 'active' })] }, attempt), 'running, likely');
  });

  it('a session of PostgreSQL whose last statement is the save before the body says nothing of a row that says itself how it ended', () => {
    assert.equal(verdict({ saves: [save()], touch: touch() }, { row: began({ status: 'DONE' }) }), 'finished, proven');
  });
});

describe('causes/inSession', () => {
  it('a session of PostgreSQL that saved the end tells of a row that does not', () => {
    assert.equal(verdict({ saves: [save({ save: 'done' })] }), 'finished, likely');
    assert.equal(verdict({ saves: [save({ save: 'failed' })] }), 'failed, likely');
    const overwritten = row({ lastRun: NOW - HOUR, updatedAt: NOW - HOUR + 1.5 });
    assert.equal(verdict({ saves: [save({ save: 'done' })] }, { row: overwritten }), 'finished, likely');
  });

  it('a session of PostgreSQL that saved the end leaves a reading where the row was saved long after that', () => {
    assert.match(verdict({ saves: [save({ save: 'done', at: NOW - 2 * HOUR })] }), /^unknown: .*finished/);
  });
});

describe('causes/inSession', () => {
  const inTransaction = began({ message: 'null' });

  it('a transaction that touched a row and has not ended is its body, where nothing shows the save before it yet', () => {
    assert.equal(verdict({ touch: touch() }, { row: inTransaction }), 'running, likely');
  });

  it('a transaction that touched a row may be anybody else, too', () => {
    for (const stuck of [began(), row(), began({ message: 'null', currentPage: 0 })])
      assert.match(verdict({ touch: touch() }, { row: stuck }), /^unknown: .*running/);
    for (const change of [{ alone: false }, { by: null }])
      assert.match(verdict({ touch: touch(change) }, { row: inTransaction }), /^unknown: .*running/);
  });

  it('a transaction that touched a row and only locks it says nothing', () => {
    assert.equal(verdict({ touch: touch({ by: 'lock' }) }, { row: inTransaction }), 'failed, likely');
  });

  it('a transaction that touched a row and was rolled back was its body, which did not end well', () => {
    const rolledBack = touch({ state: 'rolled-back', by: null });
    assert.equal(verdict({ touch: rolledBack }, { row: inTransaction }), 'failed, likely');
    // Neither an effect nor a reading of "never ran" is of more weight.
    assert.match(verdict({ touch: rolledBack }, { row: row() }), /^unknown: .*lost/);
    assert.match(verdict({ touch: { ...rolledBack, alone: false } }, { row: began() }), /^unknown: .*finished/);
  });

  it('a transaction that touched a row after the snapshot leaves open what the row says now', () => {
    const since = touch({ state: 'since', by: null });
    assert.match(verdict({ touch: since }, { row: inTransaction }), /^unknown: .*running/);
    assert.equal(verdict({}, { row: inTransaction }), 'failed, likely');
  });

  it('a transaction that touched a row does not outweigh a record of its end', () => {
    const ended = result('FAILURE', { exceptionType: 'NotRegistered', doneAt: NOW });
    assert.equal(verdict({ touch: touch({ state: 'rolled-back', by: null }) }, { result: ended }), 'failed, proven');
  });
});

describe('causes/inSession', () => {
  const of = (stuck: RowFacts['row'], untold: World['sessions']['untold']): string =>
    judge(
      facts({ row: stuck }),
      world({
        sessions: { untold },
        histories: new Map(['send', 'bill'].map((name) => [`shop.tasks.${name}`, history()])),
      }),
      RULES,
    )
      .readings.map(({ verdict: word }) => word)
      .join(', ');

  it('sessions that do not tell their row may run any row of their task that began, and none that did not', () => {
    const cut = { tasks: new Set(['shop.tasks.send']), anyTask: 0 };
    assert.match(of(began(), cut), /running/);
    assert.match(of(began({ message: 'null' }), cut), /running/);
    assert.doesNotMatch(of(began({ taskName: 'bill' }), cut), /running/);
    assert.doesNotMatch(of(row(), cut), /running/);
    assert.match(of(began({ taskName: 'bill' }), { tasks: new Set(), anyTask: 1 }), /running/);
  });
});
