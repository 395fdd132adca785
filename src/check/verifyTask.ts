import { readSessions } from '../tables/taskManager/sessions/readSessions';
import { readSamples } from '../tables/taskManager/samples';
import { stuckRowsById } from '../tables/taskManager/stuckRows';
import { readClock } from '../tables/taskManager/clock';
import { findTable } from '../tables/taskManager/table';
import type { CheckOptions, CheckRun, CheckSources } from './options';
import type { Sample } from '../model/diagnosis';
import { UNMETERED } from '../ports/meter';
import { lookOutside, OUTSIDE_STEPS } from './readServers';
import { Problem, throwIfCancelled } from '../base/problem';
import { ProgressSteps } from '../model/progress';
import { redactData } from '../base/redact';
import { VERIFY_STEPS, verifyRows } from './verifyRows';

/**
 * Looks at one row again, with fresh evidence from every source.
 * @returns the row as it is now with its verification; undefined when it is not in the table any more
 * @throws Problem `cancelled`, or why PostgreSQL could not be read
 */
export async function verifyTask(
  sources: CheckSources,
  options: CheckOptions,
  id: number,
  run: CheckRun,
): Promise<Sample | undefined> {
  const { verification } = options;
  if (!verification) throw new Problem('invalid', 'Verifying a task needs options of verification.');
  const progress = new ProgressSteps(OUTSIDE_STEPS + VERIFY_STEPS, run.onProgress);
  throwIfCancelled(run.signal);
  return await lookOutside(sources, verification, { signal: run.signal, progress, meter: UNMETERED }, (outside) =>
    sources.postgres.read(async (snapshot) => {
      const table = await findTable(snapshot, options.table);
      const sessions = await readSessions(snapshot, table);
      const [row] = await stuckRowsById(snapshot, table, [id]);
      const sample = (await readSamples(snapshot, table, [id], options.maskedKeys)).get(id);
      if (!row || !sample) return undefined;
      const { now } = await readClock(snapshot, 0);
      const rows = {
        table,
        batches: once([row]),
        total: 1,
        types: [{ taskModule: row.taskModule, taskName: row.taskName, count: 1 }],
        taskIds: [row.taskId],
        shown: new Set([id]),
        now,
        maskedKeys: options.maskedKeys,
        sessions,
      };
      const verified = await verifyRows(snapshot, rows, outside, verification, progress, run);
      return redactData({ ...sample, ...verified.shown.get(id) });
    }, run.signal),
  );
}

// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable of what is there already
async function* once<T>(item: T): AsyncGenerator<T> {
  yield item;
}
