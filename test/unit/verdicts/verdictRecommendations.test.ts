import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import type { Recommendation } from '../../../src/model/diagnosis';
import type { Cause, Confidence, Verdict } from '../../../src/model/verdict';
import { effectRulesOf } from '../../../src/effects/rulesFile';
import type { BrokerView, ShownFacts, World } from '../../../src/model/facts';
import { judge } from '../../../src/verdicts/judge';
import { recommendFor } from '../../../src/verdicts/advice';
import { inOrderOfDoing } from '../../../src/verdicts/advice/order';
import { RULES } from '../../../src/causes/rules';
import { Tally } from '../../../src/verdicts/tally';
import {
  ANSWERED,
  effect,
  facts,
  HOUR,
  message,
  NOT_ASKED,
  NOW,
  pending,
  result,
  row,
  TABLE,
  takenMessage,
  unpublished,
  world,
} from '../../support/facts';

/** What is recommended for these rows. */
function advice(rows: readonly Partial<ShownFacts>[], around: World = world(), messagesWithoutRow: number | null = 0) {
  const tally = new Tally();
  for (const of of rows) {
    const all = facts(of);
    tally.add(all, judge(all, around, RULES));
  }
  return recommendFor({ groups: tally.groups(), rows: tally.rows, world: around, table: TABLE, messagesWithoutRow });
}

/** What is recommended for rows that were judged so. */
function judgedAs(
  judgements: readonly { verdict: Verdict; cause?: Cause; confidence: Confidence }[],
  around: World = world(),
): Recommendation[] {
  const tally = new Tally();
  for (const judgement of judgements) tally.add(facts({}), judgement);
  return recommendFor({ groups: tally.groups(), rows: tally.rows, world: around, table: TABLE, messagesWithoutRow: 0 });
}

const ids = (...args: Parameters<typeof advice>): string[] => advice(...args).map(({ id }) => id);

describe('verdicts/verdictRecommendations', () => {
  it('recommendations from what was found are none when nothing is stuck', () => {
    assert.deepEqual(ids([]), []);
  });

  it('recommendations from what was found come in the order of the rows that they help', () => {
    const waiting = { messages: [message()] };
    const held = { messages: [takenMessage()] };
    assert.deepEqual(ids([waiting, held, held]), ['wait-redelivery', 'start-workers']);
    assert.deepEqual(ids([waiting, waiting, held]), ['start-workers', 'wait-redelivery']);
  });

  it('recommendations from what was found say in numbers what happens by itself, and when', () => {
    const back = NOW + 7 * 60;
    const held = { messages: [takenMessage({ deliveredAt: back - 3600 })] };
    const [first] = advice([held, held], world({ workers: { ...ANSWERED, visibilityTimeout: 3600 } }));
    assert.equal(first!.id, 'wait-redelivery');
    assert.equal(first!.title, 'No action needed for 2 tasks: they return to the queue at 2026-11-23 12:07:00 UTC');
    assert.match(first!.why, /If dispatched again, they would run twice/);
  });

  it('recommendations from what was found say that a worker is needed when the time has passed', () => {
    const [first] = advice([{ messages: [takenMessage({ deliveredAt: NOW - 50 * HOUR })] }]);
    assert.equal(first!.title, '1 task will be redelivered once a worker is up');
  });

  it('recommendations from what was found name the queue that nobody consumes', () => {
    const [first] = advice([{ messages: [message({ queue: 'reports' })] }], world({ workers: ANSWERED }));
    assert.equal(first!.id, 'consume-queue');
    assert.ok(first!.actions.includes('celery -A <project> worker -Q reports'));
  });

  it('recommendations from what was found never advise to dispatch what has run, waits or cannot be told', () => {
    const rows = [
      { messages: [message()] },
      { messages: [takenMessage()] },
      { effect: effect('executed') },
      { row: pending() },
      {},
    ];
    for (const of of rows)
      for (const { title, actions, id } of advice([of]))
        assert.ok(![title, ...actions].some((text) => /fn\.delay|^Dispatch/.test(text)), id);
  });

  it('recommendations from what was found advise the safe way to dispatch what is lost, and to leave twins alone', () => {
    const twin = { id: 8, status: 'DONE', createdAt: NOW };
    const [first, second] = advice([{ row: unpublished() }, { row: unpublished(), twin }]);
    assert.equal(first!.id, 'dispatch-lost');
    assert.equal(first!.title, 'Dispatch 1 task again: it is probably lost');
    assert.ok(first!.actions.some((action) => action.includes("'task_manager_id': row.id")));
    assert.equal(second!.id, 'leave-twins');
  });

  it('recommendations from what was found call lost without a doubt only what is proven to be', () => {
    const killed = { row: row({ status: 'PAUSED', killed: true }) };
    const wiped = judgedAs([{ verdict: 'lost', cause: 'broker-wiped', confidence: 'proven' }]);
    assert.equal(
      wiped.find(({ id }) => id === 'dispatch-lost')?.title,
      "Dispatch 1 task again: it won't run otherwise",
    );
    const some = judgedAs([
      { verdict: 'lost', cause: 'broker-wiped', confidence: 'proven' },
      { verdict: 'lost', cause: 'never-published', confidence: 'likely' },
    ]);
    assert.equal(
      some.find(({ id }) => id === 'dispatch-lost')?.title,
      'Dispatch 2 tasks again: they are probably lost',
    );
    assert.deepEqual(ids([killed]), ['paused-tasks']);
  });

  it('recommendations from what was found say what comes before rows are dispatched again, where it is advised too', () => {
    const toDo = (found: readonly Recommendation[]): string | undefined =>
      inOrderOfDoing(found).find(({ id }) => id === 'dispatch-lost')?.actions[0];
    const lost = { row: unpublished() };
    assert.doesNotMatch(toDo(advice([lost]))!, /^Before/);
    const unregistered = { result: result('FAILURE', { exceptionType: 'NotRegistered' }) };
    assert.equal(
      toDo(advice([lost, { messages: [message()] }, unregistered])),
      'Before this: deploy workers that know these tasks; start the workers',
    );
    const around = world({
      workers: ANSWERED,
      redis: { flushes: 1 },
      elsewhere: 'Nothing in this broker belongs to these tasks',
    });
    assert.equal(
      toDo(
        judgedAs(
          [
            { verdict: 'lost', confidence: 'likely' },
            { verdict: 'waiting', cause: 'no-consumer', confidence: 'proven' },
            { verdict: 'unknown', confidence: 'possible' },
          ],
          around,
        ),
      ),
      'Before this: make sure that this is the broker of these tasks; start a worker for the queues that no worker consumes; protect the broker',
    );
    for (const { id, actions } of inOrderOfDoing(advice([lost, { messages: [message()] }])))
      assert.ok(id === 'dispatch-lost' || !actions.some((action) => action.startsWith('Before')), id);
  });

  it('recommendations from what was found say of which rows the number is made that may have lost their message with others', () => {
    const found = judgedAs(
      [
        ...Array.from({ length: 3 }, () => ({ verdict: 'lost', cause: 'broker-wiped', confidence: 'likely' }) as const),
        { verdict: 'lost', cause: 'message-missing', confidence: 'likely' },
        { verdict: 'lost', cause: 'never-published', confidence: 'likely' },
        ...Array.from({ length: 2 }, () => ({ verdict: 'unknown', confidence: 'possible' }) as const),
      ],
      world({ redis: { flushes: 1 } }),
    );
    const protect = found.find(({ id }) => id === 'protect-broker')!;
    assert.equal(protect.rows, 3);
    assert.equal(
      protect.why,
      'Messages that were in this Redis at the time are gone, and the messages of 6 tasks may have been among them: 3 lost because of it, 1 lost without a known cause, 2 undetermined.',
    );
  });

  it('recommendations from what was found give an example of an effect rule for the biggest task that a rule can name', () => {
    const row2 = { row: row({ taskName: 'not a name' }) };
    const [first] = advice([row2, row2, row2, {}, {}, { row: row({ taskName: 'bill' }) }]);
    assert.doesNotMatch(first!.why, /shop\.tasks/, 'the evidence has the types');
    assert.ok(first!.evidence.some((line) => line.startsWith('By task:')));
    const { title, text } = first!.snippets!.find(({ language }) => language === 'json')!;
    assert.equal(title, 'Copy an example rule');
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(
      JSON.parse(readFileSync('schemas/effects.schema.json', 'utf8')) as object,
    );
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
    const [rule] = effectRulesOf(text, 'the example');
    assert.equal(rule?.task, 'shop.tasks.send');
    assert.match(rule.table, /^your_/);
    for (const column of Object.keys(rule.find)) assert.match(column, /^your_/);
    assert.ok(!advice([row2])[0]!.snippets?.some(({ language }) => language === 'json'));
  });

  it('recommendations from what was found tell what is proven to have run from what probably ran', () => {
    const found = advice([{ effect: effect('executed') }, { effect: effect('executed', 'likely') }]);
    assert.deepEqual(
      found.map(({ title }) => title),
      ['Mark 1 finished task as DONE', 'Verify 1 task that probably finished'],
    );
  });

  it('recommendations from what was found follow from the cause of what failed', () => {
    const unregistered = { result: result('FAILURE', { exceptionType: 'NotRegistered' }) };
    const revoked = { result: result('REVOKED', { exceptionMessage: 'revoked' }) };
    const circuit = { row: pending({ message: 'circuit-open' }) };
    assert.deepEqual(ids([unregistered]), ['deploy-task']);
    assert.deepEqual(ids([revoked]), ['revoked-tasks']);
    assert.deepEqual(ids([circuit]), ['circuit-breaker']);
    assert.deepEqual(ids([{ row: pending({ message: 'null' }) }]), ['keep-workers-alive']);
    assert.deepEqual(ids([{ row: pending(), effect: effect('failed') }]), ['read-failures']);
  });

  it('recommendations from what was found say what would decide the unknown ones', () => {
    assert.deepEqual(ids([{}]), ['add-effect-rules']);
    assert.deepEqual(ids([{}], world({ workers: NOT_ASKED })), ['ask-workers', 'add-effect-rules']);
    const capped = world({ broker: { contents: 'part', incompleteBecause: 'only 10 of 99 messages were read' } });
    const [first] = advice([{}], capped);
    assert.equal(first!.id, 'search-broker');
    assert.match(first!.why, /only 10 of 99 messages were read/);
  });

  it('recommendations from what was found name the cure of a broker that was not read, as the first step', () => {
    const titles = (gaps: BrokerView['report']['gaps'], state: BrokerView['report']['state'] = 'partial'): string => {
      const report = { name: 'broker', state, detail: 'not all was read', ...(gaps ? { gaps } : {}) };
      const found = advice([{}], world({ broker: { contents: 'part', report }, workers: NOT_ASKED }));
      const [first] = inOrderOfDoing(found);
      assert.equal(first!.id, 'search-broker');
      return first!.title;
    };
    assert.match(titles(undefined, 'not-configured'), /^Add the URL of Celery's broker: 1 \w+ cannot be judged/);
    const unclear = [{ kind: 'not-named', setting: 'celeryTasks.connections', says: 'two differ' }] as const;
    assert.match(titles([...unclear], 'unavailable'), /^Add the URL of Celery's broker/);
    assert.match(
      titles([{ kind: 'capped', setting: 'celeryTasks.maxQueueScan', says: '10 of 99' }]),
      /^Raise maxQueueScan/,
    );
    assert.match(titles([{ kind: 'forbidden', says: 'no LRANGE' }]), /^Give access to the whole broker/);
    assert.match(titles([{ kind: 'unreachable', says: 'refused' }], 'unavailable'), /^Let the check reach the broker/);
    assert.match(titles([{ kind: 'undecodable', says: 'pickle' }]), /^Give access to the whole broker/);
  });

  it('recommendations from what was found doubt a Redis in which nothing belongs to the tasks', () => {
    const [first] = advice([{}], world({ elsewhere: 'Nothing in this broker belongs to these tasks' }));
    assert.equal(first!.id, 'right-broker');
    assert.match(first!.why, /^Nothing in this broker belongs to these tasks: 1 task cannot/);
  });

  it('recommendations from what was found name the flush that may have taken the messages', () => {
    const found = advice([{}], world({ redis: { flushes: 2 } }));
    const protect = found.find(({ id }) => id === 'protect-broker');
    assert.deepEqual(protect?.evidence, ["The broker's Redis was flushed 2 times since it started."]);
  });

  it('recommendations from what was found measure the race of the library only where it left traces', () => {
    const histories = new Map([
      ['shop.tasks.send', { ...NO_HISTORY, done: 200, doneWithoutTaskId: 4, errors: 0, lastRun: null }],
    ]);
    const ran = { effect: effect('executed') };
    assert.deepEqual(ids([ran], world({ histories })), ['mark-done', 'patch-lost-update']);
    assert.deepEqual(ids([ran]), ['mark-done']);
    const patch = advice([ran], world({ histories }))[1];
    assert.match(patch!.why, /Of the DONE rows of these tasks, 2% show/);
  });

  it('recommendations from what was found tell of deaf workers, first messages and messages without a row', () => {
    const around = world({
      workers: { asked: true, none: false, settled: false, deaf: 2 },
      broker: { firstMessages: new Map([['shop.tasks.send', { queued: 3, again: 0 }]]) },
    });
    const found = ids([{ messages: [message()] }], around, 5);
    for (const id of ['restart-deaf-workers', 'first-messages', 'messages-without-row'])
      assert.ok(found.includes(id), id);
  });

  it('recommendations from what was found have an id of the contract, a reason and no empty action', () => {
    const rows: Partial<ShownFacts>[] = [
      {},
      { row: pending() },
      { row: pending({ currentPage: 1, totalPages: 3 }) },
      { row: row({ status: 'PAUSED' }) },
      { messages: [message({ expires: 1 })] },
    ];
    for (const { id, title, why, actions, evidence } of advice(rows)) {
      assert.match(id, /^[a-z][a-z0-9-]*$/);
      assert.ok(title !== '' && why.endsWith('.') && [...actions, ...evidence].every((text) => text !== ''), id);
    }
  });
});
