/** Reads EXPLAIN's text, which has had this form in every release from PostgreSQL 12 to 18. */

/** How a plan reads a table. */
export interface PlanRead {
  readonly kind: 'sequential' | 'sample' | 'index' | 'index-only' | 'bitmap' | 'foreign';
  readonly parallel: boolean;
  /** The table's name, or of an index that of the index: as the server prints it, without a schema. */
  readonly name: string;
}

/** What a plan says, in numbers. What only EXPLAIN ANALYZE knows is absent without it. */
export interface PlanFacts {
  readonly reads: readonly PlanRead[];
  readonly workersPlanned: number;
  readonly workersLaunched?: number;
  readonly rowsRemoved?: number;
  readonly milliseconds?: number;
  /** Pages that were in the server's memory, and those that were not. */
  readonly pagesHit?: number;
  readonly pagesRead?: number;
  /** Pages that went to temporary files because memory did not suffice. */
  readonly pagesSpilled?: number;
}

const NODE = /^\s*(?:->\s+)?(Parallel )?(Seq Scan on|Sample Scan on|Index Scan (?:Backward )?using|Index Only Scan (?:Backward )?using|Bitmap Index Scan on|Foreign Scan on) ("(?:[^"]|"")+"|\S+)/; // prettier-ignore
const KINDS: readonly (readonly [string, PlanRead['kind']])[] = [
  ['Seq', 'sequential'],
  ['Sample', 'sample'],
  ['Index Only', 'index-only'],
  ['Index', 'index'],
  ['Bitmap', 'bitmap'],
  ['Foreign', 'foreign'],
];

/** @param plan the lines of EXPLAIN in its text form */
export function readPlan(plan: readonly string[]): PlanFacts {
  const removed = rowsRemoved(plan);
  // The first line of buffers is that of the topmost node, which counts all below it.
  const buffers = plan.find((line) => /^\s*Buffers: /.test(line)) ?? '';
  return {
    reads: plan.flatMap(readOf),
    workersPlanned: sumOf(plan, /^\s*Workers Planned: (\d+)$/) ?? 0,
    ...known('workersLaunched', sumOf(plan, /^\s*Workers Launched: (\d+)$/)),
    ...known('rowsRemoved', removed),
    ...known('milliseconds', sumOf(plan, /^Execution Time: ([\d.]+) ms$/)),
    ...(buffers === ''
      ? {}
      : {
          pagesHit: pages(buffers, /shared[^,]* hit=(\d+)/),
          pagesRead: pages(buffers, /shared[^,]* read=(\d+)/),
          pagesSpilled: pages(buffers, /temp[^,]* written=(\d+)/),
        }),
  };
}

function readOf(line: string): PlanRead[] {
  const [found, parallel, node = '', name = ''] = NODE.exec(line) ?? [];
  if (found === undefined) return [];
  const kind = KINDS.find(([start]) => node.startsWith(start))?.[1] ?? 'sequential';
  return [{ kind, parallel: parallel !== undefined, name }];
}

/**
 * Of all reads of tables: a part of the statement that reads what another part has found throws nothing away that was read.
 * The server prints the mean of a node's loops, and each parallel worker is one.
 */
function rowsRemoved(plan: readonly string[]): number | undefined {
  let loops = 1;
  let sum: number | undefined;
  for (const line of plan) {
    const node = /\bactual .*\bloops=(\d+)\)$/.exec(line);
    if (node) loops = line.includes('CTE Scan on ') ? 0 : Number(node[1]);
    const removed = /^\s*Rows Removed by (?:Filter|Index Recheck): ([\d.]+)$/.exec(line);
    if (removed && loops > 0) sum = (sum ?? 0) + Math.round(Number(removed[1]) * loops);
  }
  return sum;
}

function sumOf(plan: readonly string[], pattern: RegExp): number | undefined {
  const found = plan.flatMap((line) => pattern.exec(line)?.[1] ?? []).map(Number);
  return found.length === 0 ? undefined : found.reduce((a, b) => a + b, 0);
}

function pages(buffers: string, pattern: RegExp): number {
  return Number(pattern.exec(buffers)?.[1] ?? 0);
}

function known<K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, number>);
}
