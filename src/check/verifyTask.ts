import type { RowDetails } from '../model/diagnosis';
import type { StuckRow } from '../model/stuckRow';
import type { Snapshot } from '../ports/database';
import { Problem } from '../base/problem';
import { redactData } from '../base/redact';
import { readClock } from '../tables/clock';
import { findTable } from '../tables/findTable';
import { readSessions } from '../tables/sessions';
import type { Caller, CheckOptions, CheckSources } from './options';
import { againSteps, LOOK_STEPS, lookOutside, seenAgain } from './readServers';
import type { RowsToVerify } from './rowsToVerify';
import { Run } from './run';
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
  caller: Caller,
): Promise<RowDetails | undefined> {
  const { verification } = options;
  if (!verification) throw new Problem('invalid', 'Verifying a task needs options of verification.');
  const run = new Run(caller, [...LOOK_STEPS, ...againSteps(sources.broker), ...VERIFY_STEPS]);
  run.throwIfCancelled();
  return await lookOutside(sources, verification, run, (first) =>
    sources.postgres.read(
      async (snapshot) => {
        const found = await readRow(snapshot, options, id);
        if (!found) return undefined;
        const outside = await seenAgain(first, run);
        const { shown } = await verifyRows(found.rows, outside, verification, run);
        return redactData({ ...found.details, ...shown.get(id) });
      },
      run.signal,
      run.meter,
    ),
  );
}

/** One row as it is shown, and as rows to verify. */
async function readRow(
  snapshot: Snapshot,
  options: CheckOptions,
  id: number,
): Promise<{ readonly details: RowDetails; readonly rows: RowsToVerify } | undefined> {
  const { maskedKeys } = options;
  const table = await findTable(snapshot, options.table);
  const sessions = await readSessions(snapshot, table);
  const [row] = await table.kind.rowsById(snapshot, table, [id]);
  const details = (await table.kind.samples(snapshot, table, [id], maskedKeys)).get(id);
  if (!row || !details) return undefined;
  const { now } = await readClock(snapshot, 0);
  const { taskModule, taskName } = row;
  const types = [{ taskModule, taskName, count: 1, samples: [details] }];
  const rows = { snapshot, table, now, types, batches: once(row), shown: new Set([id]), sessions, maskedKeys };
  return { details, rows };
}

// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable of what is there already
async function* once(row: StuckRow): AsyncGenerator<readonly StuckRow[]> {
  yield [row];
}
