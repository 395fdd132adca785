import { taskTypeName, type OutcomeCount, type TaskType, type Timeline } from '../model/diagnosis';
import type { Cause, Confidence, Verdict } from '../model/verdict';
import type { RowFacts, Seconds, StuckRow } from '../model/facts';
import type { Judgement } from './judge';
import { Outcomes } from './outcomes';

/** Ids that are kept of each group, as examples. */
export const EXAMPLES = 20;

/** All rows that are alike in what follows from them. */
export interface Group {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly proven: boolean;
  /** They have a twin that may have done the work. */
  readonly twin: boolean;
  rows: number;
  /** Where not all rows were judged: by how many `rows` may be wrong to either side; else 0. */
  readonly margin: number;
  /** Rows by `module.name`. */
  readonly types: Map<string, number>;
  /** Rows by the queue of their message. */
  readonly queues: Map<string, number>;
  readonly examples: number[];
  /** Between which times they resolve by themselves, where that is known. */
  resolvesFrom: Seconds | undefined;
  resolvesTo: Seconds | undefined;
  /** When the first of them ran last. */
  oldest: Seconds;
}

/** Counts judgements: by type for the Diagnosis, by verdict and cause for the recommendations. It grows with the types, not the rows. */
export class Tally {
  private readonly byGroup: Group[] = [];
  private readonly outcomes: Outcomes;
  private readonly names = new Map<string, Map<string, string>>();
  private readonly sums: Partial<Record<Verdict, number>> = {};
  rows = 0;

  /** @param timeline that of the Diagnosis; absent where nobody asks when the rows stopped */
  constructor(timeline?: Timeline) {
    this.outcomes = new Outcomes(timeline);
  }

  add(
    { row, messages, twin }: RowFacts,
    judgement: Pick<Judgement, 'verdict' | 'cause' | 'resolvesAt'> & { confidence: Confidence },
  ): void {
    this.rows++;
    const { verdict, cause, confidence, resolvesAt } = judgement;
    this.sums[verdict] = (this.sums[verdict] ?? 0) + 1;
    this.outcomes.add(row, { verdict, cause, confidence, twin: twin !== null });
    const group = this.groupOf(verdict, cause, confidence === 'proven', twin !== null);
    group.rows++;
    increment(group.types, this.nameOf(row));
    const queue = messages[0]?.queue;
    if (queue !== undefined) increment(group.queues, queue);
    if (group.examples.length < EXAMPLES) group.examples.push(row.id);
    if (resolvesAt !== undefined) {
      group.resolvesFrom = Math.min(group.resolvesFrom ?? resolvesAt, resolvesAt);
      group.resolvesTo = Math.max(group.resolvesTo ?? resolvesAt, resolvesAt);
    }
    group.oldest = Math.min(group.oldest, row.lastRun);
  }

  /** There are some dozens at most: comparing costs less than a key for each row. */
  private groupOf(verdict: Verdict, cause: Cause | undefined, proven: boolean, twin: boolean): Group {
    const known = this.byGroup.find(
      (group) => group.verdict === verdict && group.cause === cause && group.proven === proven && group.twin === twin,
    );
    if (known) return known;
    const made = emptyGroup({ verdict, cause, proven, twin });
    this.byGroup.push(made);
    return made;
  }

  /** `module.name`, one string for all rows of a type. */
  private nameOf({ taskModule, taskName }: StuckRow): string {
    let names = this.names.get(taskModule);
    if (!names) this.names.set(taskModule, (names = new Map<string, string>()));
    let name = names.get(taskName);
    if (name === undefined) names.set(taskName, (name = taskTypeName({ taskModule, taskName })));
    return name;
  }

  /** All rows by verdict, as far as they were judged. */
  totals(): Partial<Record<Verdict, number>> {
    return { ...this.sums };
  }

  /** What became of the rows of one task type. */
  ofType(type: Pick<TaskType, 'taskModule' | 'taskName'>): {
    verdicts: Partial<Record<Verdict, number>>;
    outcomes: readonly OutcomeCount[];
  } {
    return { verdicts: this.outcomes.verdicts(type), outcomes: this.outcomes.of(type) };
  }

  /** Most rows first. */
  groups(): Group[] {
    return [...this.byGroup].sort((a, b) => b.rows - a.rows);
  }
}

function emptyGroup(alike: Pick<Group, 'verdict' | 'cause' | 'proven' | 'twin'>): Group {
  return {
    ...alike,
    rows: 0,
    margin: 0,
    types: new Map(),
    queues: new Map(),
    examples: [],
    resolvesFrom: undefined,
    resolvesTo: undefined,
    oldest: Infinity,
  };
}

function increment(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
