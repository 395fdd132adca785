import { postgresSnapshots, type PostgresOptions } from '../../src/connection/postgresClient';
import { parsePostgresUrl } from '../../src/connection/postgresUrl';
import { diagnose } from '../../src/diagnosis/diagnose';
import { DEFAULT_MASKED_KEYS } from '../../src/diagnosis/jsonText';
import type { Diagnosis } from '../../src/diagnosis/model';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE } from '../../src/diagnosis/parameters';
import type { OnProgress } from '../../src/diagnosis/progress';
import type { ScanOptions } from '../../src/scan/scan';
import type { Snapshot, SnapshotSource } from '../../src/scan/snapshot';

export const OPTIONS: ScanOptions = { ...DEFAULT_PARAMETERS, table: DEFAULT_TABLE, maskedKeys: DEFAULT_MASKED_KEYS };

export function snapshots(url: string, options: Partial<PostgresOptions> = {}): SnapshotSource {
  return postgresSnapshots(parsePostgresUrl(url, 'test URL'), { statementTimeoutMs: 60_000, ...options });
}

/** One whole check of the database behind `url`. */
export function check(
  url: string,
  options: Partial<ScanOptions> = {},
  run: { signal?: AbortSignal; onProgress?: OnProgress; postgres?: Partial<PostgresOptions> } = {},
): Promise<Diagnosis> {
  const { signal = new AbortController().signal, onProgress = () => undefined } = run;
  return diagnose({ postgres: snapshots(url, run.postgres) }, { ...OPTIONS, ...options }, { signal, onProgress });
}

/** Reads in one snapshot; counts and shows the statements that go through it. */
export async function inSnapshot<T>(
  url: string,
  work: (snapshot: Snapshot, statements: string[]) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const statements: string[] = [];
  return snapshots(url).read((snapshot) => {
    const recorded: Snapshot = {
      query: (text, values) => {
        statements.push(text);
        return snapshot.query(text, values);
      },
    };
    return work(recorded, statements);
  }, signal);
}
