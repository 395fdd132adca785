import assert from 'node:assert/strict';
import { readMoving, readState } from '../../../../src/brokers/rabbitmq/read';
import { brokerView, workersView, type Looks } from '../../../../src/brokers/rabbitmq/view';
import type { BrokerView, MessageBounds, WorkersView } from '../../../../src/model/facts';
import {
  addressOf,
  apiAt,
  apiOf,
  fakeApi,
  situation,
  SITUATIONS,
  situations,
  VERSIONS,
  type Reply,
  type Situation,
} from '../../../support/rabbitApi';

type Name = (typeof SITUATIONS)[number];
type Answers = (path: string) => Reply | undefined;

const versionOf = (name: Name): (typeof VERSIONS)[number] => VERSIONS.find((version) => name.startsWith(version))!;
const CLASSIC: Name = '4.0.5-celery-5.5.2-classic';
const QUORUM: Name = '4.0.5-celery-5.5.2-quorum';
const ALL = ['monitoring'];
const OWN = ['management'];

/** Reads a server twice. @param apart milliseconds between the readings, by the reader's clock */
async function looks(first: Answers, second: Answers = first, apart = 12_000, most = 1000): Promise<Looks> {
  let now = 1000;
  let answers = first;
  const server = await fakeApi((path) => answers(path));
  const api = apiAt(addressOf(server.port), {}, '/');
  try {
    const state = await readState(api, most, () => now);
    answers = second;
    now += apart;
    const moving = await readMoving(api, state.server, most, () => now);
    return { address: 'h:5672/', first: state, second: moving, others: [] };
  } finally {
    api.close();
    await server.close();
  }
}

async function seen(
  name: Name,
  state: Situation,
  tags: readonly string[] = ALL,
): Promise<{ broker: BrokerView; workers: WorkersView; looks: Looks }> {
  const both = await looks(apiOf(versionOf(name), state, tags));
  return { broker: brokerView(both), workers: workersView(both), looks: both };
}

const bounds = (somewhereAtMost: number, waitingAtMost: number, heldAtMost: number): MessageBounds => ({
  somewhereAtMost,
  waitingAtMost,
  heldAtMost,
});

/** With another answer for some paths. */
const but =
  (answers: Answers, change: (path: string, usual: Reply | undefined) => Reply | undefined): Answers =>
  (path) =>
    change(path, answers(path));

const listOf = (reply: Reply | undefined): Record<string, unknown>[] =>
  (reply?.body as { items: Record<string, unknown>[] }).items;

describe('brokers/rabbitmq/rabbitViews', () => {
  it('every captured state is read with its numbers, and bounds what was true then', async () => {
    for (const name of SITUATIONS)
      for (const state of situations(name)) {
        const label = `${name} ${state.situation} ${state.at}`;
        const { broker } = await seen(name, state);
        const tasks = state.totals.filter(({ name: queue }) => !/pidbox$|^celeryev/.test(String(queue)));
        const sum = (field: string): number => tasks.reduce((all, queue) => all + Number(queue[field]), 0);
        assert.equal(broker.found, true, label);
        assert.equal(broker.contents, 'counted', label);
        assert.equal(broker.queues.length, tasks.length, label);
        assert.equal(
          broker.queues.reduce((all, { length }) => all + length, 0),
          sum('messages_ready'),
          label,
        );
        assert.equal(broker.unacked, sum('messages_unacknowledged'), label);
        // Those queues are empty in most of the states.
        const readyIn = (queue: RegExp): number | undefined => {
          const some = tasks.filter(({ name: called }) => queue.test(String(called)));
          return some.length === 0
            ? undefined
            : some.reduce((all, { messages_ready }) => all + Number(messages_ready), 0);
        };
        const [dead, delayed] = [readyIn(/^dead$/), readyIn(/^celery_delayed_/)];
        const expected = {
          ...bounds(
            sum('messages_ready') + sum('messages_unacknowledged'),
            sum('messages_ready') - (dead ?? 0) - (delayed ?? 0),
            sum('messages_unacknowledged'),
          ),
          ...(dead === undefined ? {} : { deadLetteredAtMost: dead }),
          ...(delayed === undefined ? {} : { delayedAtMost: delayed }),
        };
        assert.deepEqual(broker.bounds, (state.alarms?.http ?? 200) === 200 ? expected : undefined, label);
      }
  });

  it('a worker is recognised by its mailbox, its queues by their connection, and what it holds by its channel', async () => {
    for (const name of [CLASSIC, QUORUM, '3.10.8-celery-5.2.6-classic'] as const) {
      const { workers } = await seen(name, situation(name, 'two-workers'));
      assert.deepEqual(
        workers.workers.map(({ name: worker, seen: by, queues, unacked, active }) => [
          worker,
          by,
          queues,
          unacked,
          active,
        ]),
        [
          ['w1@host1', 'connected', ['celery'], 5, null],
          ['w2@host2', 'connected', ['celery', 'emails'], 0, null],
        ],
        name,
      );
      assert.equal(workers.none, false);
      assert.equal(workers.settled, false, 'they were not asked');
      assert.deepEqual([...(workers.consumedQueues ?? [])].filter((queue) => !queue.endsWith('pidbox')).sort(), [
        'celery',
        'emails',
      ]);
      assert.equal(workers.says, '2 workers are connected, and they were not asked');
    }
  });

  it('a user who is shown only its own consumers sees the same workers by asking queue after queue', async () => {
    const state = situation(CLASSIC, 'two-workers');
    const { workers, looks: both } = await seen(CLASSIC, state, OWN);
    assert.deepEqual(
      workers.workers.map(({ name, queues, unacked }) => [name, queues, unacked]),
      [
        ['w1@host1', ['celery'], undefined],
        ['w2@host2', ['celery', 'emails'], undefined],
      ],
    );
    assert.equal(both.first.channels, null, 'a list of its own channels is not all of them');
  });

  it('no worker is connected only where nobody was seen in either look, and where consumers are shown', async () => {
    const without = apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker'));
    const withOne = apiOf('4.0.5', situation(CLASSIC, 'two-workers'));
    const none = async (first: Answers, second: Answers): Promise<boolean> =>
      workersView(await looks(first, second)).none;
    assert.equal(await none(without, without), true);
    assert.equal(await none(withOne, without), false);
    assert.equal(await none(without, withOne), false);
    const notListed = but(withOne, (path, usual) => (path.startsWith('/consumers') ? { body: [] } : usual));
    const both = await looks(notListed, notListed);
    assert.equal(workersView(both).none, false, 'one that came within five seconds has a mailbox, or messages');
    const { queues } = brokerView(both);
    const taken = queues.filter(({ unacked }) => unacked > 0);
    assert.ok(taken.length > 0);
    assert.ok(taken.every(({ consumers }) => consumers === null));
    const hidden = but(without, (path, usual) =>
      path.startsWith('/consumers') ? { status: 401, body: { reason: 'Not monitor user' } } : usual,
    );
    assert.equal(await none(hidden, hidden), false);
    const disabled = but(without, (path, usual) =>
      path === '/overview' ? { body: { ...(usual?.body as object), disable_stats: true } } : usual,
    );
    const view = workersView(await looks(disabled));
    assert.equal(view.none, false);
    assert.equal(view.report.state, 'unavailable');
  });

  it('a frozen worker looks alive, and one that was killed is gone at once', async () => {
    const frozen = await seen(CLASSIC, situation(CLASSIC, 'worker-frozen', 'after'));
    assert.equal(frozen.workers.none, false);
    assert.deepEqual(frozen.broker.bounds, bounds(4, 0, 4));
    const missed = await seen(CLASSIC, situation(CLASSIC, 'worker-frozen', 'heartbeats-missed'));
    assert.deepEqual(missed.broker.bounds, bounds(4, 4, 0));
    const killed = await seen(CLASSIC, situation(CLASSIC, 'sigkill-early-ack'));
    assert.equal(killed.workers.none, true);
    assert.deepEqual(killed.broker.bounds, bounds(0, 0, 0));
  });

  it('queues of dead letters and of native delays are told from queues of tasks, and count all the same', async () => {
    const kept = await seen(CLASSIC, situation(CLASSIC, 'failed-late-ack-dlx'));
    assert.deepEqual(
      kept.broker.queues.map(({ name, keeps, length }) => [name, keeps, length]),
      [
        ['celery', undefined, 0],
        ['dead', 'dead-letters', 2],
      ],
    );
    const delayed = await seen(QUORUM, situation(QUORUM, 'native-delayed-delivery', 'after'));
    assert.deepEqual(
      delayed.broker.queues.filter(({ length }) => length > 0).map(({ name, keeps }) => [name, keeps]),
      [
        ['celery_delayed_16', 'delayed'],
        ['celery_delayed_4', 'delayed'],
        ['celery_delayed_8', 'delayed'],
      ],
    );
    assert.deepEqual(kept.broker.bounds, { ...bounds(2, 0, 0), deadLetteredAtMost: 2 });
    assert.deepEqual(delayed.broker.bounds, { ...bounds(6, 0, 0), delayedAtMost: 6 });
  });

  it('the larger number of two readings counts, queue by queue', async () => {
    const first = apiOf('4.0.5', situation(CLASSIC, 'warm-shutdown', 'before'));
    const second = apiOf('4.0.5', situation(CLASSIC, 'warm-shutdown', 'after'));
    assert.deepEqual(brokerView(await looks(first, second)).bounds, bounds(8, 8, 6));
    const moved = apiOf('4.0.5', situation(CLASSIC, 'failed-late-ack-dlx'));
    const before = apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker'));
    assert.deepEqual(brokerView(await looks(before, moved)).bounds, bounds(5, 5, 0), '3 in celery, then 2 in dead');
  });

  describe('nothing is bounded', () => {
    const empty = apiOf('4.0.5', situation(CLASSIC, 'purged', 'after'));
    const ofQuorum = apiOf('4.0.5', situation(QUORUM, 'purged', 'after'));
    const boundsOf = async (first: Answers, second = first, apart?: number, most?: number): Promise<BrokerView> =>
      brokerView(await looks(first, second, apart, most));
    const check = async (answers: Answers, says: RegExp): Promise<void> => {
      for (const [first, second] of [
        [answers, empty],
        [empty, answers],
      ] as const) {
        const view = await boundsOf(first, second);
        assert.equal(view.bounds, undefined, String(says));
        assert.match(view.report.detail, says);
        assert.equal(view.report.state, 'partial');
      }
    };

    it('by one look, or by two of a quorum queue that are too close', async () => {
      assert.deepEqual((await boundsOf(empty, empty, 0)).bounds, bounds(0, 0, 0));
      const { first, address } = await looks(empty);
      assert.equal(brokerView({ first, address, others: [] }).bounds, undefined);
      assert.equal((await boundsOf(ofQuorum, ofQuorum, 9999)).bounds, undefined);
      assert.deepEqual((await boundsOf(ofQuorum, ofQuorum, 10_000)).bounds, bounds(0, 0, 0));
    });

    it('while an alarm blocks publishers, or it is not known whether one does', async () => {
      await check(apiOf('4.0.5', situation(CLASSIC, 'memory-alarm', 'after')), /a memory alarm blocks all publishers/);
      const quiet = but(empty, (path, usual) =>
        path.startsWith('/health') || path.startsWith('/nodes')
          ? { status: 404, body: { reason: 'Not Found' } }
          : usual,
      );
      await check(quiet, /not known whether an alarm/);
      const blocked = but(empty, (path, usual) =>
        path.startsWith('/connections') ? { body: [{ name: 'a', state: 'blocked' }] } : usual,
      );
      await check(blocked, /blocks connections that publish/);
    });

    it('where a queue does not run, does not answer, or a node is down', async () => {
      const changed = (change: (queue: Record<string, unknown>) => Record<string, unknown>[]): Answers =>
        but(empty, (path, usual) =>
          path.includes('enable_queue_totals') ? { body: listOf(usual).flatMap(change) } : usual,
        );
      await check(
        changed((queue) => [{ ...queue, state: 'down' }]),
        /queue "celery" isn't running/,
      );
      await check(
        changed(() => []),
        /queue "celery" didn't tell/,
      );
      await check(
        changed((queue) => [{ ...queue, messages_ready: undefined }]),
        /queue "celery" didn't tell/,
      );
      const nodes = (node: Record<string, unknown>): Answers =>
        but(empty, (path, usual) => (path.startsWith('/nodes') ? { body: [node] } : usual));
      await check(nodes({ name: 'a@1', running: false }), /node a@1 isn't running/);
      await check(nodes({ name: 'a@1', running: true, partitions: ['b@1'] }), /node a@1 is partitioned/);
    });

    it('where not all queues or not all servers were read', async () => {
      const many = but(empty, (path, usual) =>
        path.startsWith('/queues/%2F?')
          ? { body: { ...(usual?.body as object), total_count: 12, page_count: 1 } }
          : usual,
      );
      const view = await boundsOf(many);
      assert.equal(view.bounds, undefined);
      assert.match(view.report.detail, /more queues were not counted \(celeryTasks\.maxQueueScan\)/);
      const both = await looks(empty);
      assert.equal(brokerView({ ...both, others: ['b:5672/'] }).bounds, undefined);
    });

    it('where nothing of Celery is in the virtual host', async () => {
      const elsewhere = but(empty, (path, usual) =>
        path.startsWith('/exchanges') || path.startsWith('/queues/%2F?') ? { body: [] } : usual,
      );
      const view = await boundsOf(elsewhere);
      assert.equal(view.found, false);
      assert.equal(view.bounds, undefined);
    });
  });
});
