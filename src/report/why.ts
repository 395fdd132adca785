import { marginOver } from '../model/estimate';
import type { TaskType } from '../model/diagnosis';
import { stateOf, type SourceReport } from '../model/sources';
import { number } from '../base/numbers';
import type { Cause } from '../model/verdict';

/** What happened to so many tasks, by cause; a cause that only says how a verdict was seen tells nothing of why, and is not here. */
const HAPPENED: Readonly<Partial<Record<Cause, (tasks: string) => string>>> = {
  'broker-wiped': (n) => `the broker was emptied or lost keys, and with them ${n}`,
  'message-missing': (n) => `the messages of ${n} are gone`,
  'never-published': (n) => `${n} were never sent`,
  'lost-update': (n) => `${n} ran, and an older save of the library came after`,
  'retry-not-recorded': (n) => `${n} succeeded after a retry that was not recorded`,
  'workers-down': (n) => `${n} wait because no worker listens`,
  'no-consumer': (n) => `${n} wait in queues that no worker consumes`,
  'priority-starved': (n) => `${n} wait behind messages that are served first`,
  backlog: (n) => `${n} wait their turn`,
  eta: (n) => `${n} wait for their time`,
  'retry-wait': (n) => `${n} wait for their next try`,
  'redelivery-pending': (n) => `${n} were taken by workers that are gone`,
  'worker-lost': (n) => `${n} began and were cut off when their worker ended`,
  'crash-loop': (n) => `${n} came back after they had begun`,
  unregistered: (n) => `${n} came to workers without their code`,
  revoked: (n) => `${n} were revoked`,
  expired: (n) => `${n} had expired`,
  'circuit-breaker': (n) => `${n} met an open circuit breaker`,
  'page-interrupted': (n) => `${n} stopped between two pages`,
  paused: (n) => `${n} were paused`,
};

/** More than these nobody keeps in mind. */
const TOLD = 4;

/**
 * What happened, in one sentence without its full stop: the causes with most tasks. A number stands for tasks; `likely` where not one of
 * them is proven. That no worker is connected is one of the parts, unless a cause says it. Null where no cause that tells it is known.
 */
export function whyOf(
  taskTypes: readonly Pick<TaskType, 'count' | 'judged' | 'outcomes'>[],
  sources: readonly SourceReport[] = [],
  workers?: readonly unknown[],
): string | null {
  const sums = new Map<Cause, { count: number; proven: boolean }>();
  for (const { outcomes = [] } of taskTypes)
    for (const { verdict, cause, confidence, count } of outcomes) {
      if (verdict === 'unknown' || cause === undefined) continue;
      const sum = sums.get(cause) ?? { count: 0, proven: false };
      sums.set(cause, sum);
      sum.count += count;
      sum.proven ||= confidence === 'proven';
    }
  const causes = [...sums].filter(([cause]) => HAPPENED[cause] !== undefined).sort(([, a], [, b]) => b.count - a.count);
  if (causes.length === 0) return null;
  const told = causes.slice(0, TOLD);
  const nobody = isWithoutWorkers(sources, workers) && told.every(([cause]) => cause !== 'workers-down');
  const rows = (cause: Cause, count: number): string => {
    const margin = marginOver(taskTypes, ({ outcomes = [] }) =>
      outcomes
        .filter((outcome) => outcome.cause === cause && outcome.verdict !== 'unknown')
        .reduce((sum, outcome) => sum + outcome.count, 0),
    );
    return margin > 0 ? `≈ ${number(count)} ± ${number(margin)}` : number(count);
  };
  const parts = (nobody ? told.slice(0, TOLD - 1) : told).map(
    ([cause, { count, proven }]) => `${HAPPENED[cause]?.(rows(cause, count)) ?? ''}${proven ? '' : ' (likely)'}`,
  );
  return `Why: ${[...parts, ...(nobody ? ['no worker is connected'] : [])].join('; ')}`;
}

/** An empty list of workers alone does not say it: a worker that was not asked and sends no heartbeat is connected all the same. */
function isWithoutWorkers(sources: readonly SourceReport[], workers: readonly unknown[] | undefined): boolean {
  return workers?.length === 0 && sources.some((source) => source.name === 'workers' && stateOf(source) === 'ok');
}
