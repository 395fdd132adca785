import type { OutcomeCount, TaskType, Timeline } from '../model/diagnosis';
import { binOf } from '../model/timeline';
import { CAUSES, VERDICTS, type Cause, type Confidence, type Verdict } from '../model/verdict';
import type { Seconds, StuckRow } from '../model/facts';

/** What is told apart of a judged row. */
export interface JudgedAs {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly confidence: Confidence;
  readonly twin: boolean;
}

interface Counter extends JudgedAs {
  count: number;
  readonly lastRuns: Record<number, number>;
}

/** Outcomes of one task type, by module and then by name: no key has to be made for each row. */
type ByType = Map<string, Map<string, Counter[]>>;

type TypeName = Pick<TaskType, 'taskModule' | 'taskName'>;

const CONFIDENCES: readonly Confidence[] = ['proven', 'likely', 'possible'];

/** Counts judged rows by task type, by what was found of them and by when they stopped. It grows with the types, not the rows. */
export class Outcomes {
  private readonly byType: ByType = new Map();
  private readonly bin: (seconds: Seconds) => number;

  /** @param timeline absent: all rows count in bin 0 */
  constructor(timeline: Timeline | undefined) {
    this.bin = timeline ? binOf(timeline) : () => 0;
  }

  add({ taskModule, taskName, lastRun }: Pick<StuckRow, 'taskModule' | 'taskName' | 'lastRun'>, as: JudgedAs): void {
    let names = this.byType.get(taskModule);
    if (!names) this.byType.set(taskModule, (names = new Map<string, Counter[]>()));
    let counters = names.get(taskName);
    if (!counters) names.set(taskName, (counters = []));
    let counter = counters.find((known) => alike(known, as));
    if (!counter) counters.push((counter = { ...as, count: 0, lastRuns: {} }));
    counter.count++;
    const bin = this.bin(lastRun);
    counter.lastRuns[bin] = (counter.lastRuns[bin] ?? 0) + 1;
  }

  /** Rows of one task type by verdict. */
  verdicts(type: TypeName): Partial<Record<Verdict, number>> {
    const sums: Partial<Record<Verdict, number>> = {};
    for (const { verdict, count } of this.counters(type)) sums[verdict] = (sums[verdict] ?? 0) + count;
    return sums;
  }

  /** Rows of one task type by outcome, most rows first; equal ones in the order in which verdicts and causes are listed everywhere. */
  of(type: TypeName): OutcomeCount[] {
    return this.counters(type)
      .sort((a, b) => b.count - a.count || compare(places(a), places(b)))
      .map(({ verdict, cause, confidence, twin, count, lastRuns }) => ({
        verdict,
        ...(cause === undefined ? {} : { cause }),
        confidence,
        ...(twin ? { twin } : {}),
        count,
        lastRuns,
      }));
  }

  private counters(type: TypeName): Counter[] {
    return [...(this.byType.get(type.taskModule)?.get(type.taskName) ?? [])];
  }
}

function places({ verdict, cause, confidence, twin }: JudgedAs): number[] {
  // Without a cause it is last.
  const named = cause === undefined ? CAUSES.length : CAUSES.indexOf(cause);
  return [VERDICTS.indexOf(verdict), named, CONFIDENCES.indexOf(confidence), Number(twin)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((place, index) => place !== b[index]);
  return differs === -1 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

function alike(a: JudgedAs, b: JudgedAs): boolean {
  return a.verdict === b.verdict && a.cause === b.cause && a.confidence === b.confidence && a.twin === b.twin;
}
