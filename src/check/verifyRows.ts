import type { StepId } from '../model/progress';
import { totalStuck, type TaskType } from '../model/diagnosis';
import type { RuleTest } from '../model/ruleTest';
import type { SourceReport } from '../model/sources';
import { allResults } from '../results/allResults';
import { withOtherDatabase } from '../results/otherDatabase';
import type { Found } from '../verdicts/advice/advice';
import type { YoungTypes } from '../verdicts/bounds';
import { estimatedGroups, verdictsOfType, type TypeVerdicts } from '../verdicts/estimates';
import { batchesOf, collectFacts } from './collectFacts';
import { completeRows } from './completeRows';
import { describeRows, type Described } from './describeRows';
import { judgeRows, RowJudge } from './judgeRows';
import { openReaders } from './openReaders';
import type { VerificationOptions } from './options';
import { OtherRows } from './otherRows';
import type { Outside } from './readServers';
import { readWorld } from './readWorld';
import type { RowsToVerify } from './rowsToVerify';
import type { Run } from './run';

/** Steps of progress that one verification of rows makes. */
export const VERIFY_STEPS: readonly StepId[] = ['around', 'verify'];

export interface VerifiedRows extends Described {
  /** What became of all rows of a task type. */
  readonly ofType: (type: TaskType) => TypeVerdicts;
  /** Absent where only a sample of the rows was judged. */
  readonly counted?: YoungTypes;
  readonly found: Found;
  /** The effect rules that were used, each with its test. */
  readonly rules: readonly RuleTest[];
  /** Sessions, results and effects. */
  readonly sources: readonly SourceReport[];
}

/**
 * Judges every row: collects what the database says of each batch, adds what was seen outside, and applies the rules.
 * @throws Problem when PostgreSQL fails or the run was cancelled; any other source that fails is in `sources`
 */
export async function verifyRows(
  rows: RowsToVerify,
  outside: Outside,
  options: VerificationOptions,
  run: Run,
): Promise<VerifiedRows> {
  run.progress.next('around', 'Looking at finished tasks and at the effects of tasks');
  const others = new OtherRows(rows.snapshot, rows.table, rows.onlyByKey);
  const { readers, types } = await openReaders(rows, outside, options, others);
  return await withOtherDatabase(outside.resultsDatabase, run, async (database) => {
    const results = allResults(outside.results, [readers.tables, database]);
    const steady = await readWorld(rows, outside, types, results, others);
    const judging = new RowJudge(rows, run);
    const facts = collectFacts(batchesOf(rows), { rows, outside, names: types.names, readers, results });
    const complete: Parameters<typeof judgeRows>[3] = (some, seen) => completeRows(some, seen, judging, others);
    const incomplete = await judgeRows(facts, steady, judging, complete);
    const world = { ...steady, results: results.report, effects: readers.effects.report };
    await complete(incomplete, world);
    const messagesWithoutRow = outside.broker.found
      ? await others.missing(outside.broker.managerIdsExcept(types.names.foreign))
      : null;
    const described = await describeRows(judging, readers.effects, others);
    return {
      ...described,
      rules: readers.effects.tests(judging.undetermined),
      ofType: (type) => verdictsOfType(judging.tally, type),
      ...(rows.sample ? {} : { counted: judging.counted }),
      found: { ...rowsFound(judging), world, table: rows.table, messagesWithoutRow },
      sources: [readers.touches.add(rows.sessions.report), results.report, readers.effects.report, ...others.reports],
    };
  });
}

/** Of a sample, the numbers of all rows. */
function rowsFound({ rows: { sample, types }, tally }: RowJudge): Pick<Found, 'groups' | 'rows'> {
  if (!sample) return { groups: tally.groups(), rows: tally.rows };
  return { groups: estimatedGroups(tally, types), rows: totalStuck({ taskTypes: types }) };
}
