import { Examples, examplesByType, type ExamplesOf } from './examples';
import { gathered, gatherer, withShown, type Gather } from './gathering';
import { number } from './numbers';
import { inWords, type JudgedCase, type Shown } from './shownRows';
import { Siblings } from './siblings';
import { countMissing } from '../evidence/deletedRows';
import { openEffects } from '../evidence/effects/openEffects';
import { tasksOf } from '../evidence/effects/rule';
import { pause } from '../evidence/broker/pause';
import { whyElsewhere } from '../evidence/elsewhere';
import type { EffectReader, ResultReader, RowFacts, StuckRow, Twin, TypeHistory, World } from '../evidence/facts';
import { readHistories } from '../evidence/histories';
import { allResults } from '../evidence/results/allResults';
import { withOtherDatabase } from '../evidence/results/otherDatabase';
import { databaseResults } from '../evidence/results/databaseResults';
import { findTwins } from '../evidence/twins';
import { hidesOwnRows, hidingText } from '../scan/hiding';
import { oneAhead } from '../scan/oneAhead';
import { readSamples } from '../scan/samples';
import type { Snapshot } from '../scan/snapshot';
import type { TaskTable } from '../scan/table';
import { neverPublished, publishedNotBegun } from '../verdicts/fingerprints';
import { judge, type Judgement } from '../verdicts/judge';
import type { Found } from '../verdicts/recommendations/advice';
import { RULES } from '../verdicts/rules';
import { estimatedGroups, judgedOfType, type Judged as JudgedType } from '../verdicts/estimates';
import { Tally } from '../verdicts/tally';
import type { CheckRun, JudgedAs, VerificationOptions } from './check';
import { taskTypeName, type Sample, type SourceReport, type TaskType, type Timeline } from './model';
import type { Outside } from './outside';
import { throwIfCancelled } from './problem';
import type { SamplePlan } from './sampling';
import type { ProgressSteps } from './progress';

/** How many `ProgressSteps.next` calls one verification of rows makes. */
export const VERIFY_STEPS = 2;

/** Rows that are kept until their twins are looked for: half a kilobyte each. */
const MOST_CANDIDATES = 50_000;

export interface VerifiedRows {
  /** What became of all rows of a task type. */
  readonly ofType: (type: TaskType) => JudgedType;
  /** By row id, for the rows that are shown. */
  readonly shown: ReadonlyMap<number, Shown>;
  /** Rows that are no samples, one of each outcome that no sample has. */
  readonly examples: ExamplesOf;
  readonly found: Found;
  /** Results and effects. */
  readonly sources: readonly SourceReport[];
}

export interface RowsToVerify {
  readonly table: TaskTable;
  /** The rows, in any order; of most of them nothing is kept but counters. */
  readonly batches: AsyncIterable<readonly StuckRow[]>;
  /** How many these are, for progress. */
  readonly total: number;
  /** Of all rows that are stuck, also where only a sample of them is judged. */
  readonly types: readonly Pick<TaskType, 'taskModule' | 'taskName' | 'count' | 'lastRuns'>[];
  /** Where `batches` are a sample: rows that are shown are judged besides, and count for nothing, since they are the newest. */
  readonly sample?: SamplePlan | undefined;
  /** By which they are counted; absent where nobody asks when they stopped. */
  readonly timeline?: Timeline | undefined;
  /** Task ids of some of them: whether the Redis knows any tells whether it is theirs. */
  readonly taskIds: readonly string[];
  /** Ids whose evidence is wanted in words. */
  readonly shown: ReadonlySet<number>;
  /** The server's clock, ISO 8601. */
  readonly now: string;
  /** Columns whose names hold one of these are not shown. */
  readonly maskedKeys: readonly string[];
}

/**
 * Judges every row: gathers what the database says of each batch, adds what was seen outside, and applies the rules.
 * @throws Problem when PostgreSQL fails or the run was cancelled; any other source that fails is in `sources`
 */
export async function verifyRows(
  snapshot: Snapshot,
  rows: RowsToVerify,
  outside: Outside,
  options: VerificationOptions,
  progress: ProgressSteps,
  run: CheckRun,
): Promise<VerifiedRows> {
  progress.next('Looking at finished rows and at what tasks leave in the database...');
  const names = new Set(rows.types.map(taskTypeName));
  const rules = options.effects.filter((rule) => tasksOf(rule).some((task) => names.has(task)));
  const effects = await openEffects(snapshot, rows.table, rules, rows.maskedKeys);
  const siblings = new Siblings(snapshot);
  if (hidesOwnRows(rows.table)) siblings.onlySeen(hidingText(rows.table.hiding));
  const tables = await databaseResults(snapshot);
  const histories = await siblings.read('finished rows', new Map<string, TypeHistory>(), () =>
    readHistories(snapshot, rows.table, rows.types),
  );
  return await withOtherDatabase(outside.resultsDatabase, run.signal, (other) => {
    const results = allResults(outside.results, [tables, other]);
    const gather = gatherer(outside, results, effects, tables !== undefined);
    return judgeAll({ snapshot, rows, outside, names, histories, siblings, results, effects, gather }, progress, run);
  });
}

/** All that judging needs, read or open. */
interface Ready {
  readonly snapshot: Snapshot;
  readonly rows: RowsToVerify;
  readonly outside: Outside;
  /** Names of the task types. */
  readonly names: ReadonlySet<string>;
  readonly histories: ReadonlyMap<string, TypeHistory>;
  readonly siblings: Siblings;
  readonly results: ResultReader;
  readonly effects: EffectReader;
  readonly gather: Gather;
}

async function judgeAll(
  { snapshot, rows, outside, names, histories, siblings, results, effects, gather }: Ready,
  progress: ProgressSteps,
  run: CheckRun,
): Promise<VerifiedRows> {
  const now = Date.parse(rows.now) / 1000;
  const resultSeen = outside.oneRedis && (await results.find(rows.taskIds)).size > 0;
  const around: Omit<World, 'results' | 'effects'> = {
    now,
    broker: outside.broker,
    workers: outside.workers,
    redis: outside.redis,
    histories,
    elsewhere: whyElsewhere({ broker: outside.broker, workers: outside.workers, histories, resultSeen }, names, now),
  };
  progress.next(`Verifying ${progressCount(0, rows.total)}...`);
  const uncounted = new Set<number>();
  const judged = new Judged(rows, uncounted, run);
  const batches = rows.sample ? withShown(snapshot, rows, uncounted) : rows.batches;
  const candidates: RowFacts[] = [];
  for await (const { facts: batch, ...reports } of oneAhead(gathered(batches, gather))) {
    const world = { ...around, ...reports };
    for (const [place, facts] of batch.entries()) {
      if (place % AT_ONCE === 0) {
        await pause();
        throwIfCancelled(run.signal);
      }
      // Their twins are looked for in one pass over the table, when all of them are known.
      if (!mayHaveTwin(facts, rows.shown)) judged.add(facts, world);
      else if (candidates.length < MOST_CANDIDATES) candidates.push(facts);
      else {
        siblings.skipped(`twins of more than ${number(MOST_CANDIDATES)} rows were not looked for`);
        judged.add(facts, world);
      }
    }
    judged.report(progress);
    progress.say(`Verifying ${progressCount(judged.tally.rows + candidates.length, rows.total)}...`);
  }
  const world: World = { ...around, results: results.report, effects: effects.report };
  const ids = candidates.map(({ row }) => row.id);
  const twins = await siblings.read('rows with equal arguments', new Map<number, Twin>(), () =>
    findTwins(snapshot, rows.table, ids),
  );
  for (const facts of candidates) {
    const twin = twins.get(facts.row.id);
    judged.add(twin ? { ...facts, twin } : facts, world);
  }
  judged.report(progress);
  // A row that is hidden is not missing.
  const messagesWithoutRow =
    outside.broker.found && !hidesOwnRows(rows.table)
      ? await siblings.read('the rows of messages', null, () =>
          countMissing(snapshot, rows.table, [...outside.broker.managerIds]),
        )
      : null;
  const { tally } = judged;
  const chosen = judged.examples.choose(rows.types, (type) => tally.ofType(type).outcomes);
  const exampleIds = chosen.map(({ id }) => id);
  const exampleWords = await inWords(
    chosen.map(({ kept }) => kept),
    effects,
  );
  const examples = await siblings.read('example rows', new Map<number, Sample>(), () =>
    readSamples(snapshot, rows.table, exampleIds, rows.maskedKeys),
  );
  const shown = await inWords(judged.cases, effects);
  return {
    ofType: (type) => judgedOfType(tally, type),
    shown,
    examples: examplesByType(chosen, examples, exampleWords),
    found: {
      groups: rows.sample ? estimatedGroups(tally, rows.types) : tally.groups(),
      rows: rows.sample ? rows.types.reduce((sum, { count }) => sum + count, 0) : tally.rows,
      world,
      table: rows.table,
      messagesWithoutRow,
    },
    sources: [results.report, effects.report, ...siblings.reports],
  };
}

/**
 * Rows whose work another row may have got: those that were never published; and of those whose message is nowhere the ones that are
 * shown, because for all of them the pass over the table would be long, and their verdict does not depend on it.
 */
function mayHaveTwin({ row, messages, tasks }: RowFacts, shown: ReadonlySet<number>): boolean {
  return neverPublished(row) || (publishedNotBegun(row) && messages.length + tasks.length === 0 && shown.has(row.id));
}

/** Rows that are judged without giving way: the next batch's answers are read meanwhile, and a cancel is heard. */
const AT_ONCE = 500;

/** Judges row after row; keeps counters, the words of those that are shown, and what may be an example. */
class Judged {
  readonly tally: Tally;
  /** Rows that are shown. */
  readonly cases: JudgedCase[] = [];
  readonly examples = new Examples<JudgedCase>();

  constructor(
    private readonly rows: Pick<RowsToVerify, 'shown' | 'timeline'>,
    private readonly uncounted: ReadonlySet<number>,
    private readonly run: CheckRun,
  ) {
    this.tally = new Tally(rows.timeline);
  }

  report(progress: ProgressSteps): void {
    progress.count({ judged: this.tally.rows, verdicts: this.tally.totals() });
  }

  add(facts: RowFacts, world: World): void {
    const judgement = judge(facts, world, RULES);
    if (!this.uncounted.has(facts.row.id)) this.tally.add(facts, judgement);
    this.run.onVerdict?.(facts.row.id, judgement.verdict, judgement.cause, judgement.confidence);
    this.run.onJudged?.(facts.row, asJudged(facts, judgement));
    if (this.rows.shown.has(facts.row.id)) {
      this.examples.covered(facts.row, judgement);
      this.cases.push({ facts, world, judgement });
    } else this.examples.meet(facts.row, judgement, () => ({ facts, world, judgement }));
  }
}

function asJudged({ twin }: RowFacts, { verdict, cause, confidence, resolvesAt }: Judgement): JudgedAs {
  return {
    verdict,
    confidence,
    ...(cause === undefined ? {} : { cause }),
    ...(twin === null ? {} : { twin: true }),
    ...(resolvesAt === undefined ? {} : { resolvesAt }),
  };
}

function progressCount(done: number, total: number): string {
  return `${number(done)} of ${number(total)} rows`;
}
