import type { Client } from 'pg';
import { until, type TestDatabase } from '../support/database';
import { boundSave, librarySave, type SavedRow } from '../support/librarySave';
import type { Capture, CapturedSession } from './capture';
import { putBack, TASK_TABLE } from './tables';

/** Opens the sessions of a capture. @returns what ends them */
export async function openSessions(database: TestDatabase, capture: Capture): Promise<() => Promise<void>> {
  const open: Client[] = [];
  for (const session of capture.world.sessions ?? []) {
    const client = await database.session();
    open.push(client);
    // By their names the sessions of one application are known.
    await client.query(`set application_name = 'worker'`);
    await work(client, database, capture, session);
  }
  return async () => {
    await Promise.all(open.map((client) => client.end().catch(() => undefined)));
  };
}

async function work(client: Client, database: TestDatabase, capture: Capture, session: CapturedSession): Promise<void> {
  const { transaction, save, lock, change } = session;
  // As Django's atomic() does: the save is in a subtransaction.
  if (transaction !== undefined || lock || change) await client.query('begin; savepoint "s1_x1"');
  const others = lock ?? change;
  if (others) {
    const ids = `where id = any('{${others.join(',')}}')`;
    await client.query(
      lock ? `select from ${TASK_TABLE} ${ids} for update` : `update ${TASK_TABLE} set fixed = fixed ${ids}`,
    );
  } else {
    const row = savedRow(capture, session);
    if (session.parameters) {
      const { text, values } = boundSave(row);
      await client.query(text, values);
    } else await client.query(librarySave(row));
  }
  if (transaction === 'rolled-back') await client.query('rollback to savepoint "s1_x1"; commit');
  if (transaction === 'killed') {
    const [{ pid } = { pid: 0 }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    await database.run('select pg_terminate_backend($1)', [pid]);
    await until(async () =>
      (await database.rows('select from pg_stat_activity where pid = $1', [pid])).length === 0 ? true : undefined,
    );
  }
  if (save) await putBack(database, capture, session.row);
}

/** The row with the values that this save writes. */
function savedRow({ rows, name }: Capture, { row: id, save }: CapturedSession): SavedRow {
  const captured = rows.find(({ table, row }) => table === TASK_TABLE && row.id === id)?.row;
  if (!captured) throw new Error(`${name}: a session saves row ${String(id)}, which is not there`);
  const values = {
    undefined: { status: 'PENDING', status_message: '' },
    done: { status: 'DONE', status_message: '' },
    failed: {
      status: 'ERROR',
      status_message: 'it failed',
      exception_module: 'builtins',
      exception_name: 'ValueError',
    },
  }[save ?? 'undefined'];
  return { ...captured, ...values, id };
}
