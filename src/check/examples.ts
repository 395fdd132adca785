import type { OutcomeCount, Sample, TaskType } from '../model/diagnosis';
import type { Cause, Verdict } from '../model/verdict';

/**
 * Examples in one Diagnosis at most, over all task types: those of the outcomes with most rows. An outcome beyond them has none, because
 * each costs some kilobytes, and two hundred thousand types with an example each would be a file that nothing opens.
 */
export const MOST_EXAMPLES = 3000;

/** Outcomes of which a row is kept until it is known which are the biggest: half a kilobyte each. Those met later have no example. */
const MOST_KEPT = 10 * MOST_EXAMPLES;

type TypeName = Pick<TaskType, 'taskModule' | 'taskName'>;

interface Judged {
  readonly verdict: Verdict;
  readonly cause?: Cause;
}

/** The first row of an outcome, and what its words are made of. */
interface First<Kept> {
  readonly id: number;
  readonly kept: Kept;
}

/** A row that is an example. */
interface Chosen<Kept> extends First<Kept> {
  readonly type: string;
  /** Rows of its outcome. */
  readonly rows: number;
  /** Of its outcome among those of its type. */
  readonly place: number;
}

/** Keeps the first row of every outcome (verdict and cause) of a task type, but for those that a sample has. */
export class Examples<Kept> {
  /** By type and outcome; null: a sample has it. */
  private readonly first = new Map<string, Map<string, First<Kept> | null>>();
  private count = 0;

  /** A sample has this outcome: it needs no example. */
  covered(type: TypeName, as: Judged): void {
    this.ofType(type).set(outcomeKey(as), null);
  }

  /** A row that is no sample. @param keep gives what its words are made of; called for the first row of its outcome alone */
  meet(row: TypeName & { readonly id: number }, as: Judged, keep: () => Kept): void {
    const outcomes = this.ofType(row);
    const key = outcomeKey(as);
    if (outcomes.has(key) || this.count >= MOST_KEPT) return;
    outcomes.set(key, { id: row.id, kept: keep() });
    this.count++;
  }

  /** Those of the biggest outcomes. @param outcomesOf what became of the rows of a type */
  choose(types: readonly TypeName[], outcomesOf: (type: TypeName) => readonly OutcomeCount[]): Chosen<Kept>[] {
    return types
      .flatMap((type) => this.chosenOf(type, outcomesOf))
      .sort((a, b) => b.rows - a.rows)
      .slice(0, MOST_EXAMPLES);
  }

  private chosenOf(type: TypeName, outcomesOf: (type: TypeName) => readonly OutcomeCount[]): Chosen<Kept>[] {
    const name = typeKey(type);
    const firsts = this.first.get(name);
    if (!firsts || [...firsts.values()].every((first) => first === null)) return [];
    const byKey = new Map<string, { place: number; rows: number }>();
    outcomesOf(type).forEach((outcome, index) => {
      const key = outcomeKey(outcome);
      const { place, rows } = byKey.get(key) ?? { place: index, rows: 0 };
      byKey.set(key, { place, rows: rows + outcome.count });
    });
    return [...firsts].flatMap(([key, first]) => {
      const size = byKey.get(key);
      return first && size ? [{ ...first, ...size, type: name }] : [];
    });
  }

  private ofType(type: TypeName): Map<string, First<Kept> | null> {
    const key = typeKey(type);
    let outcomes = this.first.get(key);
    if (!outcomes) this.first.set(key, (outcomes = new Map<string, First<Kept> | null>()));
    return outcomes;
  }
}

/** The examples of a task type, in the order of its outcomes. */
export type ExamplesOf = (type: TypeName) => Sample[];

/** Puts what the table says of the chosen rows and what was verified of them together. A row that could not be read is left out. */
export function examplesByType(
  chosen: readonly Chosen<unknown>[],
  rows: ReadonlyMap<number, Sample>,
  words: ReadonlyMap<number, Partial<Sample>>,
): ExamplesOf {
  const byType = new Map<string, Sample[]>();
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

function outcomeKey({ verdict, cause }: Judged): string {
  return `${verdict}/${cause ?? ''}`;
}

/** Not `module.name`: a name may have dots in it. The character 0 PostgreSQL's texts cannot have. */
function typeKey({ taskModule, taskName }: TypeName): string {
  return `${taskModule}\0${taskName}`;
}
