import type { Recommendation, Snippet } from '../../model/diagnosis';
import { number } from '../../base/numbers';
import { LINKS } from './links';

/** What was measured of one check's pass over the table. */
export interface SlowScan {
  /** The statements that make and drop the index, in this order. */
  readonly snippets: readonly Snippet[];
  readonly ms: number;
  readonly bytes: number;
  /** The planner's estimate of all rows. */
  readonly rows: number;
  /** Rows that are old and not finished, which is what the pass looks for. */
  readonly wanted: number;
  /** How the server reads the table, as sentences. */
  readonly plan: readonly string[];
  readonly replica: boolean;
}

/** An index of half of the rows or more is a second table: it saves little and costs as much again. */
const MOST_WANTED = 0.5;

/** The index that spares a check the whole table, with its price. None where it would not help, or its text could not be safe. */
export function scanIndex({ snippets, ms, bytes, rows, wanted, plan, replica }: SlowScan): Recommendation[] {
  const [create, drop] = snippets;
  if (!create || !drop || rows === 0 || wanted / rows > MOST_WANTED) return [];
  const share = Math.max(0.1, Math.round((wanted / rows) * 1000) / 10);
  return [
    {
      id: 'scan-index',
      title: 'Consider a partial index, so that a check does not read the whole table',
      why: `The pass over the table took ${(ms / 1000).toFixed(1)} s. It reads all ${number(Math.round(bytes / 1e6))} MB, about ${number(rows)} rows, of which ${number(share)}% are old and not finished. The index does not help the tasks that are stuck now.`,
      evidence: [
        ...plan,
        'Measured on 1,000,000 rows (424 MB, a quarter not finished): the index takes 26 MB and 2 s to build; the pass then took a quarter of its time on PostgreSQL 18 and a sixth on PostgreSQL 12',
        'Its cost, also measured: 38 to 47% more WAL over the life of a task, and the share of updates that need no index entry (HOT) falls from all to between a quarter and a half',
      ],
      actions: [
        'Skip it if you check only now and then: it slows down every task and speeds up only checks',
        ...(replica ? ['Create it on the primary: this server is a replica, which gets the index from there'] : []),
        create.text,
        `To undo it: ${withoutComments(drop.text)}`,
      ],
      snippets,
      links: [LINKS.createIndex],
    },
  ];
}

function withoutComments(sql: string): string {
  return sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n');
}
