/** What the rules share: readings of a row, of its messages and of its result. */
import type { Confidence } from '../model/verdict';
import type { ResultRecord, RowFacts, Seconds, StuckRow, TypeHistory, World } from '../model/facts';

/** Between the insert and the save after publishing: the broker may be slow, and apiv2's retry policy blocks up to 16 minutes. */
export const PUBLISHING_SECONDS = 17 * 60;
/** A message on its way is in no place for a moment. */
export const MOVING_SECONDS = 60;

/** Its message was published, and the row says that it was not begun. */
export function publishedNotBegun({ state, runs }: StuckRow): boolean {
  return state === 'queued' && runs.published;
}

/** A run of it began, and the row records no end. */
export function begun({ state }: StuckRow): boolean {
  return state === 'running';
}

/** A retry of it began: the column counts the attempts that began, so 1 does not say that no retry was asked for. */
export function retried(row: StuckRow): boolean {
  return begun(row) && (row.attempts ?? 1) >= 2;
}

/** It counts as begun, and no run of it began: somebody resumed it, for which it waits. */
export function resumedNotBegun(row: StuckRow): boolean {
  return !row.runs.begunByRun && !retried(row);
}

export function ageSeconds(row: StuckRow, world: World): Seconds {
  return world.now - row.lastRun;
}

export function queued({ messages }: RowFacts): RowFacts['messages'] {
  return messages.length === 0 ? messages : messages.filter((message) => message.place === 'queue');
}

export function taken({ messages }: RowFacts): RowFacts['messages'] {
  return messages.length === 0 ? messages : messages.filter((message) => message.place === 'unacked');
}

/** `module.name`, as Celery calls the task unless the decorator gave it another name. */
export function celeryName(row: StuckRow): string {
  return `${row.taskModule}.${row.taskName}`;
}

/** Between the clocks of a worker's host and of the database's client. */
export const CLOCK_SECONDS = 60;

/** A result of the row's last run, and whether it surely is of that one. */
export interface LastResult extends ResultRecord {
  /** It was stored after that run began. A moment before it may be another clock, or an id that was used twice. */
  readonly sure: boolean;
}

/**
 * The result, if it is of the row's last run. Where the row keeps the id of its first message, the record under that id is of an earlier run
 * after a retry, a further part, a resumption or another dispatch, and says nothing of the one that came after.
 */
export function resultOfLastRun({ row, result }: Pick<RowFacts, 'row' | 'result'>): LastResult | null {
  if (!result || !row.runs.hasIdOfLastRun) return null;
  // A worker that throws a message away does not always say when.
  if (result.doneAt === null) return begun(row) ? null : { ...result, sure: true };
  if (result.doneAt < row.lastRun - CLOCK_SECONDS) return null;
  return { ...result, sure: result.doneAt >= row.lastRun };
}

/** How sure a claim is that rests on the record of the last run. */
export function asSureAs({ sure }: LastResult, confidence: Confidence): Confidence {
  return sure ? confidence : 'possible';
}

const ENDED: readonly (string | null)[] = ['WorkerLostError', 'TimeLimitExceeded', 'Terminated'];

/** Recorded by the worker's main process because the one that ran the task ended (Celery 5.6.3 worker/request.py `on_failure`). */
export function processEnded({ state, exceptionType }: ResultRecord): boolean {
  return state === 'FAILURE' && ENDED.includes(exceptionType);
}

const WRITTEN_BY_WORKERS: readonly (string | null)[] = ['SUCCESS', 'FAILURE', 'STARTED', 'RETRY', 'PROGRESS'];

/** A worker has had the message of this row, whatever the row says: it wrote a state that only workers write. */
export function wasTaken(result: ResultRecord | null): boolean {
  if (!result) return false;
  return WRITTEN_BY_WORKERS.includes(result.state) || (result.state === 'REVOKED' && result.byWorker === true);
}

/** Rows of a type from which a habit of it can be read. */
export const ENOUGH_ROWS = 30;

/** Without knowing its type, a run is taken to last a day at most: seconds. */
const LONGEST_RUN = 24 * 3600;
/** Whatever its type usually takes, a run may meet a slow service: seconds. */
const SHORTEST_PATIENCE = 15 * 60;
/** What the longest known run may be exceeded by. */
const TIMES_LONGEST = 10;

/** Undefined also where rows of the type may be hidden from this role: what they never did cannot be told from a part of them. */
export function historyOf(row: StuckRow, { histories }: World): TypeHistory | undefined {
  const history = histories.get(celeryName(row));
  return history?.partial === true ? undefined : history;
}

/**
 * Whether a process may be running it that no source shows: a worker that lost its connection to the broker, or that ends its tasks
 * before it shuts down, is in no list of clients and answers nobody. So it is until its run would have lasted far longer than any of
 * its type, unless PostgreSQL's sessions tell that none can be at work.
 */
export function mayRunUnseen(row: StuckRow, world: World): boolean {
  // Where the state from before the run was put back, the run began before that save, and no other column says when.
  const saved = row.state === 'queued' ? row.updatedAt : row.startedAt;
  const lastSeen = Math.max(row.lastRun, saved ?? -Infinity);
  if (world.now - lastSeen >= longestRun(historyOf(row, world))) return false;
  const { since } = world.sessions;
  return since === null || (since !== 'none' && since <= lastSeen + CLOCK_SECONDS);
}

function longestRun(history: TypeHistory | undefined): Seconds {
  return patienceFor(history === undefined || history.done < ENOUGH_ROWS ? null : history.longestRun);
}

/** @param longest run that is known, in seconds; null: none is */
function patienceFor(longest: Seconds | null): Seconds {
  return longest === null ? LONGEST_RUN : Math.min(LONGEST_RUN, Math.max(SHORTEST_PATIENCE, TIMES_LONGEST * longest));
}

/** A message that was taken, came back and was begun leaves no trace in a row whose last save came sooner than this: seconds. */
const SHORTEST_ROUND = 0.015;

/**
 * Whether its last save came too soon for a run before it. Whoever puts the state from before a run back does so in the first message's save, so of a row
 * that ran, the message's way to a worker lies between `created_at` and `updated_at`. Finished rows tell how long that way takes at least;
 * they do not where they all waited in a backlog, so this is a sign and no proof.
 */
export function savedTooSoonToHaveRun(row: StuckRow, world: World): boolean {
  if (row.state !== 'queued' || row.createdAt === null || row.updatedAt === null) return false;
  return row.updatedAt - row.createdAt < shortestWait(historyOf(row, world));
}

function shortestWait(history: TypeHistory | undefined): Seconds {
  if (history?.shortestWait == null || history.done < ENOUGH_ROWS) return SHORTEST_ROUND;
  return Math.max(history.shortestWait, 0);
}

/** How long ago somebody wrote the row last, as far as its columns say. */
export function writtenSeconds(row: StuckRow, world: World): Seconds {
  return world.now - (lastWritten(row) ?? row.lastRun);
}

/** When somebody wrote the row last; null where a column that says so cannot be read. */
function lastWritten({ lastRun, createdAt, updatedAt }: StuckRow): Seconds | null {
  return updatedAt === null ? null : Math.max(lastRun, updatedAt, createdAt ?? -Infinity);
}

/**
 * Until when its last message may have been published: by whoever wrote the row last, whom a broker may have kept waiting, or by a run that began
 * then, which sends its next page or its retry before it ends. Null where that is not known: somebody resumed the row without leaving a
 * time, or a column cannot be read.
 */
export function publishedUntil(row: StuckRow, world: World): Seconds | null {
  const written = lastWritten(row);
  if (written === null || (begun(row) && resumedNotBegun(row))) return null;
  const mayRun = row.runs.mayRun && !savedTooSoonToHaveRun(row, world);
  return written + PUBLISHING_SECONDS + (mayRun ? longestRun(historyOf(row, world)) : 0);
}

/** Whether every queue was empty since then, so that the row has no message: see `BrokerView.emptySecondsAgo`. */
export function queuesWereEmptySince(row: StuckRow, world: World): boolean {
  const { bounds, emptySecondsAgo } = world.broker;
  const until = publishedUntil(row, world);
  return bounds !== undefined && emptySecondsAgo !== undefined && until !== null && until < world.now - emptySecondsAgo;
}

/**
 * When the task was made that has begun although it came to the queue long after this one. Where queues keep their order, this one has left its
 * queue then: a worker took its message, or it was never there. It may only be there again because a worker gave it back. A worker holds
 * messages for as long as the tasks before them run, so the distance is longer than the longest runs.
 *
 * celery-task-manager names no queue. Where there is one queue of tasks, all types are in it; where there are several, a type is taken to be in
 * one of them, because Celery routes tasks by their names.
 * @returns null where none is known, and of a task that may have begun: its message may have come back long after others began
 */
export function overtakenBy(row: StuckRow, world: World): Seconds | null {
  const { bounds, order } = world.broker;
  const line = world.histories.get(celeryName(row))?.line;
  const until = publishedUntil(row, world);
  if (!bounds || order === undefined || !line || until === null || !publishedNotBegun(row)) return null;
  const newest = order === 'one-queue' ? line.newestBegunOfAny : line.newestBegun;
  return newest !== null && newest - patienceFor(line.longestRunOfAny) > until ? newest : null;
}

/** Whether a task of this type may have asked for a retry whose message is gone: others of it did, or too few are known to tell. */
export function mayHaveAskedForRetry(row: StuckRow, world: World): boolean {
  const history = historyOf(row, world);
  return !history || history.retried > 0 || history.done + history.errors < ENOUGH_ROWS;
}
