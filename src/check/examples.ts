import type { OutcomeCount, RowDetails } from '../model/diagnosis';
import { ByTaskType, typeKey, type TypeId } from '../model/taskType';
import type { Outcome } from '../model/verdict';

/**
 * Examples in one Diagnosis at most, over all task types: those of the outcomes with most rows. An outcome beyond them has none, because
 * each costs some kilobytes, and nothing opens a file with an example for each of two hundred thousand types.
 */
export const MOST_EXAMPLES = 3000;

/** For so many outcomes a row is kept, half a kilobyte each, until it is known which are the biggest. Later outcomes have no example. */
const MOST_KEPT = 10 * MOST_EXAMPLES;

/** An example represents all rows of its type with this verdict and cause, however sure it is. */
type ExampleOf = Pick<Outcome, 'verdict' | 'cause'>;

/** A row that may become an example, and what its words are made of. */
interface Candidate<Words> {
  readonly id: number;
  readonly words: Words;
}

/** An outcome of a task type that was met. */
interface Met<Words> extends ExampleOf {
  /** The row of it with the lowest id; null where a shown row has it already. */
  candidate: Candidate<Words> | null;
}

/** A row that is an example. */
interface Chosen<Words> extends Candidate<Words> {
  /** `typeKey` */
  readonly type: string;
  /** Rows of its outcome. */
  readonly rows: number;
  /** Of its outcome among those of its type. */
  readonly place: number;
}

/**
 * Keeps a row of every outcome of a task type, except for outcomes that a shown row has. Asked about every judged row. Rows come in the order
 * in which the server finds them, which parallel workers change; the one with the lowest id is kept, so that a check shows the same again.
 */
export class Examples<Words> {
  private readonly byType = new ByTaskType<Met<Words>[]>();
  private count = 0;

  /** A shown row has this outcome: it needs no example. */
  covered(type: TypeId, outcome: ExampleOf): void {
    const met = this.byType.getOrAdd(type, emptyList);
    const known = find(met, outcome);
    if (known) known.candidate = null;
    else met.push({ ...verdictAndCause(outcome), candidate: null });
  }

  /** Whether a row with this outcome would be its example, as far as the rows until now tell. */
  wants(row: TypeId & { readonly id: number }, outcome: ExampleOf): boolean {
    const known = find(this.byType.get(row) ?? [], outcome);
    if (known) return known.candidate !== null && row.id < known.candidate.id;
    return this.count < MOST_KEPT;
  }

  /** A row that is not shown and is wanted. */
  add(row: TypeId & { readonly id: number }, outcome: ExampleOf, words: Words): void {
    const met = this.byType.getOrAdd(row, emptyList);
    const candidate = { id: row.id, words };
    const known = find(met, outcome);
    if (known) {
      known.candidate = candidate;
      return;
    }
    met.push({ ...verdictAndCause(outcome), candidate });
    this.count++;
  }

  /** Those of the biggest outcomes. @param outcomesOf what became of the rows of a type */
  choose(types: readonly TypeId[], outcomesOf: (type: TypeId) => readonly OutcomeCount[]): Chosen<Words>[] {
    return types
      .flatMap((type) => this.chosenOf(type, outcomesOf))
      .sort((a, b) => b.rows - a.rows)
      .slice(0, MOST_EXAMPLES);
  }

  private chosenOf(type: TypeId, outcomesOf: (type: TypeId) => readonly OutcomeCount[]): Chosen<Words>[] {
    const met = this.byType.get(type);
    if (!met || met.every(({ candidate }) => candidate === null)) return [];
    const outcomes = outcomesOf(type);
    return met.flatMap(({ candidate, ...of }) => {
      const place = outcomes.findIndex((outcome) => isSame(outcome, of));
      if (!candidate || place < 0) return [];
      const rows = outcomes.reduce((sum, outcome) => sum + (isSame(outcome, of) ? outcome.count : 0), 0);
      return [{ ...candidate, type: typeKey(type), rows, place }];
    });
  }
}

/** The examples of a task type, in the order of its outcomes. */
export type ExamplesOf = (type: TypeId) => RowDetails[];

/** Puts what the table says of the chosen rows and what was verified of them together. A row that could not be read is left out. */
export function examplesByType(
  chosen: readonly Chosen<unknown>[],
  rows: ReadonlyMap<number, RowDetails>,
  words: ReadonlyMap<number, Partial<RowDetails>>,
): ExamplesOf {
  const byType = new Map<string, RowDetails[]>();
  for (const { type, id } of [...chosen].sort((a, b) => a.place - b.place)) {
    const row = rows.get(id);
    if (!row) continue;
    const example = { ...row, ...words.get(id) };
    const others = byType.get(type);
    if (others) others.push(example);
    else byType.set(type, [example]);
  }
  return (type) => byType.get(typeKey(type)) ?? [];
}

function emptyList<T>(): T[] {
  return [];
}

function find<Words>(met: readonly Met<Words>[], outcome: ExampleOf): Met<Words> | undefined {
  for (const known of met) if (isSame(known, outcome)) return known;
  return undefined;
}

function isSame(a: ExampleOf, b: ExampleOf): boolean {
  return a.verdict === b.verdict && a.cause === b.cause;
}

/** Without the rest of a judgement, which would be kept otherwise. */
function verdictAndCause({ verdict, cause }: ExampleOf): ExampleOf {
  return cause === undefined ? { verdict } : { verdict, cause };
}
