import type { Cause, Confidence, Verdict } from '../diagnosis/verification';
import type { RowFacts, Seconds } from '../evidence/facts';
import { celeryName } from './fingerprints';
import type { Judgement } from './judge';

/** Ids that are kept of each group, as examples. */
const EXAMPLES = 3;

/** All rows that are alike in what follows from them. */
export interface Group {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly proven: boolean;
  /** They have a twin that may have done the work. */
  readonly twin: boolean;
  rows: number;
  /** Rows by `module.name`. */
  readonly types: Map<string, number>;
  /** Rows by the queue of their message. */
  readonly queues: Map<string, number>;
  readonly examples: number[];
  /** Between which times they resolve by themselves, where that is known. */
  resolvesFrom: Seconds | undefined;
  resolvesTo: Seconds | undefined;
  /** The earliest `last_run`. */
  oldest: Seconds;
}

/** Counts judgements: by type for the Diagnosis, by verdict and cause for the recommendations. It grows with the types, not the rows. */
export class Tally {
  private readonly byGroup = new Map<string, Group>();
  private readonly byType = new Map<string, Partial<Record<Verdict, number>>>();
  rows = 0;

  add(
    { row, messages, twin }: RowFacts,
    judgement: Pick<Judgement, 'verdict' | 'cause' | 'resolvesAt'> & { confidence: Confidence },
  ): void {
    this.rows++;
    const { verdict, cause, resolvesAt } = judgement;
    const counts = getOrMake(this.byType, typeKey(row), (): Partial<Record<Verdict, number>> => ({}));
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    const proven = judgement.confidence === 'proven';
    const key = [verdict, cause, proven, twin !== null].join('/');
    const group = getOrMake(this.byGroup, key, () => emptyGroup({ verdict, cause, proven, twin: twin !== null }));
    group.rows++;
    increment(group.types, celeryName(row));
    const queue = messages[0]?.queue;
    if (queue !== undefined) increment(group.queues, queue);
    if (group.examples.length < EXAMPLES) group.examples.push(row.id);
    if (resolvesAt !== undefined) {
      group.resolvesFrom = Math.min(group.resolvesFrom ?? resolvesAt, resolvesAt);
      group.resolvesTo = Math.max(group.resolvesTo ?? resolvesAt, resolvesAt);
    }
    group.oldest = Math.min(group.oldest, row.lastRun);
  }

  /** Rows of one task type by verdict. */
  verdicts(type: { readonly taskModule: string; readonly taskName: string }): Partial<Record<Verdict, number>> {
    return this.byType.get(typeKey(type)) ?? {};
  }

  /** Most rows first. */
  groups(): Group[] {
    return [...this.byGroup.values()].sort((a, b) => b.rows - a.rows);
  }
}

function emptyGroup(alike: Pick<Group, 'verdict' | 'cause' | 'proven' | 'twin'>): Group {
  return {
    ...alike,
    rows: 0,
    types: new Map(),
    queues: new Map(),
    examples: [],
    resolvesFrom: undefined,
    resolvesTo: undefined,
    oldest: Infinity,
  };
}

/** Not `module.name`: a name may have dots in it. */
function typeKey({ taskModule, taskName }: { readonly taskModule: string; readonly taskName: string }): string {
  return JSON.stringify([taskModule, taskName]);
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function increment(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
