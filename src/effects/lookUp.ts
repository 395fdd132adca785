/** How PostgreSQL would look a rule's rows up: by an index, or by reading tables in full. */
import { number } from '../base/numbers';
import { findKeyOf, type EffectRule } from '../model/effectRule';
import type { Snapshot } from '../ports/database';
import { attemptAll } from '../sql/savepoint';
import { ASKED_ROW, type RuleQuery } from './query';
import type { Refusal } from './tables';

/** A table with more rows is not read in full. */
const MOST_ROWS = 1_000_000;
/** Reading so few rows costs no more than the question itself. */
const FEW_ROWS = 10_000;
/** What the planner reckons for a look-up that reads much of a table, also by an index: a look-up of one row is about 8. */
const MUCH = 2000;
/** Bytes of a row where nothing was counted yet, at least. */
const ROW_BYTES = 60;

/** As the questions themselves are asked, for one task. */
const SETTINGS = `set local random_page_cost = 1.1; set local max_parallel_workers_per_gather = 0; set local jit = off`;

/** A rule with its query. */
export interface Planned {
  readonly rule: EffectRule;
  readonly query: RuleQuery;
}

/** Whether a question reads a table in full, so that it is asked once of all rows; or why it is not asked. */
export type LookUp = { readonly readsAll: boolean } | Refusal;

/** A table that a look-up of one row reads in full. */
interface FullRead {
  readonly table: string;
  readonly alias: string;
}

/**
 * Asks the planner about each rule, as it alone knows what an index, a part of one, a partial one or one of an expression is worth, and
 * what is beneath a view. A rule about which it says nothing is taken for quick: its own query tells why it fails.
 * @returns in the order of the rules
 * @throws Problem when the snapshot itself failed
 */
export async function planLookUps(snapshot: Snapshot, rules: readonly Planned[]): Promise<LookUp[]> {
  const reads: FullRead[][] = [];
  while (reads.length < rules.length) {
    const { answers } = await attemptAll(
      snapshot,
      rules.slice(reads.length).map(({ query }) => ({
        text: `explain (verbose, format json) ${query.outcomes}`,
        values: [[1], ...query.values],
      })),
      SETTINGS,
    );
    for (const answer of answers) reads.push(fullReads(answer[0]?.['QUERY PLAN'] ?? '[]'));
    if (reads.length < rules.length) reads.push([]);
  }
  const sizes = await rowsOf(snapshot, [...new Set(reads.flat().map(({ table }) => table))]);
  return rules.map(({ rule }, place) => lookUpOf(rule, reads[place] ?? [], sizes));
}

function lookUpOf(rule: EffectRule, reads: readonly FullRead[], sizes: ReadonlyMap<string, number>): LookUp {
  const rowsIn = (isJoined: boolean): number =>
    reads
      .filter(({ alias }) => /^joined(_\d+)?$/.test(alias) === isJoined)
      .reduce((sum, { table }) => sum + (sizes.get(table) ?? 0), 0);
  const [own, joined] = [rowsIn(false), rowsIn(true)];
  if (own > MOST_ROWS) {
    const columns = [...Object.keys(rule.find).map((key) => findKeyOf(key).column), ...Object.keys(rule.fixed ?? {})];
    return tooLarge(rule.table, columns, own);
  }
  if (joined > MOST_ROWS) return tooLarge(rule.join?.table ?? '', Object.keys(rule.join?.on ?? {}), joined);
  return { readsAll: own + joined > FEW_ROWS };
}

function tooLarge(table: string, columns: readonly string[], rows: number): Refusal {
  const named = [...new Set(columns)].join(', ');
  return { kind: 'too-large', says: `${table} is not read: no index on ${named}, about ${number(rows)} rows` };
}

/** A node of EXPLAIN's JSON, as far as it matters. */
interface PlanNode {
  readonly 'Node Type'?: string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly 'Total Cost'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** @param json of EXPLAIN with VERBOSE */
function fullReads(json: string): FullRead[] {
  const [top] = JSON.parse(json) as readonly { readonly Plan?: PlanNode }[];
  const found: FullRead[] = [];
  const look = (node: PlanNode): void => {
    const { 'Node Type': kind = '', Schema: schema, 'Relation Name': name, Alias: alias = '' } = node;
    const isMuch = kind === 'Seq Scan' || (node['Total Cost'] ?? 0) > MUCH;
    if (name !== undefined && schema !== undefined && alias !== ASKED_ROW && kind !== 'Foreign Scan' && isMuch)
      found.push({ table: JSON.stringify([schema, name]), alias });
    node.Plans?.forEach(look);
  };
  if (top?.Plan) look(top.Plan);
  return found;
}

/** Rows of each table as far as they were counted, otherwise reckoned from its size. @param tables as `fullReads` gives them */
async function rowsOf(snapshot: Snapshot, tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (tables.length === 0) return new Map();
  const names = tables.map((table) => JSON.parse(table) as readonly [string, string]);
  const question = {
    text: `
      select place::text as place,
             (case when c.reltuples > 0 then c.reltuples else pg_relation_size(c.oid) / ${String(ROW_BYTES)} end)::bigint::text as rows
        from unnest($1::text[], $2::text[]) with ordinality as list (schema, name, place)
        join pg_namespace n on n.nspname = list.schema
        join pg_class c on c.relnamespace = n.oid and c.relname = list.name`,
    values: [names.map(([schema]) => schema), names.map(([, name]) => name)],
  };
  const { answers } = await attemptAll(snapshot, [question]);
  return new Map((answers[0] ?? []).map(({ place, rows }) => [tables[Number(place) - 1] ?? '', Number(rows)]));
}
