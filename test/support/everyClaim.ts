/** What rules can claim, found by asking all of them about combinations of small facts. */
import { RULES } from '../../src/causes/rules';
import type { Claim } from '../../src/causes/claim';
import type { RowFacts, ShownFacts, World } from '../../src/model/facts';
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
  takenMessage,
  unpublished,
  workerTask,
  world,
} from './facts';

const young = { lastRun: NOW - 20, createdAt: NOW - 20, updatedAt: NOW - 20 };
const lately = { doneAt: row().lastRun + 3 };

const ROWS: readonly RowFacts['row'][] = [
  ...[row(), row(young), unpublished(), unpublished(young)],
  ...[pending(), pending(young), pending({ message: 'null' }), pending({ message: 'circuit-open' })],
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
  ...[true, false].map((returnedValue) => result('SUCCESS', { ...lately, returnedValue })),
  ...['NotRegistered', 'WorkerLostError', 'OperationalError', 'TypeError'].map((exceptionType) =>
    result('FAILURE', { ...lately, exceptionType }),
  ),
  result('FAILURE', { ...lately, exceptionType: 'OperationalError', raisedIn: 'last-save' }),
  ...['revoked', 'expired', 'terminated'].map((exceptionMessage) => result('REVOKED', { ...lately, exceptionMessage })),
];
const EFFECTS: readonly ShownFacts['effect'][] = [
  null,
  ...(['executed', 'failed', 'not-executed'] as const).flatMap((says) => [effect(says), effect(says, 'likely')]),
];
const RIVALS: readonly RowFacts['rival'][] = [null, { id: 8, status: 'DONE', createdAt: NOW - 999 * HOUR }];

/** Two lists of one queue: the more urgent one is the longer one. */
const priorities = [
  { priority: 0, length: 8 },
  { priority: 9, length: 1 },
];
const queues = [{ name: 'celery', prefix: '', length: 9, unacked: 0, priorities }];
const WORLDS: readonly World[] = [
  ...[world(), world({ workers: NOT_ASKED }), world({ workers: ANSWERED, broker: { queues } })],
  world({ redis: { flushes: 2 } }),
  world({ workers: { ...ANSWERED, revoked: new Set([row().taskId]) } }),
];

/** Claims of every rule, each with its rule's name. Equal ones come again. */
export function* everyClaim(): Generator<readonly [rule: string, claim: Claim]> {
  for (const of of ROWS)
    for (const messages of MESSAGES)
      for (const tasks of TASKS)
        for (const record of RESULTS)
          for (const found of EFFECTS) {
            // Nobody asks for the effect of a row whose message or run was seen.
            if (found !== null && messages.length + tasks.length > 0) continue;
            for (const rival of found === null ? [null] : RIVALS)
              for (const around of WORLDS) {
                const all = facts({ row: of, messages, tasks, result: record, effect: found, rival });
                for (const rule of RULES) {
                  const claimed = rule.apply(all, around);
                  for (const claim of claimed === undefined ? [] : [claimed].flat()) yield [rule.name, claim];
                }
              }
          }
}
