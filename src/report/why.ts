import { marginOver } from '../model/estimate';
import type { TaskType } from '../model/diagnosis';
import { stateOf, type SourceReport } from '../model/sources';
import { number } from '../base/numbers';
import { forCount } from '../base/sentences';
import { ABOUT } from '../causes/about';
import type { Cause } from '../model/verdict';

/** The number of causes that one sentence names. */
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
  const causes = [...sums].filter(([cause]) => ABOUT[cause].phrase !== null).sort(([, a], [, b]) => b.count - a.count);
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
    ([cause, { count, proven }]) => `${phraseOf(cause, count, rows(cause, count))}${proven ? '' : ' (likely)'}`,
  );
  return `Why: ${[...parts, ...(nobody ? ['no worker is connected'] : [])].join('; ')}`;
}

function phraseOf(cause: Cause, count: number, tasks: string): string {
  return forCount(ABOUT[cause].phrase ?? '', count).replaceAll('{tasks}', tasks);
}

/** An empty list of workers alone does not say it: a worker that was not asked and sends no heartbeat is connected all the same. */
function isWithoutWorkers(sources: readonly SourceReport[], workers: readonly unknown[] | undefined): boolean {
  return workers?.length === 0 && sources.some((source) => source.name === 'workers' && stateOf(source) === 'ok');
}
