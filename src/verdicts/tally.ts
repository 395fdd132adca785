import { taskTypeName, type OutcomeCount, type Timeline } from '../model/diagnosis';
import { ByTaskType, typeKey, type TypeId } from '../model/taskType';
import { binOf } from '../model/timeline';
import type { Cause, Verdict } from '../model/verdict';
import type { RowFacts, Seconds } from '../model/facts';
import type { Judgement } from './judge';
import { outcomesOf, verdictsOf, type OutcomeCounter } from './outcomes';

/** Ids that are kept of each group, as examples. */
export const EXAMPLES = 20;

/** How many rows a task type has in a group. */
export interface TypeRows {
  /** `module.name`, for texts. */
  readonly name: string;
  readonly rows: number;
}

/** What the rows of an `OutcomeGroup` have in common. */
interface Alike {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly proven: boolean;
  /** They have a twin that may have done the work. */
  readonly twin: boolean;
}

/** All rows, of any task type, that the same advice fits. */
export interface OutcomeGroup extends Alike {
  readonly rows: number;
  /** Where not all rows were judged: by how many `rows` may be wrong to either side; else 0. */
  readonly margin: number;
  /** By `typeKey`. */
  readonly types: ReadonlyMap<string, TypeRows>;
  /** Rows by the queue of their message. */
  readonly queues: ReadonlyMap<string, number>;
  readonly examples: readonly number[];
  /** Between which times they resolve by themselves, where that is known. */
  readonly resolvesFrom: Seconds | undefined;
  readonly resolvesTo: Seconds | undefined;
  /** The earliest `last_run`. */
  readonly oldest: Seconds;
}

/** A group while its rows are counted. */
interface GroupCounter extends Alike {
  rows: number;
  /** In the order in which they were met. */
  readonly counters: Counter[];
  readonly queues: Map<string, number>;
  readonly examples: number[];
  resolvesFrom: Seconds | undefined;
  resolvesTo: Seconds | undefined;
  oldest: Seconds;
}

/** The rows of one task type that were found alike, and the group that they are part of. */
interface Counter extends OutcomeCounter {
  readonly type: TypeId;
  readonly group: GroupCounter;
}

/**
 * Counts judgements once: by task type and outcome for the Diagnosis. The groups that recommendations follow from are sums of these
 * counters. Memory grows with the task types, not with the rows.
 */
export class Tally {
  private readonly groupCounters: GroupCounter[] = [];
  private readonly byType = new ByTaskType<Counter[]>();
  private readonly bin: (seconds: Seconds) => number;

  /** @param timeline that of the Diagnosis; absent: all rows count in bin 0 */
  constructor(timeline?: Timeline) {
    this.bin = timeline ? binOf(timeline) : () => 0;
  }

  add(
    { row, messages, twin }: Pick<RowFacts, 'row' | 'messages' | 'twin'>,
    judgement: Pick<Judgement, 'verdict' | 'cause' | 'confidence' | 'resolvesAt'>,
  ): void {
    const counter = this.counterOf(row, judgement, twin !== null);
    const bin = this.bin(row.lastRun);
    counter.count++;
    counter.lastRuns[bin] = (counter.lastRuns[bin] ?? 0) + 1;
    const { group } = counter;
    group.rows++;
    const queue = messages[0]?.queue;
    if (queue !== undefined) group.queues.set(queue, (group.queues.get(queue) ?? 0) + 1);
    if (group.examples.length < EXAMPLES) group.examples.push(row.id);
    const { resolvesAt } = judgement;
    if (resolvesAt !== undefined) {
      group.resolvesFrom = Math.min(group.resolvesFrom ?? resolvesAt, resolvesAt);
      group.resolvesTo = Math.max(group.resolvesTo ?? resolvesAt, resolvesAt);
    }
    group.oldest = Math.min(group.oldest, row.lastRun);
  }

  /** Rows that were counted. */
  get rows(): number {
    return this.groupCounters.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** All rows by verdict, as far as they were judged. */
  totals(): Partial<Record<Verdict, number>> {
    return verdictsOf(this.groupCounters.map(({ verdict, rows }) => ({ verdict, count: rows })));
  }

  /** What became of the rows of one task type. */
  ofType(type: TypeId): {
    verdicts: Partial<Record<Verdict, number>>;
    outcomes: readonly OutcomeCount[];
  } {
    const counters = this.byType.get(type) ?? [];
    return { verdicts: verdictsOf(counters), outcomes: outcomesOf(counters) };
  }

  /** Most rows first. */
  groups(): OutcomeGroup[] {
    return this.groupCounters
      .map(({ counters, ...group }) => ({ ...group, margin: 0, types: typesOf(counters) }))
      .sort((a, b) => b.rows - a.rows);
  }

  /** A type has a handful of outcomes: comparing costs less than a key for each row. */
  private counterOf(
    { taskModule, taskName }: TypeId,
    found: Pick<Judgement, 'verdict' | 'cause' | 'confidence'>,
    twin: boolean,
  ): Counter {
    const type = { taskModule, taskName };
    const counters = this.byType.getOrAdd(type, emptyList);
    const { verdict, cause, confidence } = found;
    for (const known of counters)
      if (known.verdict === verdict && known.cause === cause && known.confidence === confidence && known.twin === twin)
        return known;
    const group = this.groupOf({ verdict, cause, proven: confidence === 'proven', twin });
    const counter = { type, verdict, cause, confidence, twin, count: 0, lastRuns: {}, group };
    counters.push(counter);
    group.counters.push(counter);
    return counter;
  }

  private groupOf(alike: Alike): GroupCounter {
    const known = this.groupCounters.find((group) => isAlike(group, alike));
    if (known) return known;
    const group = { ...alike, ...emptyGroup() };
    this.groupCounters.push(group);
    return group;
  }
}

function emptyList<T>(): T[] {
  return [];
}

function emptyGroup(): Omit<GroupCounter, keyof Alike> {
  return {
    rows: 0,
    counters: [],
    queues: new Map(),
    examples: [],
    resolvesFrom: undefined,
    resolvesTo: undefined,
    oldest: Infinity,
  };
}

function isAlike(a: Alike, b: Alike): boolean {
  return a.verdict === b.verdict && a.cause === b.cause && a.proven === b.proven && a.twin === b.twin;
}

function typesOf(counters: readonly Counter[]): Map<string, TypeRows> {
  const types = new Map<string, TypeRows>();
  for (const { type, count } of counters) addRows(types, typeKey(type), { name: taskTypeName(type), rows: count });
  return types;
}

/** Adds rows of a task type to those that are counted already. */
export function addRows(types: Map<string, TypeRows>, key: string, { name, rows }: TypeRows): void {
  types.set(key, { name, rows: (types.get(key)?.rows ?? 0) + rows });
}
