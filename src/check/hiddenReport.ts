/** What the Diagnosis says of rows that this role may not see. */
import { hidingText, type Hiding } from '../sql/hiding';
import { SEE_ALL_ROWS } from '../model/hidden';
import type { Recommendation } from '../model/diagnosis';
import { readReport, type SourceReport } from '../model/sources';
import { escapeUnsafe } from '../base/unsafeText';

/** The source `postgres`, and what may be hidden from it. @param detail what was read */
export function postgresReport(detail: string, hiding: readonly Hiding[]): SourceReport {
  const gaps = hiding.map(({ kind, says }) => ({ kind, says }));
  return readReport(
    'postgres',
    gaps.length === 0 ? detail : `${detail}; rows may be missing: ${hidingText(hiding)}`,
    gaps,
  );
}

interface Seen {
  /** The role of the connection, quoted. */
  readonly role: string;
  readonly hiding: readonly Hiding[];
}

/** Says how the check gets to see the hidden rows; empty where it sees all rows. */
export function adviseOnHidden({ role, hiding }: Seen): Recommendation[] {
  if (hiding.length === 0) return [];
  const actions = new Set(hiding.flatMap((one) => actionsFor(one, role)));
  return [
    {
      id: SEE_ALL_ROWS,
      title: 'Let the check see every row of the table',
      why: `Rows may be missing from every number: ${escapeUnsafe(hidingText(hiding))}.`,
      evidence: [],
      actions: [...actions].map(escapeUnsafe),
    },
  ];
}

function actionsFor({ kind, relation = '' }: Hiding, role: string): string[] {
  switch (kind) {
    case 'row-security':
      return [
        `Have the owner of the table run: CREATE POLICY celery_task_diagnostics ON ${relation} FOR SELECT TO ${role} USING (true);`,
        `Or have a superuser run: ALTER ROLE ${role} BYPASSRLS; or check with a role that sees every row`,
      ];
    case 'view':
      return ['Name the table itself in celeryTasks.table (--table on the command line)'];
    case 'other-server':
      return ['Check the database that the foreign table reads from'];
    case 'other-schemas':
      return [
        'Check each of these tables, by its schema: celeryTasks.table (--table schema.table on the command line)',
      ];
    case 'not-known':
      return ['Check with a role that is known to see every row'];
  }
}
