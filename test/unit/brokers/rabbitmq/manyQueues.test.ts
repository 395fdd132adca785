import assert from 'node:assert/strict';
import { readMoving, readState, type RabbitState } from '../../../../src/brokers/rabbitmq/read';
import { brokerView } from '../../../../src/brokers/rabbitmq/view';
import { addressOf, apiAt, apiOf, fakeApi, situation, type FakeApi, type Reply } from '../../../support/rabbitApi';

type Answers = (path: string) => Reply | undefined;

const MANY = 1201;
const NAMES = Array.from({ length: MANY }, (_, index) => `q${String(index).padStart(4, '0')}`);
const QUEUES = NAMES.map((name) => ({
  ...{ name, type: 'classic', state: 'running', auto_delete: false, arguments: {}, policy: null },
  ...{ messages_ready: 1, messages_unacknowledged: 0 },
}));

interface Options {
  readonly tags?: readonly string[];
  /** The number of consumers of a queue, up to ten seconds old. */
  readonly consumers?: (name: string) => number;
  readonly product?: 'LavinMQ';
}

/** A server with many queues. It gives pages only where they are asked for, and the columns that are asked for, as both products do. */
function answersOf({ tags = ['monitoring'], consumers = () => 0, product }: Options): Answers {
  const usual = apiOf('4.0.5', situation('4.0.5-celery-5.5.2-classic', 'purged', 'after'), tags);
  return (path) => {
    if (path === '/overview' && product) return { body: { product_name: product, lavinmq_version: '2.9.1' } };
    const [, query] = /^\/queues\/%2F\?(.*)$/.exec(path) ?? [];
    if (query === undefined) return usual(path);
    const options = new URLSearchParams(query);
    const columns = options.get('columns')?.split(',');
    const all = QUEUES.map((queue) => ({
      ...queue,
      consumers: consumers(queue.name),
      message_stats: 'x'.repeat(900),
    })).map((queue) => Object.fromEntries(Object.entries(queue).filter(([name]) => columns?.includes(name) ?? true)));
    const size = Number(options.get('page_size') ?? MANY);
    const from = (Number(options.get('page') ?? 1) - 1) * size;
    const items = all.slice(from, from + size);
    if (!options.has('page')) return { body: items };
    return { body: { items, total_count: MANY, page_count: Math.ceil(MANY / size) } };
  };
}

interface Read {
  readonly first: RabbitState;
  readonly second: Awaited<ReturnType<typeof readMoving>>;
  /** What was asked, without the beginning `GET /api`. */
  readonly asked: readonly string[];
  readonly bytes: number;
}

/** Both looks of a check. */
async function looks(options: Options, most = 5000): Promise<Read> {
  let bytes = 0;
  const answers = answersOf(options);
  const server: FakeApi = await fakeApi((path) => {
    const reply = answers(path);
    bytes += JSON.stringify(reply?.body ?? '').length;
    return reply;
  });
  const api = apiAt(addressOf(server.port), {}, '/');
  try {
    const first = await readState(api, most, () => 0);
    const second = await readMoving(api, first.server, most, () => 12_000);
    return { first, second, asked: server.asked.map((line) => line.replace('GET /api', '')), bytes };
  } finally {
    api.close();
    await server.close();
  }
}

const oneByOne = ({ asked }: Read): number => asked.filter((path) => /^\/queues\/%2F\/q\d+$/.test(path)).length;

describe('brokers/rabbitmq/manyQueues', () => {
  it('come in one answer from RabbitMQ, which counts them all for every page', async () => {
    const { first, second, asked } = await looks({});
    const view = brokerView({ address: 'h:5672/', first, second, others: [] });
    assert.deepEqual(view.bounds, { somewhereAtMost: MANY, waitingAtMost: MANY, heldAtMost: 0 });
    assert.equal(asked.filter((path) => path.includes('enable_queue_totals')).length, 2);
    const capped = await looks({}, 700);
    assert.deepEqual([capped.first.totals.queues.length, capped.first.unread], [700, 501]);
  });

  it('come page after page from LavinMQ, and a queue on any of them counts', async () => {
    const { first } = await looks({ product: 'LavinMQ' });
    assert.deepEqual([first.totals.queues.length, first.unread], [MANY, 0]);
    const capped = await looks({ product: 'LavinMQ' }, 700);
    assert.deepEqual([capped.first.totals.queues.length, capped.first.unread], [700, 501]);
  });

  it('cost a check no more than thirty requests and 250 bytes a queue and look', async () => {
    const read = await looks({});
    assert.ok(read.asked.length <= 30, String(read.asked.length));
    assert.ok(read.bytes <= 2 * 250 * MANY, String(read.bytes));
    assert.equal(oneByOne(read), 0);
  });

  it('are asked for their consumers one by one where a user is not shown all: those with a consumer, and then as many as there is room for', async () => {
    const taken = (name: string): number => (name < 'q0150' ? 1 : 0);
    const read = await looks({ tags: ['management'], consumers: taken });
    assert.equal(oneByOne(read), 2 * 200);
    for (const name of NAMES.filter((each) => taken(each) > 0))
      assert.ok(read.asked.includes(`/queues/%2F/${name}`), name);
    assert.ok(read.asked.length - oneByOne(read) <= 35, String(read.asked.length));
    assert.notEqual(read.first.consumers, null);
  });

  it('have unknown consumers, and none is asked, where too many have one', async () => {
    const read = await looks({ tags: ['management'], consumers: () => 1 });
    assert.equal(read.first.consumers, null);
    assert.equal(oneByOne(read), 0);
  });
});
