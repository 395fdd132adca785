import { Problem, throwIfCancelled } from '../../base/problem';
import type { RedisServer } from '../../model/diagnosis';
import { ping, type Mailbox, type RedisReader, type RedisSource } from '../../ports/redis';
import { STEPS, type Broker, type BrokerLook, type BrokerQuestions, type LookRun } from '../broker';
import { notRead } from '../notRead';
import { unavailable } from '../unavailable';
import { onFailoverList } from './failoverList';
import { readBroker, type BrokerOptions } from './queues/readBroker';
import { onReplica } from './replica';
import { lookAtServer, lossesOf } from './server';
import { readServerKind } from './serverKind';
import type { RedisBrokerView, RedisWorkersView } from './views';
import { readWorkers, type WorkersOptions } from './workers/readWorkers';

/** Celery's broker in one database of a Redis. */
export function redisBroker(source: RedisSource): Broker {
  return {
    name: `Redis at ${source.address}`,
    server: source,
    look: (questions, run) => look(source, questions, run),
    ping: (signal) => source.read(ping, signal),
  };
}

/** Asks PING first, so that a server that is down costs one timeout and not one for each question. */
async function look(source: RedisSource, questions: BrokerQuestions, run: LookRun): Promise<BrokerLook> {
  const state = { answered: false };
  try {
    return await source.ask(
      async (redis, mailbox) => {
        await ping(redis);
        state.answered = true;
        return await new Look(source, redis, mailbox, questions, run).all();
      },
      run.signal,
      run.meter,
    );
  } catch (error) {
    if (state.answered) throw error;
    const why = unavailable(error);
    return { ...notRead(why, questions.askWorkers, run), reports: [{ name: 'redis', ...why }] };
  }
}

/** One look at a Redis that answers. */
class Look {
  private readonly say: (label: string) => void;

  constructor(
    private readonly source: RedisSource,
    private readonly redis: RedisReader,
    private readonly mailbox: Mailbox,
    private readonly questions: BrokerQuestions,
    private readonly run: LookRun,
  ) {
    this.say = calmly((label) => {
      run.progress.say(label);
    });
  }

  /** The workers after the queues: a message that a worker takes meanwhile is seen at one of them. */
  async all(): Promise<BrokerLook> {
    const { redis, run, questions } = this;
    run.progress.next('broker', STEPS.search);
    const first = await this.search({});
    throwIfCancelled(run.signal);
    run.progress.next('workers', questions.askWorkers ? STEPS.ask : STEPS.listen);
    const workers = await this.lookForWorkers(first);
    throwIfCancelled(run.signal);
    const named = namedByWorkers(first, workers);
    const messages = named ? await this.search(named) : first;
    throwIfCancelled(run.signal);
    const { server, report } = await lookAtServer(redis, questions.alsoResults ? 'broker and results' : 'broker');
    return { ...asFarAs({ messages, workers }, server, redis.unread), ...known(server), reports: [report] };
  }

  private async search(more: Partial<BrokerOptions>): Promise<RedisBrokerView> {
    const options = { maxMessages: this.questions.maxMessages, ...(await kindOf(this.redis)), ...more };
    return await readBroker(this.redis, options, this.say, this.run.signal);
  }

  private async lookForWorkers(broker: RedisBrokerView): Promise<RedisWorkersView> {
    const { mailbox, questions } = this;
    const options = {
      db: this.source.db,
      prefixes: broker.prefixes,
      takenKeys: broker.takenElsewhere,
      marks: broker.marks,
      ...(questions.askWorkers ? {} : onlyListen(mailbox)),
    };
    return await readWorkers(this.redis, questions.askWorkers ? mailbox : null, options, this.say, this.run.signal);
  }
}

type Views = Pick<BrokerLook, 'messages' | 'workers'>;

/** What follows from the views where this server is a replica or has others beside it. */
function asFarAs({ messages, workers }: Views, server: RedisServer | null, unread: readonly string[] = []): Views {
  const views = server?.replica === true ? onReplica(messages, workers) : { broker: messages, workers };
  const { broker, workers: seen } = unread.length > 0 ? onFailoverList(views.broker, views.workers, unread) : views;
  return { messages: broker, workers: seen };
}

function known(server: RedisServer | null): Pick<BrokerLook, 'losses' | 'server'> {
  return { losses: lossesOf(server), server: server ? { redis: server } : {} };
}

/** @throws Problem when the connection failed in another way than the search will */
async function kindOf(reader: RedisReader): Promise<Pick<BrokerOptions, 'server'>> {
  try {
    return { server: await readServerKind(reader) };
  } catch (error) {
    if (error instanceof Problem && error.kind === 'cancelled') throw error;
    // The search will say it.
    return {};
  }
}

/**
 * What workers say of their queues and keys, where the search did not know it: it is made again with these. A pass over all keys finds what
 * holds something, so this is rare: keys that workers name explain what only looked like theirs, and a pass may have been cut short.
 */
function namedByWorkers(
  { keys, prefixes, takenElsewhere }: RedisBrokerView,
  { workers, takenKeys }: RedisWorkersView,
): Pick<BrokerOptions, 'queues' | 'taken'> | undefined {
  const queues = [...new Set(workers.flatMap((worker) => worker.queues ?? []))];
  const strange = queues.filter((name) => !['', ...prefixes].some((prefix) => keys.has(prefix + name)));
  const unknown = takenKeys.filter(({ messages }) => !keys.has(messages) || takenElsewhere.includes(messages));
  return strange.length + unknown.length === 0 ? undefined : { queues, taken: takenKeys };
}

/** Heartbeats come every 2 seconds. Without asking they only name the workers, so one of each is enough. */
function onlyListen(listener: Mailbox): Pick<WorkersOptions, 'listener' | 'listenSeconds'> {
  return { listener, listenSeconds: 2.5 };
}

/** Progress that a person can read: not more often than this, in milliseconds. */
const CALM_MS = 250;

function calmly(say: (label: string) => void): (label: string) => void {
  let said = -Infinity;
  return (label) => {
    if (performance.now() - said < CALM_MS) return;
    said = performance.now();
    say(label);
  };
}
