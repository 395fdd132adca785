import { readSessions } from '../tables/taskManager/sessions/readSessions';
import { stuckRowBatches } from '../tables/taskManager/stuckRows';
import { withoutLimit } from '../tables/taskManager/budget';
import { scan, SCAN_STEPS, type ScanResult } from '../tables/taskManager/scan';
import type { Snapshot } from '../ports/database';
import { findTable, type TaskTable } from '../tables/taskManager/table';
import { recommendFor } from '../verdicts/advice';
import type { CheckOptions, CheckRun, CheckSources, VerificationOptions } from './options';
import { CostMeter } from './cost';
import { adviseOnHidden, postgresReport } from './hiddenReport';
import { infrastructure } from './infrastructure';
import { totalStuck, type Diagnosis, type Recommendation, type SourceReport, type TaskType } from '../model/diagnosis';
import { lookOutside, OUTSIDE_STEPS, type Outside } from './readServers';
import { throwIfCancelled } from '../base/problem';
import { ProgressSteps } from '../model/progress';
import { recommend } from '../verdicts/advice/scanAdvice';
import { redactData } from '../base/redact';
import { planSample } from './sampling';
import { SLOW_PASS_MS, slowScanAdvice } from './slowScan';
import { VERIFY_STEPS, verifyRows, type VerifiedRows } from './verifyRows';

/**
 * The main job: scan, evidence, verdicts, recommendations. The same in the editor, the terminal and a test. Without
 * `options.verification` nothing but PostgreSQL is contacted.
 * @throws Problem: `cancelled` when the signal was aborted, else why PostgreSQL could not be reached or read
 */
export async function diagnose(sources: CheckSources, options: CheckOptions, asked: CheckRun): Promise<Diagnosis> {
  const meter = new CostMeter(SLOW_PASS_MS);
  const run = { ...asked, meter };
  const { postgres } = sources;
  const { verification } = options;
  const more = verification ? OUTSIDE_STEPS + VERIFY_STEPS : 0;
  const progress = new ProgressSteps(SCAN_STEPS + 2 + more, run.onProgress);
  throwIfCancelled(run.signal);
  progress.next(
    `Starting task status check for tasks older than ${String(options.hours)} hours on ${postgres.address}...`,
    'Connecting',
  );
  if (!verification) {
    const found = await postgres.read(
      (snapshot) => scanInBudget(snapshot, options, progress, meter),
      run.signal,
      meter,
    );
    return finish(sources, options, progress, run, meter, { found });
  }
  // A database that cannot be read is said before anything else is asked.
  const table = await postgres.read((snapshot) => findTable(snapshot, options.table), run.signal, meter);
  return await lookOutside(sources, verification, { ...run, progress }, async (outside) => {
    const verified = await scanAndVerify(sources, { ...options, verification }, table, outside, progress, run, meter);
    return finish(sources, options, progress, run, meter, { ...verified, outside });
  });
}

interface Scanned extends ScanResult {
  /** What would make the scan faster, where it was slow. */
  readonly advice: readonly Recommendation[];
}

/** A scan that may take as long as its table is large. */
async function scanInBudget(
  snapshot: Snapshot,
  options: CheckOptions,
  progress: ProgressSteps,
  meter: CostMeter,
): Promise<Scanned> {
  const found = await scan(snapshot, options, progress);
  const passMs = meter.timeOf(found.passes.map(({ text }) => text));
  return { ...found, advice: await slowScanAdvice(snapshot, found, options, passMs) };
}

interface Verified {
  readonly found: Scanned;
  readonly rows: VerifiedRows;
}

/** In one snapshot, so that every stuck row that is counted is judged as it was counted. */
async function scanAndVerify(
  { postgres }: CheckSources,
  options: CheckOptions & { readonly verification: VerificationOptions },
  table: TaskTable,
  outside: Outside,
  progress: ProgressSteps,
  run: CheckRun,
  meter: CostMeter,
): Promise<Verified> {
  return await postgres.read(
    async (snapshot) => {
      const sessions = await readSessions(snapshot, table);
      const found = await scanInBudget(snapshot, options, progress, meter);
      // What follows reads other tables too, which have no part in that measure.
      await withoutLimit(snapshot);
      const sample = planSample(found.taskTypes, options.verification.verifyAtMost ?? 0);
      const rows = await verifyRows(
        snapshot,
        {
          table: found.table,
          batches: stuckRowBatches(snapshot, found.table, { ...options, sample }),
          sample,
          total: sample?.rows ?? totalStuck(found),
          types: found.taskTypes,
          timeline: found.timeline,
          taskIds: found.taskTypes.flatMap((type) => type.samples.map((sample) => sample.taskId ?? '')),
          shown: new Set(found.taskTypes.flatMap((type) => type.samples.map((sample) => sample.id))),
          now: found.now,
          maskedKeys: options.maskedKeys,
          sessions,
        },
        outside,
        options.verification,
        progress,
        run,
      );
      return { found, rows };
    },
    run.signal,
    meter,
  );
}

function finish(
  { postgres }: CheckSources,
  options: CheckOptions,
  progress: ProgressSteps,
  run: CheckRun,
  meter: CostMeter,
  { found, rows, outside }: { found: Scanned; rows?: VerifiedRows; outside?: Outside },
): Diagnosis {
  throwIfCancelled(run.signal);
  progress.next('Writing recommendations...');
  const facts = { ...found.facts, address: postgres.address };
  const server = `PostgreSQL ${facts.serverVersion} at ${postgres.address}`;
  const detail = postgres.note === undefined ? server : `${server}. ${postgres.note}`;
  const sources: SourceReport[] = [postgresReport(detail, found.table.hiding)];
  if (rows && outside) sources.push(outside.broker.report, outside.workers.report, ...rows.sources, ...outside.reports);
  // Once for every view: the tree, the report, the log, the JSON.
  return redactData<Diagnosis>({
    schemaVersion: 1,
    generatedAt: found.now,
    elapsedMs: Math.round(progress.elapsedMs()),
    cost: meter.cost(progress),
    parameters: {
      hours: options.hours,
      olderThan: found.olderThan,
      statuses: options.statuses,
      limit: options.limit,
      checkExecution: rows !== undefined,
    },
    ...(found.timeline ? { timeline: found.timeline } : {}),
    taskTypes: rows ? found.taskTypes.map((type) => verifiedType(type, rows)) : found.taskTypes,
    otherStatuses: found.otherStatuses,
    sources,
    infrastructure: infrastructure(facts, outside),
    // What every number depends on stands first; an index helps none of the rows, so it stands last.
    recommendations: [
      ...adviseOnHidden(found.table),
      ...(rows ? recommendFor(rows.found) : recommend(found.taskTypes, found.table)),
      ...found.advice,
    ],
  });
}

function verifiedType(type: TaskType, { ofType, shown, examples }: VerifiedRows): TaskType {
  const others = examples(type);
  return {
    ...type,
    ...ofType(type),
    samples: type.samples.map((sample) => ({ ...sample, ...shown.get(sample.id) })),
    ...(others.length > 0 ? { examples: others } : {}),
  };
}
