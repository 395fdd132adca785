import { limitToTable } from '../tables/budget';
import { explainScan, type ExplainMode, type ScanExplanation } from '../tables/explainScan';
import type { ScanOptions } from '../tables/scan';
import type { SnapshotSource } from '../ports/database';
import { findTable } from '../tables/findTable';
import type { PostgresFacts } from '../model/diagnosis';
import { redactData } from '../base/redact';

export interface Explained {
  readonly explanation: ScanExplanation;
  readonly server: Omit<PostgresFacts, 'replica'>;
}

/**
 * Asks the server how it runs the scan of a check, in a transaction like a check's own.
 * @param mode `plan` costs the server nothing; `analyze` runs the scan once and throws its rows away
 * @throws Problem `cancelled`, or why PostgreSQL could not be reached or read
 */
export async function explain(
  postgres: SnapshotSource,
  options: Pick<ScanOptions, 'hours' | 'limit' | 'statuses' | 'table'>,
  mode: ExplainMode,
  signal: AbortSignal,
): Promise<Explained> {
  return await postgres.read(async (snapshot) => {
    const table = await findTable(snapshot, options.table);
    await limitToTable(snapshot, table);
    const [server] = await snapshot.query(`select current_setting('server_version') as version`);
    return redactData<Explained>({
      explanation: await explainScan(snapshot, table, options, mode),
      server: {
        serverVersion: server?.version ?? '',
        address: postgres.address,
        table: table.sql,
        estimatedRows: table.estimatedRows,
        tableBytes: table.bytes,
      },
    });
  }, signal);
}
