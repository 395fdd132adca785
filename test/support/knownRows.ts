import type { KnownRows } from '../../src/model/effectFacts';
import type { TestDatabase } from './database';
import { TABLE } from './taskTable';

/** Rows of each group: enough for a test of a rule. */
const EACH = 60;

/** How the sentence of an effect ends whose rule could not be tested. */
export const UNTESTED = / The rule is untested, because too few (tasks that did not run|finished tasks) are known\.$/;

/**
 * Adds tasks of an hour ago that were never published, without arguments: a rule says nothing of them, so that what it says of others that
 * they ran passes its test, also where no broker is read.
 */
export async function insertNeverPublished(database: TestDatabase, module: string, name: string): Promise<void> {
  await database.run(
    `insert into ${TABLE} (task_module, task_name, status, last_run)
     select $1, $2, 'SCHEDULED', now() - interval '1 hour' from generate_series(1, ${String(EACH)})`,
    [module, name],
  );
}

/**
 * Adds tasks that finished and tasks that did not run, without arguments: a rule says nothing of them, so that it passes its test.
 * @param task `module.name`
 */
export async function insertKnown(database: TestDatabase, task: string, first = 9001): Promise<KnownRows> {
  const dot = task.lastIndexOf('.');
  const add = async (status: string, from: number): Promise<ReadonlyMap<string, number[]>> => {
    await database.run(
      `insert into ${TABLE} (id, task_module, task_name, status, last_run)
       select $4::int + g, $1, $2, $3, now() from generate_series(0, ${String(EACH - 1)}) g`,
      [task.slice(0, dot), task.slice(dot + 1), status, from],
    );
    return new Map([[task, Array.from({ length: EACH }, (_, index) => from + index)]]);
  };
  return { finished: await add('DONE', first), notRun: await add('SCHEDULED', first + EACH) };
}
