import assert from 'node:assert/strict';
import type { RowFacts, ShownFacts } from '../../../src/model/facts';
import type { Rule } from '../../../src/causes/claim';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import {
  ANSWERED,
  effect,
  facts,
  message,
  NOT_ASKED,
  NOW,
  pending,
  result,
  row,
  takenMessage,
  unpublished,
  workerTask,
  world,
} from '../../support/facts';

const ROWS: readonly RowFacts['row'][] = [
  ...[row(), pending(), unpublished(), row({ status: 'PAUSED' }), row({ status: 'ERROR' }), row({ status: 'DONE' })],
  // Begun again long after it had begun.
  pending({ startedAt: NOW - 1e7 }),
  ...[pending({ message: 'circuit-open' }), pending({ currentPage: 1, totalPages: 3 }), pending({ attempts: 3 })],
];
const MESSAGES: readonly RowFacts['messages'][] = [
  [],
  [message({ priority: 9 })],
  [message({ queue: 'nobody' })],
  [message({ eta: NOW + 60, libraryAttempts: 1, redelivered: true })],
  [message({ expires: NOW - 60 })],
  [takenMessage()],
];
const TASKS: readonly RowFacts['tasks'][] = [
  [],
  [workerTask()],
  [workerTask({ state: 'reserved' })],
  [workerTask({ state: 'scheduled', eta: NOW + 60 })],
];
const RESULTS: readonly RowFacts['result'][] = [
  null,
  result('SUCCESS', { returnedValue: true }),
  result('FAILURE', { exceptionType: 'NotRegistered' }),
  result('REVOKED', { exceptionMessage: 'expired' }),
];
const SESSIONS: readonly RowFacts['session'][] = [
  null,
  { saves: [{ save: 'before-body', state: 'idle', wholeRow: true, closes: true, at: NOW }], touch: null },
  { saves: [], touch: { state: 'rolled-back', by: null, alone: true } },
];
const EFFECTS: readonly ShownFacts['effect'][] = [null, effect('executed'), effect('not-executed')];
/** More urgent messages than its own list has. */
const priorities = [
  { priority: 0, length: 8 },
  { priority: 9, length: 1 },
];
const queues = [{ name: 'celery', prefix: '', length: 9, unacked: 0, priorities }];
const WORLDS = [world(), world({ workers: NOT_ASKED }), world({ workers: ANSWERED, broker: { queues } })];

function* everything(): Generator<RowFacts> {
  for (const one of ROWS)
    for (const messages of MESSAGES)
      for (const tasks of TASKS)
        for (const record of RESULTS)
          for (const found of EFFECTS)
            for (const session of SESSIONS)
              yield facts({ row: one, messages, tasks, result: record, effect: found, session });
}

describe('causes/ruleNeeds', () => {
  it('an effect changes no verdict, cause or certainty of a row whose message or run was seen, so that nobody need ask for it', () => {
    let seen = 0;
    let more = 0;
    for (const of of everything()) {
      if (of.effect === null || of.messages.length + of.tasks.length === 0) continue;
      for (const around of WORLDS) {
        const { readings, ...as } = judge(of, around, RULES);
        const { readings: without, ...asWithout } = judge({ ...of, effect: null }, around, RULES);
        assert.deepEqual(asWithout, as);
        if (readings.length > without.length) more++;
        seen++;
      }
    }
    assert.equal(seen, 10 * (6 * 4 - 1) * 4 * 2 * 3 * 3);
    assert.ok(more > 0, 'what is said of rows that are shown');
  });
});

describe('causes/ruleNeeds', () => {
  it('what a rule needs is so little that asking only the rules that may speak changes no judgement', () => {
    const always = RULES.map((rule): Rule => {
      const { name, situations } = rule;
      return { name, situations, for: rule.for, apply: (...of) => rule.apply(...of) };
    });
    let verdicts = 0;
    for (const of of everything()) {
      for (const around of WORLDS) {
        assert.deepEqual(judge(of, around, RULES), judge(of, around, always));
        verdicts++;
      }
    }
    assert.equal(verdicts, 10 * 6 * 4 * 4 * 3 * 3 * 3);
  });

  it('what a rule needs is said by every rule that speaks of no row without it', () => {
    const silent = new Set(RULES.filter(({ needs }) => needs === undefined));
    for (const one of ROWS)
      for (const around of WORLDS)
        for (const rule of silent) if (rule.apply(facts({ row: one }), around) !== undefined) silent.delete(rule);
    // These speak of what the world says of a row: that it was revoked, that its Redis was emptied, or that a session may be at work on it.
    assert.deepEqual(
      [...silent].map(({ name }) => name),
      ['revoked', 'broker-wiped', 'resumed-in-error', 'untold-session'],
    );
  });

  it('a rule that reads the columns of one library is asked about rows of that library alone', () => {
    const ofLibrary = RULES.filter((rule) => rule.for === 'celery-task-manager').map(({ name }) => name);
    assert.ok(ofLibrary.includes('circuit-breaker') && !ofLibrary.includes('eta'), ofLibrary.join(', '));
    const asked: string[] = [];
    const noted = RULES.map((rule): Rule => ({ ...rule, apply: () => void asked.push(rule.name) }));
    const askedOf = (library: RowFacts['row']['library']): string[] => {
      asked.length = 0;
      judge(facts({ row: { ...pending(), library }, session: { saves: [], touch: null } }), world(), noted);
      return asked.filter((name) => ofLibrary.includes(name));
    };
    assert.ok(askedOf(pending().library).length > 0);
    assert.deepEqual(askedOf(null), []);
    assert.deepEqual(askedOf({ kind: 'another' }), []);
  });
});
