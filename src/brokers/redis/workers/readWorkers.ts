import type { Seen } from './seen';
import { Problem, throwIfCancelled } from '../../../base/problem';
import { unavailable } from '../../unavailable';
import type { RedisWorkersView, WorkerMarks } from '../views';
import type { Mailbox, RedisReader } from '../../../ports/redis';
import { joinAnswers, type Answers } from './answers';
import { blockedClients, readClients, type PossibleWorkers } from './clients';
import { converse } from './conversation';
import { listenForHeartbeats, type Heard, type Listener } from './heartbeats';
import { NO_WORKERS } from '../../noWorkers';
import { viewWorkers } from './view';

/** A worker that waits asks for a task every second; this long without asking is no accident. */
const STALE_SECONDS = 30;
/** Three heartbeats of Celery's 2 seconds. */
const LISTEN_SECONDS = 6;
/** A worker that is free answers in some milliseconds. Silent ones get this twice. */
const TIMEOUT_SECONDS = 2;

export interface WorkersOptions {
  /** The broker's database: workers of others are not ours. */
  readonly db: number;
  /** `global_keyprefix`es of the broker, '' among them where keys have none. */
  readonly prefixes: readonly string[];
  /** Hashes of taken messages besides those with the usual name. */
  readonly takenKeys?: readonly string[];
  /** What workers left in the broker. */
  readonly marks?: WorkerMarks;
  /** Listens even where workers may not be asked. By default, only a mailbox listens. */
  readonly listener?: Listener;
  readonly timeoutSeconds?: number;
  readonly listenSeconds?: number;
  readonly staleSeconds?: number;
}

/**
 * Looks for workers: by CLIENT LIST always; by asking them where a mailbox is given; by their heartbeats where that leaves a question.
 * Without a mailbox nothing is published and nothing written.
 * @param mailbox null: workers may not be asked
 * @param onProgress what is being done, for people
 * @returns a view with a report `unavailable` where nothing could be read
 * @throws Problem `cancelled`
 */
export async function readWorkers(
  redis: RedisReader,
  mailbox: Mailbox | null,
  options: WorkersOptions,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<RedisWorkersView> {
  try {
    return viewWorkers(await look(redis, mailbox, options, onProgress, signal), options.marks);
  } catch (error) {
    throwIfCancelled(signal);
    return { report: { name: 'workers', ...unavailable(error) }, ...NO_WORKERS, takenKeys: [] };
  }
}

async function look(
  redis: RedisReader,
  mailbox: Mailbox | null,
  options: WorkersOptions,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<Seen> {
  const listener = options.listener ?? mailbox;
  const staleSeconds = options.staleSeconds ?? STALE_SECONDS;
  const before = await readClients(redis, options.db, staleSeconds);
  throwIfCancelled(signal);
  // Where clients are not shown, it will be listened anyway: at the same time as asked.
  const early = before === null && listener ? listen(listener, options, onProgress) : null;
  const asking = mailbox ? ask(redis, mailbox, options, onProgress, signal) : null;
  // Both are waited for before anything is thrown: neither may go on behind our back.
  const [asked, heardEarly] = await bothOf(asking, early);
  throwIfCancelled(signal);
  const answers = asked instanceof Problem ? null : asked;
  // A client that only waited for an answer of its own (`celery inspect`) is gone by now.
  const clients = before && answers && before.takers > answers.receivers ? await again(redis, options, before) : before;
  const late = clients && listener && leavesQuestion(clients, answers) ? listen(listener, options, onProgress) : null;
  const heard = heardEarly ?? (await late);
  throwIfCancelled(signal);
  return {
    clients,
    answers,
    askingFailed: asked instanceof Problem ? asked : null,
    heard,
    blocked: clients === null ? await blockedClients(redis) : null,
  };
}

async function bothOf<A, B>(first: Promise<A> | null, second: Promise<B> | null): Promise<[A | null, B | null]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}

/** Whether heartbeats could tell more: who is there although nobody was asked, or although it does not answer. */
function leavesQuestion(clients: PossibleWorkers, answers: Answers | null): boolean {
  const possible = clients.takers + clients.subscribers > 0;
  return answers === null ? possible : clients.takers > answers.receivers || (answers.receivers === 0 && possible);
}

async function again(redis: RedisReader, options: WorkersOptions, before: PossibleWorkers): Promise<PossibleWorkers> {
  const after = await readClients(redis, options.db, options.staleSeconds ?? STALE_SECONDS);
  return after && after.takers < before.takers ? after : before;
}

/** @returns a Problem when Redis does not let us ask. @throws Problem when the check was cancelled */
async function ask(
  redis: RedisReader,
  mailbox: Mailbox,
  { db, prefixes, takenKeys = [], timeoutSeconds = TIMEOUT_SECONDS }: WorkersOptions,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<Answers | Problem> {
  onProgress('Asking the workers what they have...');
  try {
    const conversations = await Promise.all(
      (prefixes.length === 0 ? [''] : prefixes).map((prefix) =>
        converse(redis, mailbox, { prefix, db, takenKeys }, timeoutSeconds, signal),
      ),
    );
    return joinAnswers(conversations);
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** @returns null where listening is not allowed. */
async function listen(
  listener: Listener,
  { db, prefixes, listenSeconds = LISTEN_SECONDS }: WorkersOptions,
  onProgress: (label: string) => void,
): Promise<Heard | null> {
  onProgress(`Listening for the workers' heartbeats for ${String(listenSeconds)} seconds...`);
  try {
    return await listenForHeartbeats(listener, db, prefixes.length === 0 ? [''] : prefixes, listenSeconds);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
