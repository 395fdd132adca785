/** The last stage: makes the Diagnosis of what the others found. */
import { redactData } from '../base/redact';
import type { Diagnosis, TaskType } from '../model/diagnosis';
import type { Seconds } from '../model/stuckRow';
import type { SourceReport } from '../model/sources';
import type { SnapshotSource } from '../ports/database';
import { boundsOfType } from '../verdicts/bounds';
import { recommendFor } from '../verdicts/advice';
import { inOrderOfDoing } from '../verdicts/advice/order';
import { recommend } from '../verdicts/advice/scanAdvice';
import { adviseOnHidden, postgresReport } from './hiddenReport';
import { infrastructure } from './infrastructure';
import type { CheckOptions } from './options';
import type { Outside } from './readServers';
import type { Run } from './run';
import type { Scanned } from './scanTable';
import type { VerifiedRows } from './verifyRows';

/** What a check with verification knows beyond its scan. */
export interface VerifiedCheck {
  readonly rows: VerifiedRows;
  readonly outside: Outside;
}

/** @throws Problem `cancelled` */
export function writeDiagnosis(
  scanned: Scanned,
  verified: VerifiedCheck | undefined,
  { address, note }: Pick<SnapshotSource, 'address' | 'note'>,
  options: CheckOptions,
  run: Run,
): Diagnosis {
  run.throwIfCancelled();
  run.progress.next('advise', 'Writing recommendations');
  const facts = { ...scanned.facts, address };
  const server = `PostgreSQL ${facts.serverVersion} at ${address}`;
  const read = postgresReport(note === undefined ? server : `${server}. ${note}`, scanned.table.hiding);
  // Once for every view: the tree, the report, the log, the JSON.
  return redactData<Diagnosis>({
    schemaVersion: 1,
    generatedAt: scanned.now,
    elapsedMs: Math.round(run.progress.elapsedMs()),
    cost: run.meter.cost(run.progress),
    parameters: {
      hours: options.hours,
      olderThan: scanned.olderThan,
      statuses: options.statuses,
      limit: options.limit,
      checkExecution: verified !== undefined,
    },
    ...(scanned.timeline ? { timeline: scanned.timeline } : {}),
    taskTypes: verified
      ? scanned.taskTypes.map((type) => verifiedType(type, verified, Date.parse(scanned.now) / 1000))
      : scanned.taskTypes,
    otherStatuses: scanned.otherStatuses,
    younger: scanned.younger,
    sources: [read, ...(verified ? verifiedSources(verified) : [])],
    ...(verified ? { rules: verified.rows.rules } : {}),
    infrastructure: infrastructure(facts, verified?.outside),
    recommendations: inOrderOfDoing([
      ...adviseOnHidden(scanned.table),
      ...(verified ? recommendFor(verified.rows.found) : recommend(scanned.taskTypes, scanned.table)),
      ...scanned.advice,
    ]),
  });
}

function verifiedSources({ rows, outside }: VerifiedCheck): SourceReport[] {
  return [outside.broker.report, outside.workers.report, ...rows.sources, ...outside.reports];
}

function verifiedType(type: TaskType, { rows, outside }: VerifiedCheck, now: Seconds): TaskType {
  const { ofType, shown, examples } = rows;
  const others = examples(type);
  const bounds = boundsOfType(type, outside.broker, now, rows.counted);
  return {
    ...type,
    ...ofType(type),
    samples: type.samples.map((sample) => ({ ...sample, ...shown.get(sample.id) })),
    ...(others.length > 0 ? { examples: others } : {}),
    ...(bounds ? { bounds } : {}),
  };
}
