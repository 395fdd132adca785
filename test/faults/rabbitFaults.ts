import { until } from '../support/database';
import { apiOf, fakeApi, situation, type FakeApi, type Reply } from '../support/rabbitApi';
import { closedPort, silentServer, type TcpServer } from '../support/sockets';
import type { Attack, Expected, Fault } from './fault';

const PASSWORD = 'rabbit-password';
const CLASSIC = '4.0.5-celery-5.5.2-classic';
const OUT: Pick<Expected & { ends: 'partial' }, 'ends' | 'unavailable'> = {
  ends: 'partial',
  unavailable: ['broker', 'workers'],
};

type Answers = (path: string) => Reply | undefined;

/** A RabbitMQ in which nothing is: whatever goes wrong, a check that trusted it would call every task lost. */
const EMPTY: Answers = apiOf('4.0.5', situation(CLASSIC, 'purged', 'after'));

/** What a server answers in place of its data, to every question. */
const REFUSALS: readonly (readonly [name: string, reply: Reply, says: RegExp])[] = [
  ['wrong password (401 Login failed)', refused('Login failed'), /password/],
  ['wrong password as 4.0 says it', refused('Not_Authorized'), /password/],
  ['a user without a tag', refused('Not management user'), /set_user_tags|tag/],
  ['HTML instead of JSON', html(200), /an HTML page/],
  ['a proxy that is broken (502)', html(502), /an HTML page|502/],
  [
    'a redirect to another host',
    { status: 302, body: '', headers: { location: 'https://elsewhere.invalid/' } },
    /redirect|elsewhere/,
  ],
  ['an answer of 50 MB', { body: JSON.stringify({ name: 'x'.repeat(50_000_000) }) }, /larger than \d+ MB/],
];

/** The same, to one question in the middle of the look. */
const IN_THE_MIDDLE: readonly (readonly [name: string, at: RegExp, reply: Reply, says: RegExp])[] = [
  [
    'a user without a permission there',
    /^\/queues/,
    refused('User not authorised to access virtual host'),
    /set_permissions|permission/,
  ],
  ['HTML instead of its queues', /^\/queues/, html(200), /an HTML page/],
  ['50 MB of queues', /^\/queues/, { body: JSON.stringify([{ name: 'x'.repeat(50_000_000) }]) }, /larger than \d+ MB/],
  [
    '50 MB of bindings',
    /^\/bindings/,
    { body: JSON.stringify([{ source: 'x'.repeat(50_000_000) }]) },
    /larger than \d+ MB/,
  ],
  [
    'a virtual host that is not there',
    /^\/(queues|bindings|exchanges|consumers)/,
    { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } },
    /virtual host/,
  ],
];

/** Everything that can happen to a RabbitMQ. The task table's part of the answer is always there. */
export const RABBIT_FAULTS: readonly Fault[] = [
  {
    name: 'RabbitMQ: nothing listens there',
    inject: async () => at(await closedPort()),
    expected: { ...OUT, says: /^Connection refused|refused/ },
  },
  ...REFUSALS.map(([name, reply, says]): Fault => ({
    name: `RabbitMQ: ${name}`,
    inject: () => answering(() => reply),
    expected: { ...OUT, says },
  })),
  ...IN_THE_MIDDLE.map(([name, asked, reply, says]): Fault => ({
    name: `RabbitMQ: ${name}`,
    inject: () => answering((path) => (asked.test(path) ? reply : EMPTY(path))),
    expected: { ...OUT, says },
  })),
  {
    name: 'RabbitMQ: accepts and never answers',
    inject: async () => over(await silentServer()),
    expected: { ...OUT, says: /didn't answer within \d+ seconds/ },
    within: 45_000,
    slow: true,
  },
  {
    name: 'RabbitMQ: answers with half of its queues, and then nothing',
    inject: () => answering((path) => (path.startsWith('/queues') ? 'half' : EMPTY(path))),
    expected: { ...OUT, says: /didn't answer within \d+ seconds when asked for queues/ },
    within: 45_000,
    slow: true,
  },
  {
    name: 'RabbitMQ: a queue that is busy delays its numbers for longer than a check waits',
    inject: () => answering((path) => (path.includes('enable_queue_totals') ? 'nothing' : EMPTY(path))),
    expected: { ...OUT, says: /A busy queue delays its numbers/ },
    within: 45_000,
    slow: true,
  },
  {
    name: 'RabbitMQ: every answer takes five seconds',
    inject: () => answering(EMPTY, () => 5_000),
    expected: { ...OUT, says: /is too slow/ },
    within: 100_000,
    slow: true,
  },
  {
    name: 'RabbitMQ: every answer takes five seconds from the second look on',
    inject: () => answering(EMPTY, (asked) => (secondLook(asked) ? 5_000 : 0)),
    expected: { ends: 'unbounded', says: /is too slow/ },
    within: 60_000,
    slow: true,
  },
  {
    name: 'RabbitMQ: gone in the middle of the first look',
    inject: () => answering((path) => (path.startsWith('/queues') ? 'gone' : EMPTY(path))),
    expected: { ...OUT, says: /closed the connection|refused|lost/ },
  },
  {
    name: 'RabbitMQ: gone between the two looks',
    inject: () => answering((path, asked) => (secondLook(asked) ? 'gone' : EMPTY(path))),
    expected: { ends: 'unbounded', says: /closed the connection|refused|lost/ },
  },
  {
    name: 'RabbitMQ: another password since the first look',
    inject: () => answering((path, asked) => (secondLook(asked) ? refused('Login failed') : EMPTY(path))),
    expected: { ends: 'unbounded', says: /password/ },
  },
  ...['memory', 'disk'].map((resource): Fault => ({
    name: `RabbitMQ: a ${resource} alarm blocks publishers`,
    inject: () =>
      answering((path) =>
        path.startsWith('/health')
          ? { status: 503, body: { status: 'failed', alarms: [{ node: 'rabbit@a', resource }] } }
          : EMPTY(path),
      ),
    expected: { ends: 'unbounded', says: new RegExp(`a ${resource} alarm blocks all publishers`) },
  })),
  ...(['the first answer', 'the queues', 'the second look'] as const).map((what): Fault => ({
    name: `RabbitMQ: cancelled while it waits for ${what}`,
    inject: async () => {
      const waits = (path: string, asked: readonly string[]): boolean =>
        what === 'the first answer' || (what === 'the queues' ? path.startsWith('/queues') : secondLook(asked));
      let silent = false;
      const attack = await answering((path, asked) => {
        silent ||= waits(path, asked);
        return silent ? 'nothing' : EMPTY(path);
      });
      return {
        ...attack,
        meanwhile: async (stop) => {
          await until(() => Promise.resolve(silent || undefined));
          stop.abort();
        },
      };
    },
    expected: { ends: 'problem', kind: 'cancelled', says: /^The check was cancelled\.$/ },
    // Longer than a second only because other faults run beside it; a wait that is not cancelled takes fifteen.
    within: 5_000,
  })),
];

function refused(reason: string): Reply {
  return { status: 401, body: { error: 'not_authorised', reason } };
}

function html(status: number): Reply {
  return { status, body: '<html><body>Welcome</body></html>', headers: { 'content-type': 'text/html' } };
}

/** Each look asks for alarms once, before all else that it asks. */
function secondLook(asked: readonly string[]): boolean {
  return asked.filter((path) => path.includes('/health/')).length > 1;
}

function at(port: number): Attack {
  return {
    rabbit: {
      url: `amqp://app:${PASSWORD}@127.0.0.1:5672/`,
      managementUrl: `http://127.0.0.1:${String(port)}`,
    },
    secrets: [PASSWORD],
  };
}

function over(server: TcpServer): Attack {
  return { ...at(server.port), heal: server.close };
}

type Answer = Reply | 'nothing' | 'half' | 'gone' | undefined;

/** @param delay milliseconds before each answer @param answer asked: everything so far, this question included */
async function answering(
  answer: (path: string, asked: readonly string[]) => Answer,
  delay: (asked: readonly string[]) => number = () => 0,
): Promise<Attack> {
  const server: FakeApi = await fakeApi((path, _, response) => {
    const found = answer(path, server.asked);
    const wait = delay(server.asked);
    if (found === 'gone') response.destroy();
    if (found === 'half') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[{"name": "celery", "messages_');
    }
    if (found === 'gone' || found === 'half') return 'nothing';
    if (wait === 0 || found === undefined || found === 'nothing') return found;
    setTimeout(() => {
      response.writeHead(found.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found.body));
    }, wait).unref();
    return 'nothing';
  });
  return { ...at(server.port), heal: () => server.close() };
}
