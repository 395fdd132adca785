/** What rules can claim, found by asking all of them about combinations of small facts. */
import type { Claim } from '../../src/causes/claim';
import type { RowFacts, World } from '../../src/model/facts';
import {
  ANSWERED,
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
} from './facts';
import { claimsOf, combined, LATELY, RIVAL, YOUNG } from './smallFacts';

const ROWS: readonly RowFacts['row'][] = [
  ...[row(), row(YOUNG), unpublished(), unpublished(YOUNG)],
  ...[pending(), pending(YOUNG), pending({ message: 'null' }), pending({ message: 'circuit-open' })],
  ...[pending({ attempts: 3 }), pending({ totalPages: 3 }), pending({ currentPage: 0 })],
  ...[pending({ totalPages: 3, message: 'circuit-open' }), pending({ startedAt: NOW - 2000 * HOUR })],
  ...[row({ status: 'PAUSED' }), pending({ status: 'PAUSED' }), pending({ status: 'DONE' })],
  ...[pending({ status: 'ERROR', exception: true, message: 'text' }), pending({ status: 'ERROR', currentPage: 2 })],
];
const MESSAGES: readonly RowFacts['messages'][] = [
  [],
  [message()],
  [message({ priority: 9 })],
  [message({ queue: 'nobody' })],
  [message({ redelivered: true })],
  [message({ expires: NOW - 60 })],
  [message({ eta: NOW + 60 })],
  [message({ taskId: 'a retry', eta: NOW + 60, libraryAttempts: 1 })],
  [takenMessage()],
  [takenMessage({ redelivered: true, deliveredAt: null })],
  [takenMessage({ eta: NOW + 60 })],
  [takenMessage({ taskId: 'a retry', eta: NOW + 60, libraryAttempts: 1 })],
];
const TASKS: readonly RowFacts['tasks'][] = [
  [],
  [workerTask()],
  [workerTask({ state: 'reserved' })],
  [workerTask({ state: 'scheduled', eta: NOW + 60 })],
];
const RESULTS: readonly RowFacts['result'][] = [
  null,
  ...[true, false].map((returnedValue) => result('SUCCESS', { ...LATELY, returnedValue })),
  ...['NotRegistered', 'WorkerLostError', 'OperationalError', 'TypeError'].map((exceptionType) =>
    result('FAILURE', { ...LATELY, exceptionType }),
  ),
  result('FAILURE', { ...LATELY, exceptionType: 'OperationalError', raisedIn: 'last-save' }),
  ...['revoked', 'expired', 'terminated'].map((exceptionMessage) => result('REVOKED', { ...LATELY, exceptionMessage })),
];
const RIVALS: readonly RowFacts['rival'][] = [null, RIVAL];

/** Two lists of one queue: the more urgent one is the longer one. */
const priorities = [
  { priority: 0, length: 8 },
  { priority: 9, length: 1 },
];
const queues = [{ name: 'celery', prefix: '', length: 9, unacked: 0, priorities }];
/** Brokers that count messages: a queue that is consumed, one whose workers are full, and queues that keep messages. */
const COUNTED: readonly Partial<World['broker']>[] = [
  [],
  [{ kind: 'eta-blocked' as const, queue: 'celery', says: 'x' }],
].map((conditions) => ({
  contents: 'counted',
  queues: queues.map((queue) => ({ ...queue, consumers: 1 })),
  bounds: { somewhereAtMost: 9, waitingAtMost: 5, heldAtMost: 0, deadLetteredAtMost: 2, delayedAtMost: 2 },
  conditions,
}));
const WORLDS: readonly World[] = [
  ...[world(), world({ workers: NOT_ASKED }), world({ workers: ANSWERED, broker: { queues } })],
  world({ redis: { flushes: 2 } }),
  ...COUNTED.map((broker) => world({ workers: NOT_ASKED, broker })),
  world({ workers: { ...ANSWERED, revoked: new Set([row().taskId]) } }),
];

/** Claims of every rule, each with its rule's name. Equal ones come again. */
export function* everyClaim(): Generator<readonly [rule: string, claim: Claim]> {
  const kinds = { rows: ROWS, messages: MESSAGES, tasks: TASKS, results: RESULTS, rivals: RIVALS };
  for (const of of combined(kinds)) for (const around of WORLDS) yield* claimsOf(of, around);
}
