import { Examples, examplesByType, type ExamplesOf } from './examples';
import { gathered, gatherer, withShown, type Gather } from './collectFacts';
import { number } from '../base/numbers';
import { inWords, type JudgedCase, type Shown } from './shownRows';
import { Siblings } from './optionalReads';
import { countMissing } from '../tables/taskManager/deletedRows';
import { openEffects } from '../effects/openEffects';
import { tasksOf } from '../model/effectRule';
import { pause } from '../base/pause';
import { plainNames, readCeleryNames } from '../tables/taskManager/celeryNames';
import { type CeleryNames } from '../model/celeryNames';
import { whyElsewhere } from '../verdicts/wrongBroker';
import { withResults } from '../brokers/recentlySeen';
import type {
  EffectReader,
  ResultReader,
  ResultRecord,
  RowFacts,
  SessionsView,
  StuckRow,
  Twin,
  TypeHistory,
  World,
} from '../model/facts';
import { readHistories } from '../tables/taskManager/histories';
import { allResults } from '../results/allResults';
import { withOtherDatabase } from '../results/otherDatabase';
import { databaseResults } from '../results/databaseResults';
import { TouchReader } from '../tables/taskManager/sessions/touches';
import { findRivals, findTwins } from '../tables/taskManager/twins';
import { hidesOwnRows, hidingText } from '../sql/hiding';
import { oneAhead } from '../base/prefetch';
import { arrivedTogether } from '../tables/taskManager/oneTransaction';
import { readSamples } from '../tables/taskManager/samples';
import type { Snapshot } from '../ports/database';
import type { TaskTable } from '../tables/taskManager/table';
import { neverPublished, publishedNotBegun } from '../causes/rowState';
import { judge, type Judgement } from '../verdicts/judge';
import type { Found } from '../verdicts/advice/advice';
import { RULES } from '../causes/rules';
import { estimatedGroups, judgedOfType, type Judged as JudgedType } from '../verdicts/estimates';
import { Tally } from '../verdicts/tally';
import type { CheckRun, VerificationOptions } from './options';
import type { JudgedAs } from '../model/judgedRow';
import { taskTypeName, type Sample, type SourceReport, type TaskType, type Timeline } from '../model/diagnosis';
import type { Outside } from './readServers';
import { throwIfCancelled } from '../base/problem';
import type { SamplePlan } from './sampling';
import type { ProgressSteps } from '../model/progress';
import { waitingRows } from './waitingRows';

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
  /** Sessions, results and effects. */
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
  /** Task ids of some of them: a broker's server that has a result of one is theirs. */
  readonly taskIds: readonly string[];
  /** Ids whose evidence is wanted in words. */
  readonly shown: ReadonlySet<number>;
  /** The server's clock, ISO 8601. */
  readonly now: string;
  /** Columns whose names hold one of these are not shown. */
  readonly maskedKeys: readonly string[];
  /** As they were when the snapshot began. */
  readonly sessions: SessionsView;
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
  const waiting = await siblings.read('tasks whose message waits', [], () =>
    waitingRows(snapshot, rows.table, outside.broker, new Set(rules.flatMap(tasksOf))),
  );
  await effects.distrust(waiting);
  const touches = new TouchReader(snapshot, rows.table);
  if (hidesOwnRows(rows.table)) siblings.onlySeen(hidingText(rows.table.hiding));
  const tables = await databaseResults(snapshot);
  const histories = await siblings.read('finished rows', new Map<string, TypeHistory>(), () =>
    readHistories(snapshot, rows.table, rows.types),
  );
  const { registered } = outside.workers;
  const celery = await siblings.read('the tasks of messages', plainNames(names, outside.broker, registered), () =>
    readCeleryNames(snapshot, rows.table, outside.broker, names, registered),
  );
  return await withOtherDatabase(outside.resultsDatabase, run, (other) => {
    const results = allResults(outside.results, [tables, other]);
    const where = { snapshot, table: rows.table, names: celery };
    const gather = gatherer(outside, where, results, effects, tables !== undefined, { view: rows.sessions, touches });
    return judgeAll(
      { snapshot, rows, outside, celery, histories, siblings, touches, results, effects, gather },
      progress,
      run,
    );
  });
}

/** All that judging needs, read or open. */
interface Ready {
  readonly snapshot: Snapshot;
  readonly rows: RowsToVerify;
  readonly outside: Outside;
  /** Under which names Celery knows the task types. */
  readonly celery: CeleryNames;
  readonly histories: ReadonlyMap<string, TypeHistory>;
  readonly siblings: Siblings;
  readonly touches: TouchReader;
  readonly results: ResultReader;
  readonly effects: EffectReader;
  readonly gather: Gather;
}

async function judgeAll(
  { snapshot, rows, outside, celery, histories, siblings, touches, results, effects, gather }: Ready,
  progress: ProgressSteps,
  run: CheckRun,
): Promise<VerifiedRows> {
  const now = Date.parse(rows.now) / 1000;
  const records = outside.oneServer ? await results.find(rows.taskIds) : new Map<string, ResultRecord>();
  const resultSeen = records.size > 0;
  const together = await siblings.read('how the rows were written', false, () =>
    arrivedTogether(snapshot, rows.table, outside.broker, [...rows.shown]),
  );
  const around: Omit<World, 'results' | 'effects'> = {
    now,
    broker: outside.broker,
    workers: withResults(outside.workers, records.values()),
    losses: outside.losses,
    sessions: rows.sessions,
    histories,
    elsewhere: whyElsewhere(
      { workers: outside.workers, histories, resultSeen, messageSeen: celery.ours, arrivedTogether: together },
      now,
    ),
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
        judged.add(mayHaveRival(facts) ? { ...facts, rival: 'unsearched' } : facts, world);
      }
    }
    judged.report(progress);
    progress.say(`Verifying ${progressCount(judged.tally.rows + candidates.length, rows.total)}...`);
  }
  const world: World = { ...around, results: results.report, effects: effects.report };
  const idsOf = (some: readonly RowFacts[]): number[] => some.map(({ row }) => row.id);
  const twins = await siblings.read('rows with equal arguments', new Map<number, Twin>(), () =>
    findTwins(snapshot, rows.table, idsOf(candidates.filter((facts) => mayBeDoneByTwin(facts, rows.shown)))),
  );
  const rivals = await siblings.read('rows with equal arguments', undefined, () =>
    findRivals(snapshot, rows.table, idsOf(candidates.filter(mayHaveRival))),
  );
  for (const facts of candidates) {
    const { id } = facts.row;
    const rival = mayHaveRival(facts) ? (rivals ? (rivals.get(id) ?? null) : 'unsearched') : null;
    judged.add({ ...facts, twin: twins.get(id) ?? null, rival }, world);
  }
  judged.report(progress);
  // A row that is hidden is not missing.
  const messagesWithoutRow =
    outside.broker.found && !hidesOwnRows(rows.table)
      ? await siblings.read('the rows of messages', null, () =>
          countMissing(snapshot, rows.table, [...outside.broker.managerIdsExcept(celery.foreign)]),
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
    sources: [touches.add(rows.sessions.report), results.report, effects.report, ...siblings.reports],
  };
}

/**
 * Rows whose work another row may have got: those that were never published; and of those whose message is nowhere the ones that are
 * shown, because for all of them the pass over the table would be long, and their verdict does not depend on it.
 */
function mayBeDoneByTwin({ row, messages, tasks }: RowFacts, shown: ReadonlySet<number>): boolean {
  return neverPublished(row) || (publishedNotBegun(row) && messages.length + tasks.length === 0 && shown.has(row.id));
}

/** Rows that an effect calls executed or failed: with equal arguments another row finds the same effect. */
function mayHaveRival({ effect }: RowFacts): boolean {
  return effect?.says === 'executed' || effect?.says === 'failed';
}

function mayHaveTwin(facts: RowFacts, shown: ReadonlySet<number>): boolean {
  return mayHaveRival(facts) || mayBeDoneByTwin(facts, shown);
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
