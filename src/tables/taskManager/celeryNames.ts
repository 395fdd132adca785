import type { CeleryNames } from '../../model/celeryNames';
import type { Snapshot } from '../../ports/database';
import type { TaskTable } from './table';
import type { BrokerView } from '../../model/facts';

/** Messages of each task name whose rows are looked up. */
const EACH = 20;
/** Task names that are looked at; an application has some hundreds. */
const MOST_NAMES = 500;

const ROWS = (table: TaskTable): string => `
  select id::text as id, task_id::text as task_id, task_module || '.' || task_name as type
    from ${table.sql} where id = any($1::bigint[])`;

interface Known {
  /** Names that a type has in messages of its rows. */
  readonly byType: ReadonlyMap<string, ReadonlySet<string>>;
  readonly typeOf: ReadonlyMap<string, string>;
}

/**
 * Learns the names from rows whose message is in the broker: a message whose Celery id is that of the row with its number gives the pair.
 * One statement by primary key, and none where every name in the broker is a type's own.
 * @param types `module.name` of the stuck rows
 * @param registered names that the workers know; null where that is not known
 * @throws Problem
 */
export async function readCeleryNames(
  snapshot: Snapshot,
  table: TaskTable,
  broker: Pick<BrokerView, 'numbered' | 'taskNames'>,
  types: ReadonlySet<string>,
  registered: ReadonlySet<string> | null,
): Promise<CeleryNames> {
  const plain = (name: string): boolean => types.has(name);
  const strange = [...broker.taskNames].filter((name) => !plain(name));
  const sample = strange.length === 0 ? [] : broker.numbered(EACH, MOST_NAMES).filter(({ task }) => !plain(task));
  const rows =
    sample.length === 0 || !table.columns.has('task_id')
      ? []
      : await snapshot.query(ROWS(table), [sample.map(({ managerId }) => managerId).filter(Number.isSafeInteger)]);
  const byId = new Map(rows.map((row) => [Number(row.id), row]));
  const byType = new Map<string, Set<string>>();
  const typeOf = new Map<string, string>();
  const theirs = new Map<string, boolean>();
  for (const { task, taskId, managerId } of sample) {
    const row = byId.get(managerId);
    if (row === undefined) continue;
    const type = row.type ?? '';
    const own = row.task_id === taskId || type === task;
    theirs.set(task, (theirs.get(task) ?? true) && !own);
    if (!own) continue;
    byType.set(type, (byType.get(type) ?? new Set()).add(task));
    typeOf.set(task, type);
  }
  return celeryNames(
    { byType, typeOf },
    new Set([...types, ...typeOf.values()]),
    broker.taskNames,
    registered,
    new Set([...theirs].filter(([, foreign]) => foreign).map(([name]) => name)),
  );
}

/** Where nothing was looked up: a name that is not the type's own may be another one of it. */
export function plainNames(
  types: ReadonlySet<string>,
  broker: Pick<BrokerView, 'taskNames'>,
  registered: ReadonlySet<string> | null,
): CeleryNames {
  return celeryNames({ byType: new Map(), typeOf: new Map() }, types, broker.taskNames, registered, new Set());
}

function celeryNames(
  { byType, typeOf }: Known,
  types: ReadonlySet<string>,
  seen: ReadonlySet<string>,
  registered: ReadonlySet<string> | null,
  foreign: ReadonlySet<string>,
): CeleryNames {
  return {
    relation: (type, task) => {
      if (task === type || byType.get(type)?.has(task) === true) return 'own';
      if (task === '') return 'perhaps';
      // A name belongs to one type, and a type that is known by its own name has no other.
      if (types.has(task) || typeOf.has(task) || byType.has(type)) return 'other';
      return seen.has(type) || registered?.has(type) === true ? 'other' : 'perhaps';
    },
    ours: typeOf.size > 0 || [...types].some((type) => seen.has(type)),
    foreign,
  };
}
