/** Tables of many rows, and what a whole check with verification asks of the servers for them. */
import { openCelery } from '../../src/connect/openCelery';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis } from '../../src/model/diagnosis';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import type { SnapshotSource } from '../../src/ports/database';
import type { TestDatabase } from './database';
import { OPTIONS } from './scans';
import { TABLE } from './taskTable';

/** Celery's id of the row `index`, from 1, of `fillTasks`. */
export function taskIdOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** Replaces the rows: all stuck, published, of so many types. */
export async function fillTasks(database: TestDatabase, rows: number, types: number): Promise<void> {
  await database.run(`truncate ${TABLE} restart identity`);
  await database.run(
    `insert into ${TABLE} (task_module, task_name, status, task_id, arguments, last_run, created_at)
     select 'shop.tasks', 'send_' || i % $2::int, 'SCHEDULED', '00000000-0000-4000-8000-' || lpad(i::text, 12, '0'),
       jsonb_build_object('args', jsonb_build_array(i), 'kwargs', jsonb_build_object('task_manager_id', i)),
       now() - interval '1000 hours' - i * interval '10 milliseconds', now() - interval '1001 hours'
       from generate_series(1, $1::int) i`,
    [rows, types],
  );
  await database.run(`vacuum analyze ${TABLE}`);
}

/** The same source; every statement that goes through it is added to `statements`. */
export function noting(source: SnapshotSource, statements: string[]): SnapshotSource {
  return {
    address: source.address,
    read: (work, signal, meter) =>
      source.read(
        (snapshot) =>
          work({
            query: (text, values) => {
              statements.push(text);
              return snapshot.query(text, values);
            },
          }),
        signal,
        meter,
      ),
  };
}

/** A check that judges every stuck row by what these say. */
export async function verify(
  postgres: SnapshotSource,
  redis: { readonly broker: RedisTarget; readonly results?: RedisTarget },
): Promise<Diagnosis> {
  const { broker, results = broker } = redis;
  return await diagnose(
    { postgres, ...(await openCelery({ broker, results })) },
    { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 1_000_000, effects: BUILT_IN_EFFECTS } },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}
