/** What a person needs to make an effect rule: the tables of the database, the columns of one, and what the rule would decide. */
import { number } from '../base/numbers';
import { Problem } from '../base/problem';
import { tryRules } from '../effects/trial';
import { taskTypeName } from '../model/diagnosis';
import type { EffectRule } from '../model/effectRule';
import type { StepId } from '../model/progress';
import type { RuleTest } from '../model/ruleTest';
import type { TypeId } from '../model/taskType';
import type { Snapshot } from '../ports/database';
import { parseTableName, quoteIdentifier } from '../sql/identifiers';
import { findRelation, type Relation } from '../sql/relation';
import { limitToTable } from '../tables/budget';
import { findTable } from '../tables/findTable';
import { readKnownRows } from './knownRows';
import type { Caller, CheckSources } from './options';
import { LOOK_STEPS, lookOutside } from './readServers';
import { Run } from './run';

/** A table that a rule can look into. */
export interface TableChoice {
  /** As a rule writes it: with its schema where the search path does not lead to it. */
  readonly name: string;
  /** Null where it was never counted. */
  readonly estimatedRows: number | null;
}

const MOST_TABLES = 5000;

/** Every table that this role may read something of, by the catalogue alone; those that the search path leads to first. */
const TABLES = `
  select n.nspname::text as schema, c.relname::text as name, pg_table_is_visible(c.oid)::text as visible,
         case when c.reltuples > 0 then c.reltuples::bigint end::text as estimate
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_schema_privilege(n.oid, 'usage')
     and has_any_column_privilege(c.oid, 'select')
   order by pg_table_is_visible(c.oid) desc, c.relname, n.nspname
   limit ${String(MOST_TABLES)}`;

/** @throws Problem */
export async function readTables(snapshot: Snapshot): Promise<TableChoice[]> {
  const rows = await snapshot.query(TABLES, []);
  return rows.map(({ schema, name, visible, estimate }) => {
    const part = (text: string): string => (/^[^".\s:/]+$/.test(text) ? text : quoteIdentifier(text));
    const table = part(name ?? '');
    return {
      name: visible === 'true' ? table : `${part(schema ?? '')}.${table}`,
      estimatedRows: estimate == null ? null : Number(estimate),
    };
  });
}

/** @param name as a rule writes it. @throws Problem where it is gone, or may not be read */
export async function readColumns(snapshot: Snapshot, name: string): Promise<Relation> {
  const relation = await findRelation(snapshot, parseTableName(name));
  if (typeof relation === 'string')
    throw new Problem('invalid', `${name} ${relation === 'missing' ? 'is gone' : 'may not be read by this role'}.`);
  return relation;
}

/** What a rule is tried on. */
export interface TrialRequest {
  readonly type: TypeId;
  /** Ids of the undetermined tasks of the type. */
  readonly undetermined: readonly number[];
  /** The task table, as the user wrote it. */
  readonly table: string;
  /** Messages of the broker that are read at most. */
  readonly maxQueueScan: number;
}

const STEPS: readonly StepId[] = [...LOOK_STEPS, 'table', 'verify'];

/**
 * Tries one rule on tasks whose outcome is known, and on those that are undetermined.
 * @throws Problem `cancelled`, or why PostgreSQL could not be read
 */
export async function tryRule(
  sources: CheckSources,
  rule: EffectRule,
  { type, undetermined, table: name, maxQueueScan }: TrialRequest,
  caller: Caller,
): Promise<RuleTest | undefined> {
  const run = new Run(caller, STEPS);
  run.throwIfCancelled();
  return await lookOutside(sources, { askWorkers: false, maxQueueScan, effects: [] }, run, (outside) =>
    sources.postgres.read(
      async (snapshot) => {
        run.progress.next('table', 'Reading tasks whose outcome is known');
        const table = await findTable(snapshot, name);
        await limitToTable(snapshot, table);
        const known = await readKnownRows(snapshot, table, outside.broker, [type], { workers: outside.workers });
        run.progress.next('verify', `Trying the rule on ${number(undetermined.length)} undetermined tasks`);
        const ids = new Map([[taskTypeName(type), undetermined]]);
        const [test] = await tryRules(snapshot, table, [{ ...rule, origin: 'own' }], known, ids);
        return test;
      },
      run.signal,
      run.meter,
    ),
  );
}
