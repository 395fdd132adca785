import type { Row, Snapshot, SnapshotSource } from '../../src/ports/database';

/** One statement as it went through a snapshot. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
  readonly ms: number;
  readonly rows: number;
}

/** Looks on while a check reads PostgreSQL: what it asked, and how long that took from our side. */
export class Watch {
  readonly statements: Statement[] = [];
  private endedAt = 0;
  /** Until the transaction stood, for each connection. */
  readonly connectMs: number[] = [];

  /** The same source, watched. */
  around(source: SnapshotSource): SnapshotSource {
    return {
      address: source.address,
      read: (work, signal, meter) => {
        const began = performance.now();
        return source.read(
          (snapshot) => {
            this.connectMs.push(performance.now() - began);
            return work(this.aroundSnapshot(snapshot));
          },
          signal,
          meter,
        );
      },
    };
  }

  get longest(): Statement | undefined {
    return [...this.statements].sort((a, b) => b.ms - a.ms)[0];
  }

  private aroundSnapshot(snapshot: Snapshot): Snapshot {
    return {
      query: async (text, values): Promise<Row[]> => {
        const began = performance.now();
        const rows = await snapshot.query(text, values);
        const ended = performance.now();
        // One that was asked for early stood in the line until the one before it had ended.
        const ms = ended - Math.max(began, this.endedAt);
        this.endedAt = ended;
        // Several statements in one text have no rows of their own.
        this.statements.push({ text, values, ms, rows: Array.isArray(rows) ? rows.length : 0 });
        return rows;
      },
    };
  }
}

/** What a check's time in PostgreSQL went to, by statements with the same beginning, longest first. */
export function byStatement(statements: readonly Statement[], totalMs: number): string[] {
  const sums = new Map<string, { ms: number; times: number; rows: number }>();
  for (const { text, ms, rows } of statements) {
    // Cursors have random names.
    const name = text
      .replaceAll(/[0-9a-f-]{36}/g, '…')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, 70);
    const sum = sums.get(name) ?? { ms: 0, times: 0, rows: 0 };
    sums.set(name, { ms: sum.ms + ms, times: sum.times + 1, rows: sum.rows + rows });
  }
  return [...sums]
    .filter(([, { ms }]) => ms >= 0.02 * totalMs)
    .sort(([, a], [, b]) => b.ms - a.ms)
    .map(
      ([name, { ms, times, rows }]) =>
        `${ms.toFixed(0)} ms in ${String(times)} × \`${name.replaceAll('`', "'")}…\`, ${rows.toLocaleString('en-US')} rows`,
    );
}

/**
 * Runs the longest statement again behind those before it, explained by the server.
 * @returns where its time goes, in words
 */
export async function explainLongest(watch: Watch, source: SnapshotSource): Promise<string[]> {
  const { longest } = watch;
  if (longest === undefined) return [];
  const before = watch.statements.slice(0, watch.statements.indexOf(longest));
  return await source.read(async (snapshot) => {
    for (const { text, values } of before) await snapshot.query(text, values);
    const [row] = await snapshot.query(`explain (analyze, timing off, format json) ${longest.text}`, longest.values);
    const [plan] = JSON.parse(row?.['QUERY PLAN'] ?? '[]') as Explained[];
    if (plan === undefined) return [];
    const planned = plan['Planning Time'];
    const executed = plan['Execution Time'];
    return [
      `the longest statement: ${planned.toFixed(1)} ms to plan, ${executed.toFixed(0)} ms in the server, ` +
        `${Math.max(0, longest.ms - planned - executed).toFixed(0)} ms to send and parse`,
      `its plan reads tables ${String(nodes(plan.Plan).filter(isTableScan).length)} times: ${nodes(plan.Plan).slice(0, MOST_NODES).join(' < ')}`,
    ];
  }, new AbortController().signal);
}

/** The rest of a long plan is below the part that explains it. */
const MOST_NODES = 8;

function isTableScan(node: string): boolean {
  return /(Seq|Index|Index Only|Bitmap Heap) Scan/.test(node);
}

interface Explained {
  readonly 'Planning Time': number;
  readonly 'Execution Time': number;
  readonly Plan: PlanNode;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly Strategy?: string;
  readonly 'Partial Mode'?: string;
  readonly 'Workers Launched'?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodes(node: PlanNode): string[] {
  const words = [
    node['Partial Mode'] === 'Simple' ? undefined : node['Partial Mode'],
    node.Strategy === 'Plain' ? undefined : node.Strategy,
    node['Node Type'],
    node['Workers Launched'] === undefined ? undefined : `(${String(node['Workers Launched'])} workers)`,
  ];
  return [words.filter((word) => word !== undefined).join(' '), ...(node.Plans ?? []).flatMap(nodes)];
}
