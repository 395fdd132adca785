import { taskTypeName, type Diagnosis } from '../model/diagnosis';
import type { StepId } from '../model/progress';
import type { Snapshot } from '../ports/database';
import { withoutLimit } from '../tables/budget';
import { SCAN_STEPS } from '../tables/scan';
import { findTable } from '../tables/findTable';
import { readSessions } from '../tables/sessions';
import type { TaskTable } from '../tables/table';
import type { Caller, CheckOptions, CheckSources, VerificationOptions } from './options';
import { againSteps, LOOK_STEPS, lookOutside, seenAgain, type Outside } from './readServers';
import { shownIds, type VerifiedType } from './rowsToVerify';
import { Run } from './run';
import { planSample, sampleOf } from './sampling';
import { scanTable, type Scanned } from './scanTable';
import { VERIFY_STEPS, verifyRows, type VerifiedRows } from './verifyRows';
import { writeDiagnosis } from './writeDiagnosis';

/** The steps of a check, by their ids and in their order. @param broker the one that is looked at, where its tasks are verified */
export function checkPlan(verifies: boolean, broker?: CheckSources['broker']): readonly StepId[] {
  const scans: readonly StepId[] = ['connect', ...(verifies ? LOOK_STEPS : []), ...SCAN_STEPS];
  const again = verifies ? againSteps(broker) : [];
  return [...scans, ...again, ...(verifies ? VERIFY_STEPS : []), 'advise'];
}

/**
 * The main job: scan, evidence, verdicts, recommendations. The same in the editor, the terminal and a test. Without
 * `options.verification` nothing but PostgreSQL is contacted.
 * @throws Problem: `cancelled` when the signal was aborted, else why PostgreSQL could not be reached or read
 */
export async function diagnose(sources: CheckSources, options: CheckOptions, caller: Caller): Promise<Diagnosis> {
  const { verification } = options;
  const run = new Run(caller, checkPlan(verification !== undefined, sources.broker));
  const { postgres } = sources;
  run.throwIfCancelled();
  run.progress.next(
    'connect',
    'Connecting',
    `Starting task status check for tasks older than ${String(options.hours)} hours on ${postgres.address}...`,
  );
  if (!verification) {
    const scanned = await postgres.read((snapshot) => scanTable(snapshot, options, run), run.signal, run.meter);
    return writeDiagnosis(scanned, undefined, postgres, options, run);
  }
  // Where the database cannot be read, the check ends before it asks anything else.
  const table = await postgres.read((snapshot) => findTable(snapshot, options.table), run.signal, run.meter);
  return await lookOutside(sources, verification, run, async (first) => {
    const verify = (snapshot: Snapshot): Promise<Verified> =>
      scanAndVerify(snapshot, table, first, { ...options, verification }, run);
    const { scanned, rows, outside } = await postgres.read(verify, run.signal, run.meter);
    return writeDiagnosis(scanned, { rows, outside }, postgres, options, run);
  });
}

interface Verified {
  readonly scanned: Scanned;
  readonly rows: VerifiedRows;
  /** As it was judged by. */
  readonly outside: Outside;
}

/** In one snapshot, so that every stuck row that is counted is judged as it was counted. */
async function scanAndVerify(
  snapshot: Snapshot,
  table: TaskTable,
  first: Outside,
  options: CheckOptions & { readonly verification: VerificationOptions },
  run: Run,
): Promise<Verified> {
  const { verification, maskedKeys } = options;
  const sessions = await readSessions(snapshot, table);
  const scanned = await scanTable(snapshot, options, run);
  // What follows reads other tables too, which have no part in that limit.
  await withoutLimit(snapshot);
  const outside = await seenAgain(first, run);
  const { taskTypes: types, now, timeline } = scanned;
  const sample = planSample(types, verification.verifyAtMost ?? 0);
  const batches = scanned.table.kind.rows(snapshot, scanned.table, { ...options, sample });
  const rowsOf = (some: readonly VerifiedType[]): typeof batches =>
    scanned.table.kind.rows(snapshot, scanned.table, { ...options, sample: sampleOf(some, sample) });
  const shown = shownIds(types);
  const alike = new Map(types.map((type) => [taskTypeName(type), { rows: type.count }]));
  const found = { batches, rowsOf, sample, shown, alike };
  const rows = { snapshot, table: scanned.table, now, types, timeline, ...found, sessions, maskedKeys };
  return { scanned, rows: await verifyRows(rows, outside, verification, run), outside };
}
