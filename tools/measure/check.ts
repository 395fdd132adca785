/** One check as the product does it, with its times and statements. */
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { postgresSnapshots } from '../../src/connect/postgres/postgresClient';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { openCelery } from '../../src/connect/openCelery';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { diagnose } from '../../src/check/diagnose';
import { DEFAULT_MASKED_KEYS } from '../../src/base/jsonText';
import type { Diagnosis } from '../../src/model/diagnosis';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE } from '../../src/tables/parameters';
import type { ProgressEvent } from '../../src/model/progress';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import type { SnapshotSource } from '../../src/ports/database';
import { Watch } from './watch';

export interface CheckRequest {
  readonly databaseUrl: string;
  readonly hours: number;
  /** By default the product's: SCHEDULED. */
  readonly statuses?: readonly string[];
  /** Verifies every stuck row with this Redis as broker and result backend. */
  readonly redisUrl?: string;
  /** In place of the Redis as the broker. */
  readonly rabbit?: { readonly url: string; readonly managementUrl: string };
  /** False: effect rules are not tested. */
  readonly testsRules?: false;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** One of the check's own steps, as a person sees them. */
export interface Step {
  readonly label: string;
  readonly ms: number;
}

export interface Checked {
  readonly ms: number;
  readonly diagnosis: Diagnosis;
  readonly steps: readonly Step[];
  readonly watch: Watch;
}

/** Above every queue that the bench makes. */
const MAX_QUEUE_SCAN = 100_000_000;

export function postgres(databaseUrl: string): SnapshotSource {
  return postgresSnapshots(parsePostgresUrl(databaseUrl, 'the bench'), { statementTimeoutMs: 600_000 });
}

/** @throws Problem; Error when a source could not be read, because a partial answer is no measurement */
export async function check(request: CheckRequest): Promise<Checked> {
  const watch = new Watch();
  const events: ProgressEvent[] = [];
  const redis = request.redisUrl === undefined ? undefined : parseRedisUrl(request.redisUrl, 'the bench');
  const celery = redis ? await openCelery({ broker: redis, results: redis }) : {};
  const { rabbit } = request;
  const broker = rabbit && { broker: rabbitBroker(rabbit.url, rabbit.managementUrl) };
  const began = performance.now();
  const diagnosis = await diagnose(
    { postgres: watch.around(postgres(request.databaseUrl)), ...celery, ...broker },
    {
      ...DEFAULT_PARAMETERS,
      hours: request.hours,
      statuses: request.statuses ?? DEFAULT_PARAMETERS.statuses,
      table: DEFAULT_TABLE,
      maskedKeys: DEFAULT_MASKED_KEYS,
      ...(redis
        ? {
            verification: {
              askWorkers: false,
              maxQueueScan: MAX_QUEUE_SCAN,
              effects: BUILT_IN_EFFECTS,
              ...(request.testsRules === false ? { testsRules: false } : {}),
            },
          }
        : {}),
    },
    {
      signal: new AbortController().signal,
      onProgress: (event) => {
        events.push(event);
        request.onProgress?.(event);
      },
    },
  );
  const ms = performance.now() - began;
  // That no twins are looked for beyond 50,000 rows is a bound of ours, and no failure.
  const failed = diagnosis.sources.find(({ state, name }) => state === 'unavailable' && name !== 'siblings');
  if (failed) throw new Error(`${failed.name} could not be read: ${failed.detail}`);
  return { ms, diagnosis, steps: stepsOf(events, ms), watch };
}

/** From when a step was named until the next one was. */
function stepsOf(events: readonly ProgressEvent[], ms: number): Step[] {
  const first = new Map<number, ProgressEvent>();
  for (const event of events) if (!first.has(event.step)) first.set(event.step, event);
  const begun = [...first.values()];
  return begun.map(({ label, elapsedMs }, index) => ({
    // Without numbers and names, which are others in every check.
    label: label.replace(/(\.{3}| for tasks| \d).*$/, '').slice(0, 60),
    ms: (begun[index + 1]?.elapsedMs ?? ms) - elapsedMs,
  }));
}

/** `connect 12 ms, Querying database for stuck tasks 340 ms, …` without what is shorter than a hundredth. */
export function inSteps({ steps, ms, watch }: Checked): string {
  const connected = watch.connectMs.reduce((sum, each) => sum + each, 0);
  return [`connecting ${connected.toFixed(0)} ms of it`]
    .concat(steps.filter((step) => step.ms >= 0.01 * ms).map((step) => `"${step.label}" ${step.ms.toFixed(0)} ms`))
    .join(', ');
}
