/** What the numbers of a RabbitMQ come to for a row, state by state, as they were captured of real servers. */
import assert from 'node:assert/strict';
import { brokerView, workersView } from '../../../src/brokers/rabbitmq/view';
import { RULES } from '../../../src/causes/rules';
import { overtakenBy, queuesWereEmptySince } from '../../../src/causes/helpers';
import type { BrokerView, RowFacts, WorkersView, World } from '../../../src/model/facts';
import { boundsOfType } from '../../../src/verdicts/bounds';
import { explain } from '../../../src/verdicts/evidence';
import { judge } from '../../../src/verdicts/judge';
import { whyElsewhere } from '../../../src/verdicts/wrongBroker';
import { effect, facts, history, HOUR, NOW, pending, row, unpublished, workerTask, world } from '../../support/facts';
import { apiOf, situation, SITUATIONS, situations, type Situation } from '../../support/rabbitApi';
import { but, listOf, looksAt, type Answers } from '../../support/rabbitLooks';

const CLASSIC = '4.0.5-celery-5.5.2-classic';
const QUORUM = '4.0.5-celery-5.5.2-quorum';
const OLD_CLASSIC = '3.10.8-celery-5.2.6-classic';
const VERSION = '4.0.5';

interface Seen {
  readonly broker: BrokerView;
  readonly workers: WorkersView;
}

async function seenBy(first: Answers, second: Answers = first): Promise<Seen> {
  const looks = await looksAt(first, second);
  return { broker: brokerView(looks), workers: workersView(looks) };
}

const answersOf = (called: string, at?: string, name: (typeof SITUATIONS)[number] = CLASSIC): Answers =>
  apiOf(name.startsWith('3') ? '3.10.8' : VERSION, situation(name, called, at));
const seen = (...about: Parameters<typeof answersOf>): Promise<Seen> => seenBy(answersOf(...about));

/** Every worker answered, and what they hold is all that is unacknowledged. */
const SETTLED: Partial<WorkersView> = { asked: true, settled: true };
/** It was saved so soon after it was made that no run can have come before, and what it should do is not done. */
const NEVER_RAN = facts({ effect: effect('not-executed') });
/** The same, but its state may have been put back by the race of the library. */
const MAY_HAVE_RUN = facts({ row: row({ updatedAt: NOW - 999 * HOUR }) });

const around = ({ broker, workers }: Seen, more: Partial<WorkersView> = {}, change: Partial<World> = {}): World => ({
  ...world({ broker, workers: { ...workers, ...more } }),
  ...change,
});
const verdict = (of: RowFacts, where: World): string => {
  const judged = judge(of, where, RULES);
  return judged.verdict === 'unknown' ? 'unknown' : `${judged.verdict} ${judged.confidence}`;
};
const readings = (of: RowFacts, where: World): readonly string[] =>
  judge(of, where, RULES).readings.map((reading) => reading.verdict);
/** Where its message may be, of the readings that are left. */
const placesIn = (of: RowFacts, where: World): readonly string[] =>
  [...new Set(readings(of, where))].filter((each) => ['waiting', 'held', 'running'].includes(each)).sort();
const ofType = ({ broker }: Seen, count = 100) =>
  boundsOfType(
    { taskModule: 'shop.tasks', taskName: 'send', count, newestLastRun: '2026-11-01T00:00:00Z' },
    broker,
    NOW,
  );

/** So a queue has had `messages` for an hour, but for one moment. */
const withPast =
  (answers: Answers, ...totals: number[]): Answers =>
  (path) => {
    if (!path.includes('lengths_age')) return answers(path);
    const samples = totals.map((sample, place) => ({ sample, timestamp: 1_796_005_455_000 - place * 5000 }));
    return { body: { type: 'classic', effective_policy_definition: {}, messages_details: { samples } } };
  };
/** Without the policy that the captured server has, which dead-letters. */
const withoutPolicies = (answers: Answers): Answers =>
  but(answers, (path, usual) => (path.startsWith('/policies') ? { body: [] } : usual));

describe('causes/countedTable', () => {
  it('a queue that could not be counted: nothing is bounded, and no task is lost', async () => {
    const empty = answersOf('running-early-ack');
    const broken: Answers[] = [
      but(empty, (path, usual) =>
        path.startsWith('/queues')
          ? { body: { ...(usual?.body as object), items: listOf(usual).map((queue) => ({ ...queue, state: 'down' })) } }
          : usual,
      ),
      but(empty, (path, usual) => (path === '/nodes' ? { body: [{ name: 'rabbit@mq1', running: false }] } : usual)),
      but(empty, (path, usual) =>
        path.startsWith('/queues') && !path.includes('enable_queue_totals')
          ? { body: { items: [...listOf(usual), { name: 'more' }], total_count: 9 } }
          : usual,
      ),
    ];
    assert.equal(verdict(NEVER_RAN, around(await seenBy(empty))), 'lost likely', 'it would be');
    for (const answers of broken) {
      const state = await seenBy(answers);
      assert.equal(state.broker.bounds, undefined);
      assert.equal(verdict(NEVER_RAN, around(state)), 'unknown');
      assert.ok(readings(NEVER_RAN, around(state)).includes('waiting'));
    }
  });

  it('an alarm: messages may still be with their publishers, so that no task is lost', async () => {
    for (const name of [CLASSIC, OLD_CLASSIC, QUORUM] as const) {
      const state = await seen('memory-alarm', 'after', name);
      assert.equal(verdict(NEVER_RAN, around(state, SETTLED)), 'unknown', name);
      assert.equal(ofType(state), undefined);
    }
  });

  it('a queue that is missing has no message, where Celery is found', async () => {
    const state = await seen('queue-deleted', 'after');
    assert.deepEqual(ofType(state), { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 100 });
    assert.equal(verdict(NEVER_RAN, around(state)), 'lost likely');
  });

  it('0 / 0, and workers were asked: nowhere', async () => {
    const state = await seen('running-early-ack');
    assert.equal(verdict(NEVER_RAN, around(state, SETTLED)), 'lost likely');
    assert.equal(verdict(facts({ row: unpublished() }), around(state, SETTLED)), 'lost likely');
    const ran = facts({ row: pending(), effect: effect('not-executed') });
    assert.equal(
      verdict(ran, around(state, SETTLED, { histories: new Map([['shop.tasks.send', history({ retried: 0 })]]) })),
      'failed likely',
    );
  });

  it('0 / 0, and workers that were not asked are connected: nowhere, or running', async () => {
    const state = await seen('running-early-ack');
    assert.equal(verdict(MAY_HAVE_RUN, around(state)), 'unknown');
    assert.ok(readings(MAY_HAVE_RUN, around(state)).includes('running'));
    assert.ok(!readings(MAY_HAVE_RUN, around(state)).includes('waiting'));
    assert.equal(verdict(NEVER_RAN, around(state)), 'lost likely', 'it cannot be the one that runs');
    assert.equal(verdict(facts({ row: pending() }), around(state)), 'unknown');
  });

  it('0 / 0, and no worker: nowhere, if only it were known that these tasks use this broker', async () => {
    const state = await seen('purged', 'after');
    assert.equal(state.workers.none, true);
    assert.equal(verdict(NEVER_RAN, around(state)), 'lost likely');
    const known = {
      ...state,
      contents: state.broker.contents,
      histories: new Map(),
      resultSeen: false,
      messageSeen: false,
      arrivedTogether: false,
    };
    const elsewhere = whyElsewhere(known, NOW);
    assert.match(elsewhere ?? '', /^No worker is connected to this broker/);
    assert.equal(verdict(NEVER_RAN, around(state, {}, { elsewhere })), 'unknown');
  });

  it('0 / U, and what is taken is named: held or running where it is named, and nowhere where it is not', async () => {
    const state = await seen('running-late-ack');
    const where = around(state, SETTLED);
    assert.equal(verdict(facts({ tasks: [workerTask()] }), where), 'running proven');
    assert.equal(verdict(facts({ tasks: [workerTask({ state: 'reserved' })] }), where), 'held proven');
    assert.equal(verdict(NEVER_RAN, where), 'lost likely');
  });

  it('0 / U, and nobody was asked: as many may be held, and no task is decided', async () => {
    const state = await seen('eta-held', 'after');
    assert.deepEqual(ofType(state), { waitingAtMost: 0, heldAtMost: 6, nowhereAtLeast: 94 });
    assert.equal(verdict(NEVER_RAN, around(state)), 'unknown');
    assert.deepEqual(placesIn(NEVER_RAN, around(state)), ['held']);
  });

  describe('R > 0', () => {
    const line = { newestBegun: NOW - 60, newestBegunOfAny: NOW - 60, longestRunOfAny: 60 };
    const begun = { histories: new Map([['shop.tasks.send', history({ line })]]) };
    const prefetched = (): Promise<Seen> => seen('prefetched', undefined, OLD_CLASSIC);

    it('and workers take tasks: as many may wait, and no task is decided', async () => {
      const state = await prefetched();
      assert.deepEqual(ofType(state), { waitingAtMost: 4, heldAtMost: 4, nowhereAtLeast: 92 });
      assert.equal(verdict(NEVER_RAN, around(state)), 'unknown');
      assert.deepEqual(placesIn(NEVER_RAN, around(state)), ['held', 'waiting']);
    });

    it('and later tasks have begun: only a message that came back or was sent again can wait, and no task is lost', async () => {
      const state = await prefetched();
      assert.equal(state.broker.order, 'one-queue');
      for (const more of [begun, {}]) {
        const judged = judge(NEVER_RAN, around(state, SETTLED, more), RULES);
        const [waiting] = judged.readings.filter((reading) => reading.verdict === 'waiting');
        assert.equal(judged.verdict, 'unknown');
        assert.equal((waiting?.why ?? '').startsWith('Later tasks have already started'), more === begun, waiting?.why);
      }
      assert.equal(verdict(NEVER_RAN, around(state, {}, begun)), 'unknown', 'a worker may hold it');
      assert.ok(!readings(NEVER_RAN, around(state, {}, begun)).includes('running'));
      const says = explain(NEVER_RAN, around(state, {}, begun), 'unknown').find(({ source }) => source === 'broker');
      assert.match(
        says?.says ?? '',
        /A task that was created at .* has already started, so this one has left its queue unless/,
      );
    });

    it('and proof that needs no absence counts', async () => {
      const proof = facts({ row: row(), effect: effect('executed', 'proven') });
      assert.equal(verdict(proof, around(await prefetched(), SETTLED, begun)), 'finished proven');
    });

    it('and the task may have begun, was written lately, or others began too soon after it: it may wait', async () => {
      const state = await prefetched();
      const where = around(state, SETTLED, begun);
      const at = (ago: number) => row({ lastRun: NOW - ago, createdAt: NOW - ago, updatedAt: NOW - ago });
      // 17 minutes for its publisher, and 15 for the longest run of any type; it was saved too soon to have run itself.
      assert.notEqual(overtakenBy(at(60 + (17 + 15) * 60 + 1), where), null);
      assert.equal(overtakenBy(at(60 + (17 + 15) * 60), where), null);
      assert.equal(overtakenBy(pending(), where), null);
      assert.equal(overtakenBy(row({ updatedAt: NOW - 60 }), where), null, 'somebody dispatched it again');
      assert.equal(overtakenBy(row({ updatedAt: null }), where), null);
      const unknownRuns = new Map([['shop.tasks.send', history({ line: { ...line, longestRunOfAny: null } })]]);
      assert.equal(overtakenBy(at(20 * HOUR), { ...where, histories: unknownRuns }), null, 'a run may last a day');
      assert.notEqual(overtakenBy(at(25 * HOUR), { ...where, histories: unknownRuns }), null);
    });

    it('of several queues, only tasks of the same type tell', async () => {
      const answers = but(answersOf('prefetched', undefined, OLD_CLASSIC), (path, usual) =>
        path.startsWith('/queues?') || /^\/queues\/[^/]+\?/.test(path)
          ? {
              body: {
                ...(usual?.body as object),
                items: [
                  ...listOf(usual),
                  { name: 'emails', state: 'running', type: 'classic', messages_ready: 0, messages_unacknowledged: 0 },
                ],
              },
            }
          : usual,
      );
      const state = await seenBy(answers);
      assert.equal(state.broker.order, 'by-type');
      const others = { histories: new Map([['shop.tasks.send', history({ line: { ...line, newestBegun: null } })]]) };
      assert.equal(overtakenBy(NEVER_RAN.row, around(state, SETTLED, others)), null);
      assert.notEqual(overtakenBy(NEVER_RAN.row, around(state, SETTLED, begun)), null);
    });

    it('with priorities, quorum queues of RabbitMQ 4, or nobody who takes what came back, no order is assumed', async () => {
      for (const state of [
        await seen('priority-queue', undefined, OLD_CLASSIC),
        await seen('prefetched', undefined, QUORUM),
        await seen('warm-shutdown', 'after', OLD_CLASSIC),
        await seen('sigkill-late-ack', 'after', OLD_CLASSIC),
      ]) {
        assert.equal(state.broker.order, undefined);
        assert.equal(verdict(NEVER_RAN, around(state, SETTLED, begun)), 'unknown');
      }
    });

    it('and the queue was empty after the task was published: it has no message unless it was sent again, so it is not lost', async () => {
      const answers = withoutPolicies(answersOf('prefetched', undefined, OLD_CLASSIC));
      const state = await seenBy(withPast(answers, 8, 3, 0, 2));
      assert.equal(state.broker.emptySecondsAgo, 10 + 5 + 10 + 12 + 10);
      const judged = judge(NEVER_RAN, around(state, SETTLED), RULES);
      assert.equal(judged.verdict, 'unknown');
      assert.ok(
        judged.readings.some(({ why }) => why.startsWith('Every queue was empty after its message was published')),
      );
      const young = facts({
        ...NEVER_RAN,
        row: row({ lastRun: NOW - 1000, createdAt: NOW - 1000, updatedAt: NOW - 1000 }),
      });
      assert.ok(!judge(young, around(state, SETTLED), RULES).readings.some(({ why }) => why.startsWith('Every queue')));
      const says = explain(NEVER_RAN, around(state), 'unknown').find(({ source }) => source === 'broker')?.says;
      assert.match(
        says ?? '',
        /Each queue was empty at some time in the last 47 s, .* no message there, unless it was sent again since\.$/,
      );
      const never = await seenBy(withPast(answers, 8, 3, 0, 0));
      assert.equal(never.broker.emptySecondsAgo, undefined, 'padding');
      assert.equal(verdict(NEVER_RAN, around(never)), 'unknown');
    });

    it('and the queue was empty when it was counted first: what came since is of later tasks', async () => {
      const [empty, full] = ['running-early-ack', 'prefetched'].map((called) =>
        withoutPolicies(answersOf(called, undefined, OLD_CLASSIC)),
      );
      const state = await seenBy(empty!, full);
      assert.equal(state.broker.bounds?.waitingAtMost, 4);
      assert.equal(queuesWereEmptySince(NEVER_RAN.row, around(state)), true);
      const other = await seenBy(full!, empty);
      assert.equal(
        queuesWereEmptySince(NEVER_RAN.row, around(other)),
        false,
        'it may have been taken after its row was read',
      );
    });

    it('and nobody consumes the queue: as many wait at most, and no task is decided', async () => {
      for (const state of [await seen('no-consumer'), await seen('queued-no-worker')]) {
        assert.equal(ofType(state)?.heldAtMost, 0);
        assert.equal(verdict(NEVER_RAN, around(state, SETTLED, begun)), 'unknown');
      }
    });
  });

  it('a dead-letter queue: its tasks failed or expired and are kept there, so that no task is lost, and none waits', async () => {
    const state = await seen('failed-late-ack-dlx');
    assert.deepEqual(ofType(state), { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 98, deadLetteredAtMost: 2 });
    assert.equal(verdict(NEVER_RAN, around(state, SETTLED)), 'unknown');
    assert.deepEqual(placesIn(NEVER_RAN, around(state, SETTLED)), []);
    const { readings: left } = judge(NEVER_RAN, around(state, SETTLED), RULES);
    assert.match(
      left.find(({ kept }) => kept)?.why ?? '',
      /^2 messages are kept in dead-letter queues, and one of them/,
    );
  });

  it('queues of delayed tasks: as many wait for their time, and no task is lost', async () => {
    const state = await seen('native-delayed-delivery', 'after', QUORUM);
    assert.deepEqual(ofType(state), { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 94, delayedAtMost: 6 });
    assert.equal(verdict(NEVER_RAN, around(state, SETTLED)), 'unknown');
    assert.ok(readings(NEVER_RAN, around(state, SETTLED)).includes('waiting'));
  });

  it('a message that a worker names wins over every number', async () => {
    for (const called of ['purged', 'failed-late-ack-dlx', 'prefetched']) {
      const where = around(await seen(called, 'after'), SETTLED);
      assert.equal(verdict(facts({ tasks: [workerTask()] }), where), 'running proven', called);
      assert.equal(verdict(facts({ tasks: [workerTask({ state: 'scheduled' })] }), where), 'held proven', called);
    }
  });

  it('in no captured state with a message a task is lost, finished, failed, waiting or held by numbers alone', async () => {
    const holds = ({ totals }: Situation): boolean =>
      totals.some(({ name, messages }) => !/pidbox$|^celeryev/.test(String(name)) && Number(messages) > 0);
    let states = 0;
    for (const name of SITUATIONS)
      for (const state of situations(name).filter(holds)) {
        states++;
        const where = await seen(state.situation, state.at, name);
        for (const of of [NEVER_RAN, MAY_HAVE_RUN, facts({ row: unpublished() }), facts({ row: pending() })])
          assert.equal(verdict(of, around(where)), 'unknown', `${name} ${state.situation} ${state.at}`);
      }
    assert.ok(states > 50, String(states));
  });
});
