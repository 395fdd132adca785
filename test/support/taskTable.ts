import type { TestDatabase } from './database';

/** The table as the library's migrations make it in its newest release (celery-task-manager 1.11.4). */
const COLUMNS: Readonly<Record<string, string>> = {
  id: 'bigserial primary key',
  arguments: "jsonb not null default '{}'",
  attempts: 'integer not null default 0',
  created_at: 'timestamptz not null default now()',
  current_page: 'integer default 0',
  fixed: 'boolean not null default false',
  killed: 'boolean not null default false',
  last_run: 'timestamptz not null',
  priority: 'integer',
  reverse_module: 'varchar(200)',
  reverse_name: 'varchar(50)',
  started_at: 'timestamptz',
  status: "varchar(20) not null default 'PENDING'",
  status_message: 'text',
  task_id: "varchar(36) not null default ''",
  task_module: 'varchar(200) not null',
  task_name: 'varchar(200) not null',
  total_pages: 'integer',
  updated_at: 'timestamptz not null default now()',
};

export const TABLE = 'task_manager_taskmanager';

export interface TableShape {
  /** As it goes into SQL. */
  readonly name?: string;
  /** Columns that this release does not have. */
  readonly without?: readonly string[];
  /** Columns of another type. */
  readonly types?: Readonly<Record<string, string>>;
  /** Behind the closing bracket: `partition by …`. */
  readonly suffix?: string;
}

export async function createTaskTable(database: TestDatabase, shape: TableShape = {}): Promise<void> {
  const types: Record<string, string> = { ...COLUMNS, ...shape.types };
  const columns = Object.entries(types).filter(([name]) => !shape.without?.includes(name));
  const list = columns.map(([name, type]) => `${name} ${type}`).join(', ');
  await database.run(`create table ${shape.name ?? TABLE} (${list}) ${shape.suffix ?? ''}`);
}

/** Values of one row by column; `hoursAgo` stands for last_run by the server's clock. */
export type TaskRow = Readonly<Record<string, unknown>> & { readonly hoursAgo?: number };

const DEFAULTS = { task_module: 'shop.tasks', task_name: 'send', status: 'SCHEDULED' };

/** Adds rows in one statement each, so that ids rise in their order. */
export async function insertTasks(database: TestDatabase, rows: readonly TaskRow[], table = TABLE): Promise<void> {
  for (const { hoursAgo, ...row } of rows) {
    const fields = Object.entries({ ...DEFAULTS, ...row });
    const values: unknown[] = fields.map(([, value]) => value);
    const places = fields.map((_, index) => `$${String(index + 1)}`);
    const names = fields.map(([name]) => name);
    if (!('last_run' in row)) {
      names.push('last_run');
      places.push(`now() - $${String(values.push(hoursAgo ?? 1000))}::float8 * interval '1 hour'`);
    }
    await database.run(`insert into ${table} (${names.join(', ')}) values (${places.join(', ')})`, values);
  }
}

/** A task table with one row, and a view `slow` over it that takes half a minute to read. */
export async function createSlowTasks(database: TestDatabase): Promise<void> {
  await createTaskTable(database);
  await insertTasks(database, [{}]);
  await database.run(
    'create view slow as select t.* from task_manager_taskmanager t, lateral (select pg_sleep(30) where t.id > 0) pause',
  );
}
