/**
 * Makes a world older than it is: every time in its tables moves back by the same. A row that a transaction holds stays as young as it is:
 * its body may run as long as the world stands still. So does one that was inserted just now and not published: the process that publishes
 * for it may be alive, and none lives for the minutes that the row would be older.
 */
import type { TestDatabase } from '../support/database';

export async function makeOlder(database: TestDatabase, seconds: number): Promise<void> {
  const by = `- ${String(seconds)} * interval '1 second'`;
  const shift = (columns: readonly string[]): string => columns.map((name) => `${name} = ${name} ${by}`).join(', ');
  const publishes = "status = 'SCHEDULED' and task_id = '' and last_run > now() - interval '10 seconds'";
  const free = `select id from task_manager_taskmanager where not (${publishes}) for update skip locked`;
  await database.run(
    `update task_manager_taskmanager set ${shift(['last_run', 'started_at', 'created_at', 'updated_at'])} where id in (${free});
     update market_mark set ${shift(['done_at'])};
     update market_visit set ${shift(['seen_at'])}`,
  );
}
