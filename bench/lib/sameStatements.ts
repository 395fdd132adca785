/** What a check asked of PostgreSQL while it verified, asked again by the plain driver: how much of its time the questions themselves are. */
import { Client } from 'pg';
import type { Statement } from '../../tools/measure/watch';

/** The scan's statements come before the first of these, which looks the table of the effects up. */
const FIRST = 'savepoint attempt';

const RAW = { getTypeParser: () => (text: string | Buffer) => text };

/** The statements of a check's verification, in their order. */
export function ofVerification(statements: readonly Statement[]): Statement[] {
  const first = statements.findIndex(({ text }) => text.startsWith(FIRST));
  const settings = statements.filter(({ text }, index) => index < first && /^\s*set local/.test(text));
  return first === -1 ? [] : [...settings, ...statements.slice(first)];
}

/**
 * Sends them in one session and transaction, one after the other without a pause, and does nothing with the answers.
 * @returns how long that took, connecting included, in milliseconds
 */
export async function sendAgain(databaseUrl: string, statements: readonly Statement[]): Promise<number> {
  const began = performance.now();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      "begin isolation level repeatable read read only; set local timezone = 'UTC'; set local datestyle = 'ISO'",
    );
    for (const { text, values = [] } of statements) {
      // Several statements in one text take no values.
      const bound = values.length > 0 ? { values: [...values] } : {};
      await client.query<unknown[]>({ text, ...bound, rowMode: 'array', types: RAW });
    }
    await client.query('rollback');
    return performance.now() - began;
  } finally {
    await client.end();
  }
}
