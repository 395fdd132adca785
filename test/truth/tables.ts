import type { TestDatabase } from '../support/database';
import type { Capture } from './capture';

/** The task table as the library's migrations make it (celery-task-manager 1.11.4); other tables are made after their rows. */
const TASKS = `id bigint primary key, current_page integer, total_pages integer, attempts integer not null,
  task_module varchar(200) not null, task_name varchar(200) not null, reverse_module varchar(200), reverse_name varchar(200),
  exception_module varchar(200), exception_name varchar(200), arguments jsonb, status varchar(20) not null, status_message text,
  task_id varchar(36) not null, priority integer, killed boolean not null, fixed boolean not null, last_run timestamptz not null,
  started_at timestamptz, created_at timestamptz not null, updated_at timestamptz not null`;

export const TASK_TABLE = 'task_manager_taskmanager';

/** Makes the tables of a capture and puts its rows there. */
export async function fillTables(database: TestDatabase, { rows }: Capture): Promise<void> {
  const tables = new Map<string, Readonly<Record<string, unknown>>[]>([[TASK_TABLE, []]]);
  for (const { table, row } of rows) tables.set(table, [...(tables.get(table) ?? []), row]);
  for (const [table, own] of tables) {
    await database.run(`create table "${table}" (${table === TASK_TABLE ? TASKS : columnsOf(own)})`);
    for (const row of own)
      await database.run(`insert into "${table}" select * from jsonb_populate_record(null::"${table}", $1::jsonb)`, [
        JSON.stringify(row),
      ]);
    await database.run(`analyze "${table}"`);
  }
}

/** Puts a row back to what the capture says. */
export async function putBack(database: TestDatabase, { rows }: Capture, id: number): Promise<void> {
  const captured = rows.find(({ table, row }) => table === TASK_TABLE && row.id === id)?.row;
  const names = Object.keys(captured ?? {});
  const list = names.map((name) => `"${name}"`).join(', ');
  await database.run(
    `update ${TASK_TABLE} t set (${list}) = (select ${list} from jsonb_populate_record(null::${TASK_TABLE}, $1::jsonb)) where id = $2`,
    [JSON.stringify(captured), id],
  );
}

function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const types = new Map<string, string>();
  for (const [name, value] of rows.flatMap((row) => Object.entries(row)))
    if (value !== null || !types.has(name)) types.set(name, typeOf(name, value));
  return [...types].map(([name, type]) => `"${name}" ${type}`).join(', ');
}

function typeOf(name: string, value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'bigint' : 'double precision';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'object' && value !== null) return 'jsonb';
  const isTime = typeof value === 'string' ? /^\d{4}-\d\d-\d\dT\d\d:/.test(value) : name.endsWith('_at');
  return isTime ? 'timestamptz' : 'text';
}
