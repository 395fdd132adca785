import { pause } from '../../base/pause';
import { Problem, throwIfCancelled } from '../../base/problem';
import { ProgressSteps } from '../../model/progress';
import { UNMETERED } from '../../ports/meter';
import {
  AGAIN_STEP,
  STEPS,
  type Broker,
  type BrokerAccess,
  type BrokerLook,
  type BrokerQuestions,
  type LookRun,
} from '../broker';
import { notRead } from '../notRead';
import { unavailable } from '../unavailable';
import { accessOf, amqpAccess, neither } from './access';
import { lookByAmqp } from './amqpLook';
import { askWorkers } from './asking';
import { otherBrokers, type Place } from './cluster';
import { amqpAddress, parseAmqpUrl, type AmqpServer } from './amqpUrl';
import { managementAddresses, managementText, type ManagementAddress } from './management/address';
import { LIMITS, ManagementApi, type Limits } from './management/client';
import { pathOf } from './management/paths';
import { readMoving, readState, virtualHosts } from './read';
import { needsWait, QUORUM_MS } from './state/bounds';
import { brokerView, workersView, type Looks } from './view';

/** Failures after which another address may be the right one: nothing there answered as a management API does. */
const TRY_NEXT: readonly Problem['kind'][] = [
  ...(['refused', 'host-not-found', 'unreachable', 'tls', 'timeout', 'connection-lost', 'invalid'] as const),
];

/** How long each of several addresses is waited for: seconds. */
const FIRST_ANSWER = { seconds: 10, bytes: 1_000_000 };

/**
 * Celery's broker in a virtual host of RabbitMQ, read by its management API, or by AMQP alone where that does not answer.
 * @param url Celery's, with its password; several servers with `;` between them
 * @param managementUrl that of the management API, where a person wrote one
 * @throws Problem `invalid` where a URL cannot be used
 */
export function rabbitBroker(url: string, managementUrl?: string): Broker {
  const servers = parseAmqpUrl(url, "The broker's URL").map((server) => ({
    server,
    addresses: managementAddresses(server, managementUrl),
  }));
  return {
    name: `RabbitMQ at ${servers.map(({ server }) => amqpAddress(server)).join(' or ')}`,
    server: servers,
    looksAgain: true,
    rabbit: { product: 'RabbitMQ', vhost: servers[0]?.server.vhost ?? '/' },
    look: (questions, run) => look(servers, managementUrl !== undefined, questions, run),
    ping: async (signal) => {
      const { api } = await answering(servers, { signal, meter: UNMETERED });
      try {
        await api.get(pathOf(['queues', api.vhost], { disable_stats: true, page: 1, page_size: 1 }));
      } finally {
        api.close();
      }
    },
    access: (signal) => access(servers, managementUrl !== undefined, signal),
  };
}

/** The server that answers, the first of its list. */
interface Answering {
  readonly api: ManagementApi;
  readonly server: AmqpServer;
  /** The rest of the list. */
  readonly others: readonly Place[];
}

/** @param own whether a person wrote the address of the API */
async function access(servers: readonly Place[], own: boolean, signal: AbortSignal): Promise<BrokerAccess> {
  let found: Answering;
  try {
    found = await answering(servers, { signal, meter: UNMETERED });
  } catch (error) {
    // An API that answers says itself what is wrong.
    if (!(error instanceof Problem) || error.tried === undefined) throw error;
    return await amqpAccess(
      servers.map(({ server }) => server),
      { why: error, own },
      signal,
    );
  }
  const { api, server } = found;
  try {
    const { user, password } = api.address;
    const ownAccount = user !== server.user || password !== server.password;
    return await namingVhosts(api, () => accessOf(api, server, ownAccount));
  } finally {
    api.close();
  }
}

/** @param own whether a person wrote the address of the API */
async function look(
  servers: readonly Place[],
  own: boolean,
  questions: BrokerQuestions,
  run: LookRun,
): Promise<BrokerLook> {
  run.progress.next('broker', STEPS.search);
  const ask = (): void => {
    run.progress.next('workers', questions.askWorkers ? STEPS.ask : STEPS.listen);
  };
  try {
    return await lookByApi(servers, questions, run, ask);
  } catch (error) {
    // Nothing else than a Problem, and no cancel.
    unavailable(error);
    ask();
    return await withoutApi(servers, { why: error as Problem, own }, questions, run);
  }
}

async function lookByApi(
  servers: readonly Place[],
  questions: BrokerQuestions,
  run: LookRun,
  ask: () => void,
): Promise<BrokerLook> {
  const clock = (): number => performance.now();
  const { api, server, others } = await answering(servers, run);
  try {
    const first = await namingVhosts(api, () => readState(api, questions.maxMessages, clock));
    const unread = await otherBrokers(server, first.server, others, run);
    ask();
    const asked = questions.askWorkers
      ? await askWorkers(server, api, first, questions.maxMessages, run, clock)
      : undefined;
    const looks = { address: amqpAddress(server), first, others: unread.map(amqpAddress), ...(asked ? { asked } : {}) };
    return looked(looks, { api, server }, questions, clock);
  } finally {
    api.close();
  }
}

/** What AMQP alone shows, or why it shows nothing either. */
async function withoutApi(
  servers: readonly Place[],
  { why, own }: { readonly why: Problem; readonly own: boolean },
  questions: BrokerQuestions,
  run: LookRun,
): Promise<BrokerLook> {
  const targets = servers.map(({ server }) => server);
  try {
    // An API that answers says itself what is wrong.
    if (why.tried === undefined) throw why;
    return await lookByAmqp(targets, why, questions, run);
  } catch (error) {
    unavailable(error);
    const problem = error === why ? why : neither({ why, own }, error as Problem);
    // Without its report about a Redis, and with both steps taken.
    const nothing = notRead(unavailable(problem), questions.askWorkers, { progress: NO_PROGRESS });
    const rabbit = { product: 'RabbitMQ', version: null, vhost: targets[0]?.vhost ?? '/', user: null };
    return { ...nothing, messages: { ...nothing.messages, rabbit }, reports: [] };
  }
}

/** PostgreSQL ends a transaction that waits for a minute, and the second look is made inside one. */
const AGAIN: Limits = { ...LIMITS, inAll: 30 };

const NO_PROGRESS = new ProgressSteps([], () => undefined);

/** The first server of the list whose management API answers. @throws Problem the first that tells something */
async function answering(
  servers: readonly Place[],
  { signal, meter }: Pick<LookRun, 'signal' | 'meter'>,
): Promise<Answering> {
  const failures: Problem[] = [];
  for (const { server, addresses } of servers) {
    for (const address of addresses) {
      const api = new ManagementApi(address, server.vhost, signal, meter);
      try {
        await api.get('/whoami', FIRST_ANSWER);
        return { api, server, others: servers.filter((place) => place.server !== server) };
      } catch (error) {
        api.close();
        if (!(error instanceof Problem) || !TRY_NEXT.includes(error.kind)) throw error;
        failures.push(error);
      }
    }
  }
  const tried = servers.flatMap(({ addresses }) => addresses.map(managementText));
  const [first, ...more] = failures;
  if (!first)
    throw new Problem(
      'not-configured',
      "The address of RabbitMQ's management API doesn't follow from the broker's URL. Name it.",
      { tried },
    );
  const also = more.length > 0 ? ` Tried: ${tried.join(' and ')}.` : '';
  throw new Problem(first.kind, `${first.message}${also}`, { cause: first, tried });
}

/** @throws Problem; one about a virtual host names those that there are */
async function namingVhosts<T>(api: ManagementApi, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'database-missing') throw error;
    const seen = (await virtualHosts(api)).slice(0, 10);
    if (seen.length === 0) throw error;
    throw new Problem('database-missing', `${error.message} This user sees: ${seen.join(', ')}.`);
  }
}

function looked(
  looks: Looks,
  { api, server }: Pick<Answering, 'api' | 'server'>,
  { maxMessages }: BrokerQuestions,
  clock: () => number,
): BrokerLook {
  const { first } = looks;
  const { product, version, user } = first.server;
  return {
    messages: brokerView(looks),
    workers: workersView(looks),
    losses: { seen: [], complete: false, source: 'broker' },
    server: {
      broker: {
        kind: 'rabbitmq',
        product,
        version,
        address: looks.address,
        readBy: 'management',
        management: managementText(api.address),
        user,
        blocked: first.blocking,
      },
    },
    reports: [],
    again: (run) => again(looks, api.address, server.vhost, maxMessages, run, clock),
  };
}

/** The second look: quorum queues are waited for, because their numbers are old (bounds.ts). */
async function again(
  looks: Looks,
  address: ManagementAddress,
  vhost: string,
  most: number,
  run: LookRun,
  clock: () => number,
): Promise<Pick<BrokerLook, 'messages' | 'workers'>> {
  run.progress.next(AGAIN_STEP, STEPS.again);
  const { first } = looks;
  if (needsWait(first.totals.queues)) await waitUntil(first.totals.at + QUORUM_MS, run, clock);
  const api = new ManagementApi(address, vhost, run.signal, run.meter, AGAIN);
  try {
    const second = await readMoving(api, first.server, most, clock);
    const both = { ...looks, second };
    return { messages: brokerView(both), workers: workersView(both) };
  } catch (error) {
    // What was seen the first time stays, and bounds nothing.
    const { detail, gaps = [] } = unavailable(error);
    const { report, ...messages } = brokerView(looks);
    const both = [...(report.gaps ?? []), ...gaps];
    return {
      messages: {
        ...messages,
        report: { ...report, state: 'partial', detail: `${report.detail}; ${detail}`, gaps: both },
      },
      workers: workersView(looks),
    };
  } finally {
    api.close();
  }
}

/** A cancel is heard this often: milliseconds. */
const HEAR_MS = 200;

async function waitUntil(time: number, run: LookRun, clock: () => number): Promise<void> {
  let said = 0;
  for (let left = time - clock(); left > 0; left = time - clock()) {
    throwIfCancelled(run.signal);
    const seconds = Math.ceil(left / 1000);
    if (seconds !== said) run.progress.say(`Waiting for the numbers of quorum queues: ${String(seconds)} s...`);
    said = seconds;
    await pause(Math.min(left, HEAR_MS));
  }
  throwIfCancelled(run.signal);
}
