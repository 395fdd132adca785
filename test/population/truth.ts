/** What is true of a row, by what really happened: pure functions over the trace and the places of its messages. */
import type { Verdict } from '../../src/model/verdict';
import type { Kind, Plan } from './kinds';
import type { Run } from './trace';

/** A message of a row, where it really is. */
export interface Place {
  readonly id: string;
  /** `kept`: taken, and nobody has it in memory; `forgotten`: the same, and nothing will bring it back. */
  readonly where: 'queue' | 'memory' | 'starting' | 'kept' | 'forgotten';
}

/** Everything that is known of a row. */
export interface Known {
  readonly kind: Kind;
  readonly plan: Plan;
  /** All runs of the row, first messages too, in the order in which they began. */
  readonly runs: readonly Run[];
  readonly alive: ReadonlySet<Run>;
  /** Ids of the runs whose effect is in the database. */
  readonly effects: ReadonlySet<string>;
  readonly places: readonly Place[];
  /** When Celery threw a message of it away, and why. */
  readonly discarded: readonly { readonly t: number; readonly why: string }[];
}

export interface Truth {
  readonly verdict: Verdict;
  /** Verdicts that are right, its own first: where words overlap there is more than one. */
  readonly right: readonly Verdict[];
  /** What happened, in words. */
  readonly because: string;
}

/** @returns what is true of a row that is SCHEDULED or PENDING */
export function truthOf(known: Known): Truth {
  return underWay(known) ?? over(known);
}

const is = (verdict: Verdict, because: string, ...also: readonly Verdict[]): Truth => ({
  verdict,
  right: [verdict, ...also],
  because,
});

function underWay(known: Known): Truth | undefined {
  const { runs, alive, places } = known;
  const running = runs.findLast((run) => alive.has(run) && !run.first);
  if (running !== undefined) {
    const again = places.some(({ id }) => id === running.id) ? ', its message is taken or queued' : '';
    if (running.steps.includes('returned')) return is('running', 'its body ended, its wrapper runs', 'finished');
    if (running.raised !== undefined) return is('running', 'its body raised, its wrapper runs', 'failed');
    return is('running', (running.steps.includes('body') ? 'its body runs' : 'it begins') + again);
  }
  const at = (where: Place['where']): boolean => places.some((place) => place.where === where);
  if (at('starting')) return is('running', 'a worker process is about to begin it', 'held');
  // Delivered again after its work was done: both are right.
  const done: readonly Verdict[] = runs.some((run) => !run.first && hasFinished(run, known)) ? ['finished'] : [];
  if (at('queue')) return is('waiting', 'in a queue', ...(places.length > 1 ? (['held'] as const) : []), ...done);
  if (at('memory')) return is('held', "in a worker's memory", ...done);
  if (at('kept')) return is('held', 'taken by a worker that is gone', ...done);
  const first = runs.find((run) => alive.has(run) && run.first);
  if (first !== undefined && !first.steps.includes('published'))
    return is('waiting', 'its first message publishes', 'held', 'running');
  return undefined;
}

/** Nobody has a message of it any more. */
function over(known: Known): Truth {
  const { runs, places, discarded } = known;
  const seconds = runs.filter(({ first, steps }) => !first && !steps.includes('stopped'));
  const done = seconds.findLast((run) => hasFinished(run, known));
  const last = seconds.at(-1);
  const thrownAway = discarded.at(-1);
  if (done !== undefined) {
    if (last === done || last === undefined) return is('finished', finishedHow(done));
    const { because, verdict } = endOf(last, known);
    // A later run does not undo the first one: whoever calls it lost would do the work twice.
    return is('finished', `it finished, then ran again: ${because}`, ...(verdict === 'failed' ? [verdict] : []));
  }
  if (thrownAway !== undefined && thrownAway.t > (last?.began ?? 0))
    // Nobody meant to throw away what a worker did not know: that it is to be sent again is right.
    return is(
      'failed',
      `Celery threw its message away: ${thrownAway.why}`,
      ...(last || thrownAway.why === 'unknown' ? (['lost'] as const) : []),
    );
  if (last !== undefined) return endOf(last, known);
  const forgotten = places.some(({ where }) => where === 'forgotten');
  if (forgotten) return is('lost', 'taken by a worker that is gone, and nothing brings it back', 'held');
  const published = runs.some(({ first, steps }) => first && steps.includes('published'));
  return is('lost', published ? 'its message is gone, it never ran' : 'its message was never published');
}

/** Its work was done to the end, whatever came then. */
function hasFinished(run: Run, { kind, plan, effects }: Known): boolean {
  if (effects.has(run.id) && run.steps.includes('returned')) return true;
  if (!run.steps.includes('returned')) return false;
  const asked = Math.min(kind.pages ?? 1, plan.lastPage ?? kind.pages ?? 1);
  return run.page + 1 >= asked;
}

function finishedHow(run: Run): string {
  const retry = run.attempts === null ? '' : ', in a retry';
  if (run.steps.includes('done')) return `done, and its row was overwritten${retry}`;
  return `its body ended${retry}, and its wrapper ${run.end === undefined ? 'was killed' : `ended (${run.end})`}`;
}

/** What became of the last run, which did not do the work to its end. */
function endOf(run: Run, { effects }: Known): Truth {
  const where = run.attempts === null ? '' : ' in a retry';
  if (run.steps.includes('returned'))
    return run.steps.includes('page-published')
      ? is('lost', `page ${String(run.page + 1)} ended, the message of the next one is gone`)
      : is('lost', `page ${String(run.page + 1)} ended, no next one was asked for`);
  if (run.raised === 'RetryTask') {
    if (run.steps.includes('retry-published')) return is('lost', `its retry's message is gone${where}`);
    return is('failed', `it raised RetryTask and ended before it published (${run.end ?? 'killed'})${where}`, 'lost');
  }
  if (run.raised !== undefined) return is('failed', `it raised ${run.raised}${where}`);
  const how = run.end === undefined ? 'killed' : `ended by ${run.end}`;
  if (effects.has(run.id)) return is('finished', `${how} after its effect${where}`, 'failed');
  if (run.steps.includes('page-published'))
    return is('lost', `${how} after it asked for the next page, whose message is gone`, 'failed');
  const when = run.steps.includes('body') ? 'in its body' : 'before its body';
  return is('failed', `${how} ${when}${where}`, 'lost');
}
