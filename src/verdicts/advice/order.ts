import type { Phase, Recommendation } from '../../model/diagnosis';

interface Place {
  readonly phase: Phase;
  /** Recommendations that come first where they are given too. */
  readonly after?: readonly string[];
  /** What another step calls this one: `Before this: protect the broker`. */
  readonly sense?: string;
}

/** Without these, messages that are sent again are lost, wait or are thrown away like those before. */
const READY_TO_RUN = [
  'see-all-rows',
  'search-broker',
  'right-broker',
  'release-alarm',
  'restore-node',
  'remove-restore-lock',
  'stop-crash-loop',
  'upgrade-celery',
  'deploy-task',
  'start-workers',
  'consume-queue',
  'consume-again',
  'restart-publishers',
  'restart-deaf-workers',
  'protect-broker',
  'keep-workers-alive',
];

/** When each recommendation is followed. Within a phase, the order of this list is the order of doing. */
const PLACES: Readonly<Record<string, Place>> = {
  'see-all-rows': { phase: 'now', sense: 'make sure that the check sees every row' },
  'search-broker': { phase: 'now', sense: 'let the check search the whole broker' },
  'right-broker': { phase: 'now', sense: 'make sure that this is the broker of these tasks' },
  'release-alarm': { phase: 'now', sense: 'end what blocks the publishers' },
  'restore-node': { phase: 'now', sense: 'bring back the nodes of the broker' },
  'remove-restore-lock': { phase: 'now', sense: 'remove the lock that keeps messages from returning to their queues' },
  'stop-crash-loop': { phase: 'now', sense: 'stop the crash loop' },
  'upgrade-celery': { phase: 'now', sense: 'make sure that the workers can consume on this broker' },
  'start-workers': { phase: 'now', after: ['stop-crash-loop', 'upgrade-celery'], sense: 'start the workers' },
  'consume-queue': {
    phase: 'now',
    after: ['stop-crash-loop', 'upgrade-celery'],
    sense: 'start a worker for the queues that no worker consumes',
  },
  'consume-again': { phase: 'now', sense: 'let the workers take tasks again' },
  'free-workers': { phase: 'now', after: ['upgrade-celery'] },
  'restart-publishers': { phase: 'now', sense: 'check whether the queues exist that tasks are sent to' },
  'restart-deaf-workers': { phase: 'now', sense: 'restart the workers that take no tasks' },
  'deploy-task': { phase: 'now', sense: 'deploy workers that know these tasks' },
  'protect-broker': { phase: 'now', sense: 'protect the broker' },
  'keep-workers-alive': { phase: 'now', sense: 'find out what ended the workers' },
  'thrown-away-next': { phase: 'now' },
  'ask-workers': { phase: 'now' },
  'check-workers': { phase: 'now' },
  'check-broker': { phase: 'now' },
  'error-patterns': { phase: 'now' },
  'mark-done': { phase: 'then' },
  'confirm-finished': { phase: 'then' },
  'dispatch-lost': { phase: 'then', after: READY_TO_RUN },
  'resume-pages': { phase: 'then', after: READY_TO_RUN },
  'circuit-breaker': { phase: 'then', after: READY_TO_RUN },
  'read-failures': { phase: 'then' },
  'empty-dead-letters': { phase: 'then', after: ['deploy-task'] },
  'revoked-tasks': { phase: 'then' },
  'paused-tasks': { phase: 'then' },
  'investigate-modules': { phase: 'then' },
  'status-updates': { phase: 'then' },
  'update-database': { phase: 'then' },
  'add-effect-rules': { phase: 'later' },
  'patch-lost-update': { phase: 'later' },
  'patch-retry': { phase: 'later' },
  'priority-order': { phase: 'later' },
  'raise-consumer-timeout': { phase: 'later' },
  'keep-queue': { phase: 'later' },
  'add-dead-letters': { phase: 'later' },
  'use-heartbeats': { phase: 'later' },
  'name-workers': { phase: 'later' },
  'scan-index': { phase: 'later' },
  'wait-redelivery': { phase: 'info', after: ['start-workers'] },
  'leave-twins': { phase: 'info' },
  'let-run': { phase: 'info' },
  'wait-eta': { phase: 'info' },
  'wait-backlog': { phase: 'info' },
  'first-messages': { phase: 'info' },
  'messages-without-row': { phase: 'info' },
};
/** Ids of all recommendations, in the order of doing within each phase. */
export const PLACED = Object.keys(PLACES);

/** The phase of a recommendation. */
export function phaseOf(id: string): Phase {
  return PLACES[id]?.phase ?? 'then';
}

/**
 * The recommendations in the order of doing, each with its phase and with what comes before it (`after`, to which an adviser may have
 * added). Equal places: the one that helps most rows comes first.
 */
export function inOrderOfDoing(all: readonly Recommendation[]): Recommendation[] {
  const given = new Set(all.map(({ id }) => id));
  const placed = all.map((advice) => withPlace(advice, given)).sort(byPlace);
  return prerequisitesFirst(placed);
}

function withPlace({ after: own = [], ...advice }: Recommendation, given: ReadonlySet<string>): Recommendation {
  const phase = phaseOf(advice.id);
  const after = [...new Set([...(PLACES[advice.id]?.after ?? []), ...own])].filter((id) => given.has(id));
  if (after.length === 0) return { ...advice, phase };
  const senses = after.map((id) => PLACES[id]?.sense ?? id);
  return { ...advice, actions: [`Before this: ${senses.join('; ')}`, ...advice.actions], phase, after };
}

const PHASE_ORDER: readonly Phase[] = ['now', 'then', 'later', 'info'];

function byPlace(a: Recommendation, b: Recommendation): number {
  return (
    PHASE_ORDER.indexOf(phaseOf(a.id)) - PHASE_ORDER.indexOf(phaseOf(b.id)) ||
    PLACED.indexOf(a.id) - PLACED.indexOf(b.id) ||
    (b.rows ?? 0) - (a.rows ?? 0)
  );
}

/** Moves a step behind those of its own phase that come before it. */
function prerequisitesFirst(sorted: readonly Recommendation[]): Recommendation[] {
  const byId = new Map(sorted.map((advice) => [advice.id, advice]));
  const out = new Set<Recommendation>();
  const place = (advice: Recommendation): void => {
    if (out.has(advice)) return;
    for (const id of advice.after ?? []) {
      const before = byId.get(id);
      if (before && before.phase === advice.phase) place(before);
    }
    out.add(advice);
  };
  sorted.forEach(place);
  return [...out];
}
