/** Stage "judge": weighs the facts of row after row, and keeps counters, the rows that need words, and those that wait for twins. */
import { count, number } from '../base/numbers';
import { pause } from '../base/pause';
import { ignoreEarlyRejection } from '../base/prefetch';
import { RULES } from '../causes/rules';
import { publishedNotBegun } from '../causes/helpers';
import { totalStuck } from '../model/diagnosis';
import type { RowOutcome } from '../model/judgedRow';
import type { RowFacts, World } from '../model/facts';
import type { EffectSign } from '../model/effectFacts';
import { YoungTypes } from '../verdicts/bounds';
import { judge, type Judgement } from '../verdicts/judge';
import { Tally } from '../verdicts/tally';
import type { BatchFacts } from './collectFacts';
import { Examples } from './examples';
import type { SteadyWorld } from './readWorld';
import type { RowsToVerify } from './rowsToVerify';
import type { Run } from './run';

/** Rows that are kept until their twins are looked for, in one pass over the table: half a kilobyte each. */
const MOST_INCOMPLETE = 50_000;

/** Rows that are judged before other work gets its turn: the next batch's answers are read then, and a cancel is heard. */
const AT_ONCE = 500;

/** A row with its judgement, and all that its words are made of. */
export interface RowCase {
  readonly facts: RowFacts;
  readonly world: World;
  readonly judgement: Judgement;
}

/** A row that is judged when its twins are known. */
export interface IncompleteRow {
  readonly facts: RowFacts;
  readonly counted: boolean;
}

/** Judges rows and keeps what follows from them. */
export class RowJudge {
  readonly tally: Tally;
  /** What the rows tell beside the numbers of a broker that was only counted. */
  readonly counted = new YoungTypes();
  /** Rows that are shown. */
  readonly shown: RowCase[] = [];
  /** Rows that are not shown, one of each outcome. */
  readonly examples = new Examples<RowCase>();
  /** Rows whose verdict depends on their effect, by what a rule says of them: without it they would be unknown. */
  readonly undetermined = new Map<EffectSign, number>();
  private readonly total: number;

  constructor(
    readonly rows: RowsToVerify,
    readonly run: Run,
  ) {
    this.tally = new Tally(rows.timeline);
    this.total = rows.sample?.rows ?? totalStuck({ taskTypes: rows.types });
  }

  /** @param counted whether the row counts for its type */
  add(facts: RowFacts, world: World, counted: boolean): void {
    const judgement = judge(facts, world, RULES);
    const { row } = facts;
    if (counted) {
      this.tally.add(facts, judgement);
      this.counted.add(facts, world);
      this.countUndetermined(facts, world, judgement);
    }
    this.run.onJudged?.(row, outcomeOf(facts, judgement));
    if (this.rows.shown.has(row.id)) {
      this.examples.covered(row, judgement);
      this.shown.push({ facts, world, judgement });
    } else if (this.examples.wants(row, judgement)) {
      this.examples.add(row, judgement, { facts, world, judgement });
    }
  }

  private countUndetermined(facts: RowFacts, world: World, { verdict }: Judgement): void {
    const { effect } = facts;
    if (!effect) return;
    // What says nothing decides nothing.
    const without = effect.says === 'cannot-say' ? verdict : judge({ ...facts, effect: null }, world, RULES).verdict;
    if (without === 'unknown') this.undetermined.set(effect, (this.undetermined.get(effect) ?? 0) + 1);
  }

  /** With the next event of progress, the counts go out. */
  count(): void {
    this.run.progress.count({ judged: this.tally.rows, verdicts: this.tally.totals() });
  }

  /** `Verifying 5,000 of 150,000 tasks` @param waiting rows that were looked at and wait for their twins */
  progressText(waiting: number): string {
    if (this.total === 1) return 'Verifying 1 task';
    return `Verifying ${number(this.tally.rows + waiting)} of ${count(this.total, 'task')}`;
  }
}

/**
 * Judges all batches.
 * @param complete looks for the twins of many rows and judges them; called as often as so many wait, because a row whose rivals were not
 * looked for has the effect of another one for its own
 * @returns the rows that are left for it
 * @throws Problem
 */
export async function judgeRows(
  batches: AsyncGenerator<BatchFacts, undefined>,
  world: SteadyWorld,
  judging: RowJudge,
  complete: (rows: readonly IncompleteRow[], world: World) => Promise<void>,
  mostIncomplete = MOST_INCOMPLETE,
): Promise<IncompleteRow[]> {
  const { run } = judging;
  const { shown } = judging.rows;
  const incomplete: IncompleteRow[] = [];
  run.progress.next('verify', judging.progressText(0));
  for (let next = batches.next(); ;) {
    const one = await next;
    if (one.done === true) return incomplete;
    // The next batch is asked about while this one is judged.
    ignoreEarlyRejection((next = batches.next()));
    const { facts: batch, counted, ...reports } = one.value;
    const current: World = { ...world, ...reports };
    for (const [place, facts] of batch.entries()) {
      if (place % AT_ONCE === 0) {
        await pause();
        run.throwIfCancelled();
      }
      if (mayHaveTwin(facts, shown)) incomplete.push({ facts, counted });
      else judging.add(facts, current, counted);
    }
    if (incomplete.length >= mostIncomplete) {
      // Looking for twins takes several statements in a savepoint, between which those of another batch must not come.
      await next;
      await complete(incomplete.splice(0), current);
    }
    judging.count();
    run.progress.say(`${judging.progressText(incomplete.length)}...`);
  }
}

/**
 * Rows whose work another row may have got: those that were never published; and of those whose message is nowhere the ones that are
 * shown, because for all of them the pass over the table would be long, and their verdict does not depend on it.
 */
export function mayBeDoneByTwin({ row, messages, tasks }: RowFacts, shown: ReadonlySet<number>): boolean {
  return !row.runs.published || (publishedNotBegun(row) && messages.length + tasks.length === 0 && shown.has(row.id));
}

/** Rows that an effect calls executed or failed: with equal arguments another row finds the same effect. */
export function mayHaveRival({ effect }: RowFacts): boolean {
  return effect?.says === 'executed' || effect?.says === 'failed';
}

function mayHaveTwin(facts: RowFacts, shown: ReadonlySet<number>): boolean {
  return mayHaveRival(facts) || mayBeDoneByTwin(facts, shown);
}

function outcomeOf({ twin, messages }: RowFacts, { verdict, cause, confidence, resolvesAt }: Judgement): RowOutcome {
  const queue = messages[0]?.queue;
  return {
    verdict,
    confidence,
    ...(cause === undefined ? {} : { cause }),
    ...(twin === null ? {} : { twin: true }),
    ...(queue === undefined ? {} : { queue }),
    ...(resolvesAt === undefined ? {} : { resolvesAt }),
  };
}
