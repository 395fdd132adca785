import type { Conclusions } from './seen';
import type { WorkerFacts, WorkerSign } from '../../../model/facts';
import type { RedisWorkersView, WorkerMarks } from '../views';
import { findingIn } from '../../workers/held';
import { readReport, type SourceReport } from '../../../model/sources';
import type { Seen } from './seen';
import { detailWords, saysWords, workerGaps } from './words';

/** What follows from what was seen. Pure. @param marks what workers left in the broker */
export function viewWorkers(seen: Seen, marks?: WorkerMarks): RedisWorkersView {
  const state = concludeFrom(seen);
  const { answers } = seen;
  return {
    report: reportOf(seen, state),
    asked: answers !== null,
    none: state.none,
    settled: state.settled,
    says: saysWords(seen, state),
    workers: [...(answers?.workers ?? []), ...state.heardNames.map((name) => heardWorker(name, seen))],
    deaf: state.deaf,
    ...findingIn(answers?.tasks ?? []),
    consumedQueues: state.none ? new Set() : (answers?.consumedQueues ?? null),
    registered: answers?.registered ?? null,
    revoked: answers?.revoked ?? null,
    visibilityTimeout: answers?.visibilityTimeout ?? null,
    recentlySeen: signOf(seen, marks),
    takenKeys: answers?.takenKeys ?? [],
  };
}

function reportOf(seen: Seen, state: Conclusions): SourceReport {
  const name = 'workers';
  const { answers, clients, askingFailed } = seen;
  const detail = detailWords(seen, state);
  const gaps = workerGaps(seen, state);
  const nothing = answers === null && clients === null && state.heardNames.length === 0;
  if (askingFailed !== null || nothing) return { name, state: 'unavailable', detail, gaps };
  return readReport(name, detail, gaps);
}

/** The sign that tells most: one that is heard now, else the latest with a time, else any. */
function signOf({ heard, answers }: Seen, marks: WorkerMarks | undefined): WorkerSign | null {
  if ((heard?.workers.size ?? 0) > 0 || (answers?.receivers ?? 0) > 0) return { at: null, by: 'heartbeat' };
  if (marks === undefined) return null;
  if (marks.lastDelivery !== null) return { at: marks.lastDelivery, by: 'delivery' };
  if (marks.mailboxes > 0) return { at: null, by: 'mailbox' };
  return marks.replies > 0 ? { at: null, by: 'reply' } : null;
}

function concludeFrom(seen: Seen): Conclusions {
  const { clients, answers, heard } = seen;
  const answeredNames = new Set(answers?.workers.map((worker) => worker.name));
  const heardNames = [...(heard?.workers.keys() ?? [])].filter((name) => !answeredNames.has(name)).sort();
  const none = knownToBeNone(seen);
  const silent = answers ? Math.max(0, answers.receivers - answers.answered) : 0;
  const unreachable = clients && answers ? Math.max(0, clients.takers - answers.receivers) : 0;
  const untold = answers?.tasks.filter((task) => !task.told).length ?? 0;
  return {
    none,
    settled:
      none ||
      (answers !== null &&
        answers.receivers > 0 &&
        silent === 0 &&
        unreachable === 0 &&
        untold === 0 &&
        heardNames.length === 0),
    deaf: deafClients(seen, heardNames),
    silent,
    unreachable,
    untold,
    heardNames,
  };
}

/**
 * Whether there is no worker. A wrong yes would call tasks lost that somebody has, so whatever could be a worker speaks against it, also
 * one with remote control and heartbeats turned off: its BRPOP connection shows it in CLIENT LIST even while it is busy.
 */
function knownToBeNone({ clients, answers, askingFailed, heard, blocked }: Seen): boolean {
  if (heard !== null && (heard.doubtful || heard.workers.size > 0)) return false;
  if (answers !== null && answers.receivers > 0) return false;
  if (clients !== null) {
    if (clients.takers > 0) return false;
    // Monitors such as Flower subscribe too; without a single connection that takes tasks, silence on every way decides.
    return clients.subscribers === 0 || (answers !== null && heard !== null);
  }
  return answers !== null && askingFailed === null && heard !== null && blocked === 0;
}

/**
 * Clients that stopped asking for tasks and did not receive the question. A worker without remote control that has fetched all it may
 * looks the same, so those whose heartbeats report running tasks are not counted.
 */
function deafClients({ clients, answers, heard }: Seen, heardNames: readonly string[]): number {
  if (clients === null) return 0;
  const busy = heardNames.filter((name) => (heard?.workers.get(name) ?? 0) > 0).length;
  // Not asked: as long as anybody subscribes, it may be these.
  const unheard = answers ? clients.takers - answers.receivers : clients.subscribers === 0 ? clients.takers : 0;
  return Math.max(0, Math.min(clients.stale, unheard) - busy);
}

function heardWorker(name: string, { heard }: Seen): WorkerFacts {
  return {
    name,
    seen: 'heartbeat',
    queues: null,
    active: heard?.workers.get(name) ?? null,
    reserved: null,
    scheduled: null,
    concurrency: null,
    uptimeSeconds: null,
  };
}
