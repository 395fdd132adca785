/**
 * Every rule, and what all of them come to, over all combinations of small facts: what must hold whatever the truth is. The worlds
 * (worlds.test.ts) meet what is likely; this meets what is rare.
 */
import assert from 'node:assert/strict';
import { marksOf } from '../../src/base/argumentMarks';
import { taskManagerRow } from '../../src/tables/taskManager/row';
import { plainNames } from '../../src/tables/celeryNames';
import { seenById, seenByNumber } from '../../src/check/seenOutside';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import type { RowFacts, World } from '../../src/model/facts';
import type { Claim } from '../../src/causes/claim';
import { judge } from '../../src/verdicts/judge';
import { endOf } from '../../src/causes/general/recordedEnds';
import { RULES } from '../../src/causes/rules';
import {
  ANSWERED,
  facts,
  HOUR,
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
} from '../support/facts';
import { claimsOf, combined, LATELY, RIVAL, YOUNG } from '../support/smallFacts';
import { kombuMessage, takenMessage as takenBytes } from '../support/redis';
import { redisOf } from './support/redis';

const ROWS: readonly RowFacts['row'][] = [
  ...[row(), row(YOUNG), row({ updatedAt: row().lastRun + 20 }), row({ updatedAt: null })],
  ...[unpublished(), unpublished(YOUNG), unpublished({ createdAt: null })],
  ...[pending(), pending(YOUNG), pending({ taskId: '', managerIdInArguments: false }), pending({ message: 'null' })],
  ...[
    pending({ message: 'circuit-open' }),
    pending({ message: null }),
    pending({ attempts: 3 }),
    pending({ attempts: 10 }),
  ],
  ...[pending({ totalPages: 3 }), pending({ totalPages: 3, currentPage: 3 }), pending({ currentPage: 0 })],
  pending({ startedAt: NOW - 2000 * HOUR }),
  pending({ lastRun: NOW - 3 * HOUR, startedAt: NOW - 3 * HOUR, updatedAt: NOW - 3 * HOUR }),
  ...[row({ status: 'PAUSED' }), pending({ status: 'PAUSED', killed: true }), pending({ status: 'PAUSED' })],
  ...[pending({ status: 'ERROR', exception: true, message: 'text' }), pending({ status: 'ERROR', message: 'empty' })],
  ...[pending({ status: 'ERROR', currentPage: 2 }), pending({ status: 'DONE' }), pending({ status: 'ABORTED' })],
];

const MESSAGES: readonly RowFacts['messages'][] = [
  [],
  [message()],
  [message({ redelivered: true })],
  [message({ taskId: 'a retry', libraryAttempts: 1, eta: NOW + 5 })],
  [takenMessage()],
  [takenMessage({ redelivered: true, deliveredAt: null })],
];
const TASKS: readonly RowFacts['tasks'][] = [[], [workerTask()], [workerTask({ state: 'reserved' })]];

const RESULTS: readonly RowFacts['result'][] = [
  null,
  result('SENT', { byWorker: null, doneAt: null }),
  result('STARTED', { doneAt: null }),
  ...[true, false].map((returnedValue) => result('SUCCESS', { ...LATELY, returnedValue })),
  result('SUCCESS', { returnedValue: true, doneAt: row().lastRun - 30 }),
  ...['NotRegistered', 'WorkerLostError', 'SoftTimeLimitExceeded', 'OperationalError', 'TypeError'].map(
    (exceptionType) => result('FAILURE', { ...LATELY, exceptionType }),
  ),
  ...['revoked', 'expired', 'terminated'].map((exceptionMessage) => result('REVOKED', { ...LATELY, exceptionMessage })),
  result('REVOKED', { ...LATELY, exceptionMessage: 'revoked', byWorker: false }),
];
/** Everything was searched and asked, but for what is changed; then nothing can be nowhere. */
const WHOLE: readonly World[] = [
  world(),
  world({ workers: ANSWERED }),
  world({ workers: ANSWERED, redis: { flushes: 2 }, histories: new Map() }),
];
const HIDDEN: readonly ((around: World) => World)[] = [
  (around) => ({ ...around, broker: { ...around.broker, contents: 'part', incompleteBecause: 'a list was not read' } }),
  (around) => ({ ...around, workers: { ...around.workers, ...NOT_ASKED } }),
  (around) => ({ ...around, elsewhere: 'Nothing in this broker belongs to these tasks' }),
];

function everything(): Generator<RowFacts> {
  return combined({ rows: ROWS, messages: MESSAGES, tasks: TASKS, results: RESULTS, rivals: [null] });
}

const ENDED = ['DONE', 'ERROR', 'ABORTED', 'CANCELLED', 'REVERSED'];

/** What counts as having observed this very row: its message, its run, a record of its last run, what it left, or what it says itself. */
function isObserved(of: RowFacts): boolean {
  const { row: own, messages, tasks, result: record, effect: sign } = of;
  const recorded = record !== null && !['SENT', 'STARTED'].includes(record.state ?? '');
  const left = sign !== null && sign.says !== 'not-executed' && sign.strength === 'proven';
  const says =
    ENDED.includes(own.status) ||
    taskManagerRow(own)?.message === 'circuit-open' ||
    (own.status === 'PAUSED' && taskManagerRow(own)?.killed === true);
  return messages.length + tasks.length > 0 || recorded || left || says;
}

function isNowhere(around: World): boolean {
  return around.broker.contents === 'read' && around.workers.settled && around.elsewhere === null;
}

function shown(of: RowFacts, about: unknown): string {
  return `${JSON.stringify(of)}\n${JSON.stringify(about)}`;
}

describe('every rule', function () {
  this.timeout(60_000);

  const everyClaim = function* (): Generator<readonly [rule: string, claim: Claim, of: RowFacts]> {
    for (const of of everything())
      for (const around of WHOLE) for (const [rule, claim] of claimsOf(of, around)) yield [rule, claim, of];
  };

  it('calls proven only what was observed of this very row', () => {
    for (const [rule, claim, of] of everyClaim())
      if (claim.confidence === 'proven') assert.ok(isObserved(of), `${rule}: ${shown(of, claim)}`);
  });

  it('calls lost only what would be nowhere', () => {
    for (const [rule, claim, of] of everyClaim())
      if (claim.verdict === 'lost' && claim.confidence !== 'possible')
        assert.equal(claim.ifNowhere, 'anywhere', `${rule}: ${shown(of, claim)}`);
  });

  it('needs the message to be nowhere for what it takes from absence alone', () => {
    for (const [rule, claim, of] of everyClaim()) {
      const isEnd = ['finished', 'failed', 'lost'].includes(claim.verdict) && claim.confidence !== 'possible';
      if (isEnd && !isObserved(of)) assert.equal(claim.ifNowhere, 'anywhere', `${rule}: ${shown(of, claim)}`);
    }
  });
});

describe('all rules together', function () {
  this.timeout(60_000);

  it('call nothing lost while a place is not searched, nobody was asked, or the row moves', () => {
    for (const of of everything())
      for (const whole of WHOLE)
        for (const hide of [...HIDDEN, (around: World) => around]) {
          const around = hide(whole);
          const judged = judge(of, around, RULES);
          if (judged.verdict !== 'lost') continue;
          assert.ok(isNowhere(around) && NOW - of.row.lastRun >= 60, shown(of, judged));
          assert.equal(of.messages.length + of.tasks.length, 0, shown(of, judged));
        }
  });

  it('say less where less is known, and never something else', () => {
    for (const of of everything())
      for (const whole of WHOLE) {
        const before = judge(of, whole, RULES);
        for (const hide of HIDDEN) {
          const after = judge(of, hide(whole), RULES);
          const verdicts = after.verdict === 'unknown' ? after.readings.map(({ verdict }) => verdict) : [after.verdict];
          const wanted =
            before.verdict === 'unknown' ? before.readings.map(({ verdict }) => verdict) : [before.verdict];
          if (before.verdict === 'unknown') assert.equal(after.verdict, 'unknown', shown(of, { before, after }));
          for (const verdict of wanted) assert.ok(verdicts.includes(verdict), shown(of, { before, after }));
        }
      }
  });

  it('let no message that is there be lost, and no run that is seen be anything but running', () => {
    for (const of of everything())
      for (const around of WHOLE) {
        const { verdict, confidence } = judge(of, around, RULES);
        if (of.tasks.some(({ state }) => state === 'active')) assert.equal(verdict, 'running', shown(of, verdict));
        else if (of.messages.length + of.tasks.length > 0 && endOf(of.row.status)?.endsMessages === true) {
          // The library throws away what still comes for such a row; that it comes is a sign against the row.
          assert.equal(verdict, endOf(of.row.status)?.verdict, shown(of, verdict));
          assert.equal(confidence, 'likely', shown(of, verdict));
        } else if (of.messages.length + of.tasks.length > 0)
          assert.ok(['waiting', 'held', 'running', 'unknown'].includes(verdict), shown(of, verdict));
      }
  });

  it('do not take the effect of one row for that of two', () => {
    for (const of of everything()) {
      if (of.effect === null || of.effect.says === 'not-executed' || of.result !== null) continue;
      for (const around of WHOLE) {
        const { verdict, confidence } = judge({ ...of, rival: RIVAL, twin: RIVAL }, around, RULES);
        const without = judge({ ...of, effect: null }, around, RULES);
        if (verdict !== 'unknown')
          assert.deepEqual([verdict, confidence], [without.verdict, without.confidence], shown(of, without));
      }
    }
  });
});

describe("another application's message with the row's number", () => {
  const fields = {
    id: '99999999-0000-4000-8000-000000000001',
    tag: 'a tag',
    task: 'crm.jobs.sync',
    args: [77],
    kwargs: { task_manager_id: 7 },
  };

  for (const place of ['queue', 'unacked'] as const)
    it(`proves nothing in ${place === 'queue' ? 'a queue' : "a worker's hands"}`, async () => {
      const bytes = Buffer.from(place === 'queue' ? kombuMessage(fields) : takenBytes(fields));
      const { signal } = new AbortController();
      const broker = await readBroker(
        redisOf({
          sets: new Map([['_kombu.binding.celery', [Buffer.from('celery\x06\x16\x06\x16celery')]]]),
          lists: new Map([['celery', place === 'queue' ? [bytes] : []]]),
          hashes: new Map([['unacked', place === 'unacked' ? [[Buffer.from('a tag'), bytes] as const] : []]]),
          scores: new Map([['unacked_index', new Map([['a tag', String(NOW - 60)]])]]),
        }),
        { maxMessages: 100 },
        () => undefined,
        signal,
      );
      for (const of of ROWS)
        for (const whole of WHOLE) {
          const around = { ...whole, broker };
          // Its name is none of the type's, and its arguments are others.
          const telling = {
            names: plainNames(new Set(['shop.tasks.send']), broker, null),
            arguments: marksOf([1], {}),
          };
          const judged = judge(facts(seenById(of, around) ?? seenByNumber(of, around, telling)), around, RULES);
          const isSeen = ['waiting', 'held', 'running'].includes(judged.verdict) && judged.confidence !== 'possible';
          assert.ok(!isSeen, shown(facts({ row: of }), judged));
        }
    });
});
